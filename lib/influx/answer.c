#include "influx/answer.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"

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

/* A proxy's or a loader's own words: the first line, unless it is a page for a browser. */
static void
take_plain(struct span body, struct buf *out)
{
	const char *nl = body.n ? memchr(body.p, '\n', body.n) : NULL;
	size_t n = nl ? (size_t)(nl - body.p) : body.n;

	if (n && body.p[n - 1] == '\r')
		n--;
	if (n && *body.p != '<' && n <= 1024)
		buf_put(out, body.p, n);
}

static void
take_line(struct answer *a, const json_t *number, const json_t *reason)
{
	const char *text = json_string_value(reason);
	size_t n = text ? json_string_length(reason) : 0;

	if (!json_is_integer(number) || json_integer_value(number) <= 0)
		return;
	if (a->lines == a->room) {
		a->room = a->room ? a->room * 2 : 16;
		a->line = mem_resize(a->line, a->room, sizeof *a->line);
	}
	a->line[a->lines++] = (struct answer_line){ (uint64_t)json_integer_value(number),
		a->reasons.len, n };
	buf_put(&a->reasons, text, n);
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

/* v3: a list of the bad lines when the others are stored, else the first one alone. */
static void
take_lines(struct answer *a, const json_t *root)
{
	const json_t *data = json_object_get(root, "data");
	size_t i;

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
answer_free(struct answer *a)
{
	buf_free(&a->message);
	buf_free(&a->code);
	buf_free(&a->status);
	buf_free(&a->reasons);
	free(a->line);
	*a = (struct answer){ 0 };
}
