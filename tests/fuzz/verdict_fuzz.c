/*
 * Answers of any kind to a write: the lines named are lines of the request, each once, and no more
 * are refused than were sent. The input: status (2 bytes), the flavour, the lines that were sent up
 * to a NUL byte, head lines up to another, and the body. The same are answers to the questions which
 * server it is and how it is.
 */
#include <string.h>

#include "influx/detect.h"
#include "influx/verdict.h"
#include "fuzz.h"

static struct span
until_nul(struct span *s)
{
	const char *nul = s->n ? memchr(s->p, '\0', s->n) : NULL;
	struct span part = span_of(s->p, nul ? (size_t)(nul - s->p) : s->n);

	*s = nul ? span_of(nul + 1, s->n - part.n - 1) : span_of(s->p + s->n, 0);
	return part;
}

static void
fill(struct batch *b, struct span lines)
{
	const char *nl;
	size_t n;

	for (; lines.n; lines = span_of(lines.p + n, lines.n - n)) {
		nl = memchr(lines.p, '\n', lines.n);
		n = nl ? (size_t)(nl + 1 - lines.p) : lines.n;
		batch_add(b, span_of(lines.p, nl ? n - 1 : n), b->lines + 1);
	}
}

static void
try_questions(const struct verdict_answer *a)
{
	const struct api_target t = { .bucket = span_str("b") };
	const struct api_login l = { .token = span_str("t") };
	struct detect d = { 0 };
	const char *path;
	unsigned rule;

	must(*detect_begin(&d) == '/');
	while (detect_answer(&d, a->status, a->head, a->body, &path))
		must(*path == '/');
	must(api_guess(&d.signs, &t, &l)->id < API_COUNT);
	detect_free(&d);
	for (rule = API_HEALTH_JSON; rule <= API_HEALTH_PROCESS; rule++)
		must(api_judge((enum api_health)rule, a->status, a->body) <= API_ILL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict_answer a = { .now = 1700000000, .failure = "torn" };
	struct verdict v = { 0 };
	struct batch b = { 0 };
	struct buf in = { 0 };
	struct span rest;
	size_t i, from;

	if (size < 4)
		return 0;
	buf_put(&in, data + 3, size - 3);
	rest = buf_span(&in);
	a.status = (data[0] | data[1] << 8) % 700;
	a.torn = data[2] & 2;
	fill(&b, until_nul(&rest));
	a.head = until_nul(&rest);
	a.body = rest;
	try_questions(&a);
	from = b.lines / 3;
	verdict_judge(&v, &api_table[((data[2] >> 2) * 2 + (data[2] & 1)) % API_COUNT], &a, &b, from, b.lines);
	for (i = 0; i < v.named.count; i++) {
		must(v.named.line[i].line >= from && v.named.line[i].line < b.lines);
		must(!i || v.named.line[i].line > v.named.line[i - 1].line);
		(void)naming_reason(&v.named, i);
	}
	must(b.lines == from || v.named.count + v.unnamed <= b.lines - from);
	must(v.wait >= 0);
	verdict_free(&v);
	batch_free(&b);
	buf_free(&in);
	return 0;
}
