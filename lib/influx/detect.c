#include "influx/detect.h"

#include "http/header.h"
#include "influx/answer.h"

static void
see_ping(struct detect *d, int status, struct span head, const struct answer *a)
{
	struct span version;

	d->signs.ping = status;
	d->signs.process = a->process;
	if (header_find(head, "X-Influxdb-Version", &version))
		buf_put_span(&d->version, version);
}

/* InfluxDB 2 answers any path with the page of its user interface: that is no JSON. */
static void
see_settings(struct detect *d, int status, struct span head, const struct answer *a)
{
	(void)head;
	d->signs.settings = status == 200 && a->object;
}

static void
see_health(struct detect *d, int status, struct span head, const struct answer *a)
{
	(void)head;
	d->signs.plain_health = status == 200 && !a->object && span_is(buf_span(&a->message), "OK");
}

static const struct {
	const char *path;
	void (*see)(struct detect *d, int status, struct span head, const struct answer *a);
} steps[] = {
	{ "/ping", see_ping }, { "/settings", see_settings }, { "/health", see_health },
};

const char *
detect_begin(struct detect *d)
{
	d->step = 0;
	d->version.len = 0;
	d->signs = (struct api_signs){ 0 };
	return steps[0].path;
}

bool
detect_answer(struct detect *d, int status, struct span head, struct span body, const char **path)
{
	struct answer a = { 0 };

	answer_parse(&a, body);
	steps[d->step].see(d, status, head, &a);
	answer_free(&a);
	d->signs.version = buf_span(&d->version);
	if (++d->step == sizeof steps / sizeof *steps)
		return false;
	*path = steps[d->step].path;
	return true;
}

void
detect_free(struct detect *d)
{
	buf_free(&d->version);
}
