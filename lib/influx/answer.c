#include "influx/answer.h"

#include <string.h>

#include <jansson.h>

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

void
answer_parse(struct answer *a, struct span body)
{
	json_t *root = body.n ? json_loadb(body.p, body.n, JSON_ALLOW_NUL, NULL) : NULL;
	const json_t *line;

	a->message.len = a->code.len = a->status.len = 0;
	a->line = 0;
	if (!json_is_object(root)) {
		take_plain(body, &a->message);
		json_decref(root);
		return;
	}
	if (!take_text(root, "error", &a->message))
		take_text(root, "message", &a->message);
	take_text(root, "code", &a->code);
	take_text(root, "status", &a->status);
	line = json_object_get(root, "line");
	if (json_is_integer(line) && json_integer_value(line) > 0)
		a->line = (uint64_t)json_integer_value(line);
	json_decref(root);
}

void
answer_free(struct answer *a)
{
	buf_free(&a->message);
	buf_free(&a->code);
	buf_free(&a->status);
}
