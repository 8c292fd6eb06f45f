#include "influx/answer.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/num.h"

static bool
take_text(const json_t *root, const char *key, struct buf *out)
{
	const json_t *v = json_object_get(root, key);

	if (!json_is_string(v))
		return false;
	out->len = 0;
	buf_put(out, json_string_value(v), json_string_length(v));
	return true;
}

static bool
is_page(struct span body)
{
	size_t i = 0;

	while (i < body.n && memchr(" \t\r\n", body.p[i], 4))
		i++;
	return i < body.n && body.p[i] == '<';
}

/* A proxy's or a loader's own words: the first line, unless it is a page for a browser. */
static void
take_plain(struct span body, struct buf *out)
{
	const char *nl = body.n ? memchr(body.p, '\n', body.n) : NULL;
	size_t n = nl ? (size_t)(nl - body.p) : body.n;

	if (n && body.p[n - 1] == '\r')
		n--;
	if (n && !is_page(body) && n <= 1024)
		buf_put(out, body.p, n);
}

static void
add_line(struct answer *a, uint64_t number, struct span reason)
{
	if (a->lines == a->room) {
		a->room = a->room ? a->room * 2 : 16;
		a->line = mem_resize(a->line, a->room, sizeof *a->line);
	}
	a->line[a->lines++] = (struct answer_line){ number, a->reasons.len, reason.n };
	buf_put_span(&a->reasons, reason);
}

static void
take_line(struct answer *a, const json_t *number, const json_t *reason)
{
	const char *text = json_string_value(reason);

	if (json_is_integer(number) && json_integer_value(number) > 0)
		add_line(a, (uint64_t)json_integer_value(number),
		    span_of(text, text ? json_string_length(reason) : 0));
}

/* "error parsing line 4 (1-based): why" */
static void
take_counted(struct answer *a, struct span s)
{
	static const char lead[] = "error parsing line ", tail[] = " (1-based): ";
	const size_t before = sizeof lead - 1, behind = sizeof tail - 1;
	uint64_t number;
	size_t n;

	while (s.n && *s.p == ' ')
		s = span_of(s.p + 1, s.n - 1);
	if (s.n < before || memcmp(s.p, lead, before))
		return;
	s = span_of(s.p + before, s.n - before);
	for (n = 0; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++)
		;
	if (num_u64(span_of(s.p, n), &number) && number && s.n - n >= behind
	    && !memcmp(s.p + n, tail, behind))
		add_line(a, number, span_of(s.p + n + behind, s.n - n - behind));
}

/* InfluxDB Cloud Serverless, Dedicated and Clustered: up to 100 bad lines, a line each. */
static void
take_message_lines(struct answer *a)
{
	struct span rest = buf_span(&a->message);
	const char *nl;
	size_t n;

	for (; rest.n; rest = span_of(rest.p + n, rest.n - n)) {
		nl = memchr(rest.p, '\n', rest.n);
		n = nl ? (size_t)(nl - rest.p) : rest.n;
		take_counted(a, span_of(rest.p, n));
		n += nl != NULL;
	}
}

static int
by_number(const void *x, const void *y)
{
	uint64_t a = ((const struct answer_line *)x)->number;
	uint64_t b = ((const struct answer_line *)y)->number;

	return (a > b) - (a < b);
}

static void
sort_lines(struct answer *a)
{
	size_t i, kept = 0;

	if (a->lines > 1)
		qsort(a->line, a->lines, sizeof *a->line, by_number);
	for (i = 0; i < a->lines; i++)
		if (!kept || a->line[kept - 1].number != a->line[i].number)
			a->line[kept++] = a->line[i];
	a->lines = kept;
}

static void
take_data(struct answer *a, const json_t *item)
{
	take_line(a, json_object_get(item, "line_number"), json_object_get(item, "error_message"));
}

/*
 * v3: a list of the bad lines when the others are stored, else the first one alone. "line" is the
 * first one only: what else the message names goes before it.
 */
static void
take_lines(struct answer *a, const json_t *root)
{
	const json_t *data = json_object_get(root, "data");
	size_t i;

	if (json_object_get(root, "line"))
		take_message_lines(a);
	if (!a->lines)
		take_line(a, json_object_get(root, "line"), NULL);
	if (json_is_object(data))
		take_data(a, data);
	for (i = 0; i < json_array_size(data); i++)
		take_data(a, json_array_get(data, i));
	sort_lines(a);
}

void
answer_parse(struct answer *a, struct span body)
{
	json_t *root = body.n ? json_loadb(body.p, body.n, JSON_ALLOW_NUL, NULL) : NULL;

	a->message.len = a->code.len = a->status.len = a->reasons.len = 0;
	a->lines = 0;
	a->object = json_is_object(root);
	a->page = is_page(body);
	a->process = json_object_get(root, "process_id");
	if (!a->object) {
		take_plain(body, &a->message);
		json_decref(root);
		return;
	}
	if (!take_text(root, "error", &a->message))
		take_text(root, "message", &a->message);
	take_text(root, "code", &a->code);
	take_text(root, "status", &a->status);
	take_lines(a, root);
	json_decref(root);
}

void
answer_say(const struct answer *a, struct buf *text)
{
	const size_t n = text->len;

	if (!a->message.len)
		return;
	if (a->message.len >= n && !memcmp(a->message.p, text->p, n)
	    && (a->message.len == n || a->message.p[n] < '0' || a->message.p[n] > '9'))
		text->len = 0;
	else
		buf_putc(text, ' ');
	buf_put_span(text, buf_span(&a->message));
}

void
answer_free(struct answer *a)
{
	buf_free(&a->message);
	buf_free(&a->code);
	buf_free(&a->status);
	buf_free(&a->reasons);
	free(a->line);
	*a = (struct answer){ 0 };
}
