#include "source/source.h"

#include "base/clock.h"

/* One row per format; the last one takes what no other has recognised. */
static const struct source_reader *const readers[] = {
	&source_candump,
};

static const char want_shorter[] = "a line shorter than 1 MiB";

/* What an input says when it gives no bytes. */
static enum source_result
no_data(struct source *s, enum linein_result r)
{
	switch (r) {
	case LINEIN_IDLE:
		return SOURCE_IDLE;
	case LINEIN_ERROR:
		s->err = input_error(&s->input);
		return SOURCE_FAILED;
	case LINEIN_END:
		s->expected = input_damage(&s->input);
		if (!s->expected || s->damage_told)
			return SOURCE_END;
		s->damage_told = true;
		return SOURCE_DAMAGED;
	case LINEIN_DATA:
	case LINEIN_TAIL:
	case LINEIN_WAKE:
		break;
	}
	return SOURCE_WAKE;
}

/* The first call: the reader that the table gives does the work from then on. */
static enum source_result
recognise(struct source *s, bool wait)
{
	struct span head;
	enum linein_result r = input_head(&s->input, &head, wait);
	size_t i = 0;

	if (r != LINEIN_DATA)
		return no_data(s, r);
	while (readers[i]->sniff && !readers[i]->sniff(head))
		i++;
	s->reader = readers[i];
	return source_next(s, wait);
}

static const struct source_reader unknown = { .name = "unknown", .next = recognise };

int
source_open(struct source *s, const char *path, bool accept_unterminated, int64_t grace)
{
	*s = (struct source){ .reader = &unknown, .accept_unterminated = accept_unterminated };
	return input_open(&s->input, path, grace);
}

void
source_close(struct source *s)
{
	if (s->reader->close)
		s->reader->close(s);
	input_close(&s->input);
}

/* A whole line of s->rest. */
static enum source_result
cut_line(struct source *s)
{
	const char *nl = memchr(s->rest.p, '\n', s->rest.n);
	size_t n = nl ? (size_t)(nl - s->rest.p) : s->rest.n;

	s->line = span_of(s->rest.p, n);
	n += nl != NULL;
	s->rest = span_of(s->rest.p + n, s->rest.n - n);
	s->counts.lines++;
	s->number++;
	return SOURCE_LINE;
}

static enum source_result
too_long(struct source *s)
{
	s->long_lines++;
	s->counts.lines++;
	s->counts.skipped++;
	s->number++;
	s->line = span_of("", 0);
	s->expected = want_shorter;
	return SOURCE_SKIPPED;
}

/*
 * The last line has no newline: half a frame can look like a whole one. Where a signal ended the
 * reading it is our end, not the file's; where the unpacking ended, that is what is told.
 */
static enum source_result
tail(struct source *s)
{
	bool stopped = input_stopped(&s->input), damaged = input_damage(&s->input) != NULL;

	if (s->accept_unterminated && !stopped && !damaged)
		return cut_line(s);
	s->rest = span_of(NULL, 0);
	if (stopped)
		return SOURCE_WAKE;
	s->counts.lines++;
	s->counts.unterminated++;
	s->number++;
	return damaged ? SOURCE_WAKE : SOURCE_UNTERMINATED;
}

enum source_result
source_line(struct source *s, bool wait)
{
	enum linein_result r;

	if (s->rest.n && s->long_lines == input_long_lines(&s->input))
		return cut_line(s);
	for (;;) {
		/* One that is too long came before what was read after it. */
		if (s->long_lines < input_long_lines(&s->input))
			return too_long(s);
		if (s->rest.n)
			return cut_line(s);
		r = input_block(&s->input, &s->rest, wait);
		s->counts.bytes = s->input.raw.bytes;
		if (r == LINEIN_TAIL)
			return tail(s);
		if (r == LINEIN_DATA)
			s->now = clock_real();
		else if (s->long_lines == input_long_lines(&s->input))
			return no_data(s, r);
	}
}
