#include "influx/health.h"

#include "influx/answer.h"

static const struct api_probe *
probe(const struct health *h)
{
	return &h->api->probe[h->step];
}

const char *
health_begin(struct health *h)
{
	h->step = 0;
	return probe(h)->path;
}

static void
put_text(struct health *h, int status, const char *failure, struct span body)
{
	struct answer a = { 0 };

	h->text.len = 0;
	if (!status) {
		buf_puts(&h->text, failure ? failure : "no answer");
		return;
	}
	answer_parse(&a, body);
	buf_printf(&h->text, "%d", status);
	answer_say(&a, &h->text);
	answer_free(&a);
}

enum health_result
health_answer(struct health *h, int status, const char *failure, struct span body,
    const char **path)
{
	enum api_state was = h->state, now = status ? api_judge(probe(h)->rule, status, body)
	    : API_ILL;

	if (now == API_UNSURE && probe(h)[1].rule != API_HEALTH_END) {
		h->step++;
		*path = probe(h)->path;
		return HEALTH_AGAIN;
	}
	h->state = now;
	h->text.len = 0;
	if (now != API_WELL)
		put_text(h, status, failure, body);
	return now == was ? HEALTH_SAME : HEALTH_CHANGED;
}

void
health_free(struct health *h)
{
	buf_free(&h->text);
}
