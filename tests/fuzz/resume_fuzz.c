/*
 * A checkpoint of any bytes is what was written or none at all. And any input, acknowledged up to any
 * line: the next run over the same passes over so much and sends the rest, however it is read.
 * The input: two lengths of reads, the line, and the text, with more of it behind a NUL byte.
 */
#include <string.h>

#include "../unit/resuming.h"
#include "fuzz.h"

static void
try_text(struct span text)
{
	struct checkpoint c;
	struct buf again = { 0 };

	if (checkpoint_parse(text, &c)) {
		checkpoint_put(&again, &c);
		must(span_equal(buf_span(&again), text));
	}
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct checkpoint none;
	struct buf in = { 0 }, text = { 0 };
	struct run first, again, more;
	const char *nul;
	size_t n;

	if (size < 4)
		return 0;
	buf_put(&in, data + 3, size - 3);
	try_text(buf_span(&in));
	nul = memchr(in.p, '\0', in.len);
	n = nul ? (size_t)(nul - in.p) : in.len;
	first = run(&none, "here", span_of(in.p, n), data[0] + 1u, data[2]);
	must(!first.skipped && first.state == RESUME_SENDS);
	if (first.recorded) {
		checkpoint_put(&text, &first.c);
		must(checkpoint_parse(buf_span(&text), &again.c) && !memcmp(&again.c, &first.c, sizeof again.c));
		again = run(&first.c, "here", span_of(in.p, n), data[1] + 1u, UINT64_MAX);
		must(again.state == RESUME_SENDS && again.skipped == first.c.done.points
		    && again.sent == first.sent - again.skipped);
		/* grown, or another one from there on */
		more = run(&first.c, "here", buf_span(&in), data[1] + 1u, UINT64_MAX);
		must(more.skipped == 0 || more.skipped <= first.c.done.points);
		must(more.state != RESUME_SENDS || !more.skipped || more.skipped == first.c.done.points);
	}
	buf_free(&in);
	buf_free(&text);
	return 0;
}
