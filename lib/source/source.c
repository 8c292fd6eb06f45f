#include "source/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "source/intern.h"
#include "source/readers.h"

static const char want_shorter[] = "a line shorter than 1 MiB";

enum source_result
source_no_data(struct source *s, enum linein_result r)
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
		return SOURCE_TORN;
	case LINEIN_DATA:
	case LINEIN_TAIL:
	case LINEIN_WAKE:
		break;
	}
	return SOURCE_WAKE;
}

/* What lies between the recognition of a format and its first frame. */
static enum source_result
prepare(struct source *s, bool wait)
{
	enum source_result r = SOURCE_DATA;

	if (s->format->seeks && !s->spooled)
		r = source_spool(s, wait);
	if (r == SOURCE_DATA && s->format->open)
		r = s->format->open(s, wait);
	if (r != SOURCE_DATA)
		return r;
	s->reader = s->format;
	return source_next(s, wait);
}

static const struct source_reader preparing = { .name = "preparing", .next = prepare };

/* The first row of the table that says yes; NULL when one before it wants more bytes. */
static const struct source_reader *
pick(const struct source_head *head)
{
	const struct source_reader *const *r;
	enum source_sniff v;

	for (r = source_readers; (*r)->sniff; r++) {
		v = (*r)->sniff(*r, head);
		if (v == SOURCE_YES)
			return *r;
		if (v == SOURCE_MAYBE && !head->whole && head->bytes.n < SOURCE_HEAD)
			return NULL;
	}
	return *r;
}

static void
begin(struct source *s, const struct source_reader *format)
{
	s->format = format;
	s->state = format->state ? mem_zero(1, format->state) : NULL;
	s->reader = &preparing;
}

/* The first call: the reader that the table gives does the work from then on. */
static enum source_result
recognise(struct source *s, bool wait)
{
	struct source_head head = { .name = s->name };
	const struct source_reader *format = NULL;
	enum linein_result r = LINEIN_DATA;

	for (;;) {
		head.bytes = input_data(&s->input);
		if (head.bytes.n > SOURCE_HEAD)
			head.bytes.n = SOURCE_HEAD;
		if (head.bytes.n || head.whole)
			format = s->options.format ? s->options.format : pick(&head);
		if (format)
			break;
		r = input_more(&s->input, wait);
		if (r != LINEIN_DATA && r != LINEIN_END)
			return source_no_data(s, r);
		head.whole = r == LINEIN_END;
	}
	begin(s, format);
	return source_next(s, wait);
}

static const struct source_reader unknown = { .name = "unknown", .next = recognise };

int
source_open(struct source *s, const char *path, const struct source_options *o)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	*s = (struct source){ .reader = &unknown, .options = *o, .newline = '\n', .file = -1 };
	s->name = slash ? slash + 1 : path ? path : "";
	return input_open(&s->input, path, o->grace, o->follow);
}

void
source_close(struct source *s)
{
	if (s->format && s->format->close)
		s->format->close(s);
	free(s->state);
	if (s->file >= 0 && s->file != s->input.fd)
		close(s->file);
	input_close(&s->input);
}

/* A whole line of s->rest. */
static enum source_result
cut_line(struct source *s)
{
	const char *nl = memchr(s->rest.p, s->newline, s->rest.n);
	size_t n = nl ? (size_t)(nl - s->rest.p) : s->rest.n;

	if (s->jumped)
		s->offset = s->block_end - s->rest.n;
	s->line = span_of(s->rest.p, n);
	n += nl != NULL;
	s->rest = span_of(s->rest.p + n, s->rest.n - n);
	s->counts.lines++;
	s->number++;
	return SOURCE_DATA;
}

void
source_unread(struct source *s)
{
	size_t n = s->rest.p ? (size_t)(s->rest.p - s->line.p) : s->line.n;

	s->rest = span_of(s->line.p, n + s->rest.n);
	s->counts.lines--;
	s->number--;
}

static enum source_result
too_long(struct source *s)
{
	s->long_lines++;
	s->counts.lines++;
	s->number++;
	s->line = span_of("", 0);
	return source_skip(s, want_shorter);
}

/*
 * The last line has no newline: half a frame can look like a whole one. Where a signal ended the
 * reading it is our end, not the file's; where the unpacking ended, that is what is told.
 */
static enum source_result
tail(struct source *s)
{
	bool stopped = input_stopped(&s->input), damaged = input_damage(&s->input) != NULL;

	if ((s->options.accept_unterminated || s->format->whole_tail) && !stopped && !damaged)
		return cut_line(s);
	s->rest = span_of(NULL, 0);
	if (stopped)
		return SOURCE_WAKE;
	s->counts.lines++;
	s->counts.unterminated++;
	s->number++;
	return damaged ? SOURCE_WAKE : SOURCE_UNTERMINATED;
}

/* The next block of whole lines. */
static enum linein_result
more_lines(struct source *s, bool wait)
{
	enum linein_result r;

	input_newline(&s->input, s->newline);
	r = input_block(&s->input, &s->rest, wait);
	s->counts.bytes = s->input.raw.bytes;
	if (s->jumped)
		s->block_end = input_tell(&s->input);
	if (r == LINEIN_DATA)
		s->now = clock_real();
	return r;
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
		r = more_lines(s, wait);
		if (r == LINEIN_TAIL)
			return tail(s);
		if (r != LINEIN_DATA && s->long_lines == input_long_lines(&s->input))
			return source_no_data(s, r);
	}
}

struct can_run
source_run(struct source *s, const struct can_run_limits *limits, struct span *piece)
{
	struct can_run r = { 0 };

	if (s->rest.n && s->reader->canonical && s->long_lines == input_long_lines(&s->input))
		r = can_run_find(s->rest.p, s->rest.n, limits);
	*piece = span_of(s->rest.p, r.bytes);
	if (r.count) {
		s->rest = span_of(s->rest.p + r.bytes, s->rest.n - r.bytes);
		s->number += r.count;
		s->counts.lines += r.count;
	}
	return r;
}

bool
source_jumps(const struct source *s)
{
	return s->format && s->format->jumps && !s->fixed && input_seeks(&s->input);
}

uint64_t
source_tell(const struct source *s)
{
	return input_tell(&s->input) - s->rest.n;
}

bool
source_jump(struct source *s, uint64_t offset)
{
	struct source_counts was = s->counts;
	enum source_result r;

	/* From the byte before it, which is the end of a line if one begins at offset. */
	if (!input_seek(&s->input, offset ? offset - 1 : 0)) {
		s->err = errno;
		return false;
	}
	s->rest = span_of(NULL, 0);
	s->long_lines = input_long_lines(&s->input);
	s->jumped = true;
	do
		r = offset ? source_line(s, true) : SOURCE_DATA;
	while (r == SOURCE_IDLE || r == SOURCE_WAKE);
	was.bytes = s->counts.bytes;
	s->counts = was;
	s->number = 0;
	return r != SOURCE_FAILED;
}

/* Kinds are constants, and few; the last slot takes what finds no place. */
static void
count_kind(struct source *s, const char *kind, uint64_t n)
{
	size_t i = 0;

	while (i < SOURCE_KINDS - 1 && s->kind[i].name && strcmp(s->kind[i].name, kind) != 0)
		i++;
	if (!s->kind[i].name)
		s->kind[i].name = i < SOURCE_KINDS - 1 ? kind : "others";
	s->kind[i].count += n;
	s->counts.other += n;
}

void
source_other(struct source *s, const char *kind)
{
	count_kind(s, kind, 1);
}

void
source_others(struct source *s, const char *kind, uint64_t n)
{
	s->counts.records += n;
	if (n)
		count_kind(s, kind, n);
}

enum source_result
source_skip(struct source *s, const char *expected)
{
	s->expected = expected;
	s->counts.skipped++;
	return SOURCE_SKIPPED;
}

enum source_result
source_unterminated(struct source *s)
{
	s->counts.unterminated++;
	return SOURCE_UNTERMINATED;
}

enum source_result
source_damage(struct source *s, const char *expected)
{
	s->expected = expected;
	s->counts.damaged++;
	return SOURCE_DAMAGED;
}

void
source_bus(struct source *s, unsigned n)
{
	static const char few[][6] = { "can0", "can1", "can2", "can3", "can4", "can5", "can6", "can7",
		"can8", "can9", "can10", "can11", "can12", "can13", "can14", "can15" };

	if (n < sizeof few / sizeof *few) {
		s->frame.bus = span_str(few[n]);
		return;
	}
	s->frame.bus.n = (size_t)snprintf(s->bus_text, sizeof s->bus_text, "can%u", n);
	s->frame.bus.p = s->bus_text;
}

enum source_sniff
source_sniff_text(struct span bytes, const char *text)
{
	size_t n = strlen(text), had = bytes.n < n ? bytes.n : n;

	if (had && memcmp(bytes.p, text, had) != 0)
		return SOURCE_NO;
	return had < n ? SOURCE_MAYBE : SOURCE_YES;
}
