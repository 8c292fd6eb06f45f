#ifndef TEXTCASE_H
#define TEXTCASE_H

#include <stdlib.h>
#include <time.h>

#include "test.h"

#include "base/buf.h"
#include "can/candump.h"
#include "source/text.h"

/*
 * A text format's parser over lines, as a transcript of a line each: the frame as canread would
 * write it (9 digits; "~" before it when the time is not since 1970, "?" when there is none), ""
 * for what is blank, "+KIND" for what is no frame, "!" for what is bad.
 */
struct text_case {
	const char *file;	/* lines, each with its \n */
	const char *want;	/* likewise */
};

typedef enum text_result text_line(void *state, struct span line, struct frame *f,
    struct text_note *note);

static void
text_put_frame(struct buf *b, struct frame *f, const struct text_note *note)
{
	char bus[16];

	snprintf(bus, sizeof bus, "can%u", note->bus);
	f->bus = span_str(bus);
	buf_puts(b, f->flags & FRAME_NO_TIME ? "?" : f->flags & FRAME_DATE ? "" : "~");
	b->len += candump_format(buf_reserve(b, CANDUMP_LINE_MAX), f, true);
}

/* One line, in memory that ends where it ends, for ASan. */
static void
text_put_line(struct buf *b, text_line *line, void *state, const char *p, size_t n)
{
	char *exact = malloc(n ? n : 1);
	struct text_note note = { 0 };
	static struct frame f;
	enum text_result r;

	memcpy(exact, p, n);
	memset(&f, 0xaa, sizeof f);
	r = line(state, span_of(exact, n), &f, &note);
	if (r == TEXT_FRAME)
		text_put_frame(b, &f, &note);
	else if (r == TEXT_BAD)
		buf_puts(b, note.what && *note.what ? "!\n" : "! without a reason\n");
	else
		buf_printf(b, "%s%s\n", r == TEXT_OTHER ? "+" : "", r == TEXT_OTHER ? note.what : "");
	free(exact);
}

__attribute__((unused)) static void
text_check(const struct text_case *c, size_t n, text_line *line, size_t state_size)
{
	size_t i;

	for (i = 0; i < n; i++) {
		void *state = calloc(1, state_size);
		struct buf b = { 0 };
		const char *p = c[i].file, *nl;

		for (; (nl = strchr(p, '\n')) != NULL; p = nl + 1)
			text_put_line(&b, line, state, p, (size_t)(nl - p));
		if (!span_is(buf_span(&b), c[i].want))
			test_fail(__FILE__, __LINE__, "---\n%s--- gives\n%s--- not\n%s", c[i].file, buf_str(&b),
			    c[i].want);
		buf_free(&b);
		free(state);
	}
}
#define CHECK_TEXTS(table, line, state) \
	text_check(table, sizeof table / sizeof *table, line, sizeof(state))

/* What sniff() says of a file's beginning. */
__attribute__((unused)) static enum source_sniff
text_sniff_of(const struct source_reader *reader, const char *bytes, bool whole)
{
	return reader->sniff(reader, &(struct source_head){ .bytes = span_str(bytes), .name = "",
		.whole = whole });
}

/* Local time of the tests: an hour or two before UTC, no matter which zones are installed. */
__attribute__((unused)) static void
text_use_berlin(void)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
}

#endif
