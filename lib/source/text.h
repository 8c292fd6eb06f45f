#ifndef SOURCE_TEXT_H
#define SOURCE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/num.h"
#include "base/span.h"
#include "base/swar.h"
#include "can/frame.h"
#include "source/source.h"

/*
 * What the readers of text formats share. A format is a pure function over lines: bytes and a
 * state in, a verdict out. This file gives it its lines and tells the source what they were.
 */
enum text_result {
	TEXT_FRAME,		/* *f and note->bus */
	TEXT_BLANK,		/* a blank line, a comment, a part of the header */
	TEXT_OTHER,		/* well-formed but no frame: note->what is its kind, plural */
	TEXT_BAD,		/* note->what continues "expected " */
};

struct text_note {
	unsigned bus;		/* the channel's number, as the format counts */
	const char *what;	/* a constant */
	bool open;		/* FRAME: with more behind the line it might be another frame */
};

/*
 * state: s->state, all zeroes before the first line. line: without its end, and without blanks,
 * tabs and CRs before that. With FRAME, f->ns is since 1970 when FRAME_DATE is among f->flags; else
 * it is what the file counts from (`counts`), or 0 with FRAME_NO_TIME. f->bus is not set. note is
 * all zeroes before.
 */
struct text_format {
	enum text_result (*line)(void *state, struct span line, struct frame *f,
	    struct text_note *note);
	bool counts;		/* times without FRAME_DATE count from the start of the recording */
	const char *times;	/* what to say of them; NULL: that they count from the start */
};

/*
 * For text_sniff(), a format's state begins with a bool, true once a line was there that only this
 * format has, such as its header.
 */
enum { TEXT_STATE_MAX = 512 };	/* bytes of a format's state */

/*
 * What a reader with `text` does. text_open() reads up to the first frame, which text_next() will
 * give; so s->relative is known. text_sniff() says YES when the first line that is neither blank
 * nor OTHER is a frame, or when one before it was known, and NO when it is BAD.
 */
enum source_sniff text_sniff(const struct source_reader *self, const struct source_head *head);
enum source_result text_open(struct source *s, bool wait);
enum source_result text_next(struct source *s, bool wait);

static inline bool
text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The high bit of each of eight characters that is a blank. */
static inline uint64_t
text_blanks(uint64_t v)
{
	uint64_t space = v ^ SWAR_ALL(' '), tab = v ^ SWAR_ALL('\t');

	space = ((space & SWAR_ALL(0x7f)) + SWAR_ALL(0x7f)) | space;
	tab = ((tab & SWAR_ALL(0x7f)) + SWAR_ALL(0x7f)) | tab;
	return ~(space & tab) & SWAR_ALL(0x80);
}

/* The first character that is a blank (or none), or end. Most are near. */
static inline const char *
text_find(const char *p, const char *end, bool blank)
{
	uint64_t found;

	for (; end - p >= 8; p += 8) {
		found = text_blanks(swar_load(p)) ^ (blank ? 0 : SWAR_ALL(0x80));
		if (found)
			return p + (unsigned)__builtin_ctzll(found) / 8;
	}
	while (p < end && text_is_blank(*p) != blank)
		p++;
	return p;
}

/* Takes the next word (up to a blank) off the front; n is 0 at the end. */
static inline struct span
text_word(struct span *s)
{
	const char *end = span_end(*s), *start = text_find(s->p, end, false);
	const char *p = text_find(start, end, true);

	*s = span_of(p, (size_t)(end - p));
	return span_of(start, (size_t)(p - start));
}

/* Without blanks at both ends. */
struct span text_trim(struct span s);
/* As strncasecmp() with 0, of ASCII; for words that mostly differ at once. */
static inline bool
text_same(const char *a, const char *b, size_t n)
{
	unsigned differs, letter;
	size_t i;

	for (i = 0; i < n; i++) {
		differs = (unsigned char)(a[i] ^ b[i]);
		letter = (unsigned)(a[i] | 0x20) - 'a';
		if (differs && (differs != 0x20 || letter > 'z' - 'a'))
			return false;
	}
	return true;
}
/* The same letters, whatever their case (ASCII). Inline, so that lengths of words are constants. */
static inline bool
text_is(struct span s, const char *word)
{
	return s.n == strlen(word) && text_same(s.p, word, s.n);
}
/* As text_is(), for what s begins with. */
static inline bool
text_begins(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && text_same(s.p, word, n);
}

/*
 * Digits, optionally the point and more of them, as a whole number of 10^-places: with 9 places
 * seconds become ns. What goes beyond is cut off. False for anything else, and above 5.7 * 10^18.
 */
bool text_fixed(struct span s, char point, unsigned places, int64_t *v);
/* Up to nine decimal digits. */
bool text_number(struct span s, uint32_t *v);
/* One to eight hex digits. */
bool text_hex(struct span s, uint32_t *v);
/* The same as an id, with or without 0x in front (once or several times); see text_id(). */
bool text_hex_id(struct frame *f, struct span s, bool extended);

/*
 * Words of two hex digits each off the front, at most max: their number. Stops before anything
 * else.
 */
size_t text_bytes(struct span *s, uint8_t *data, size_t max);

/*
 * Cuts a line at each sep, blanks and a pair of double quotes around each field taken off (a
 * separator in quotes is none; a doubled quote in them stays so). Returns the number of fields, at
 * most max; what lies behind them is not looked at.
 */
size_t text_split(struct span line, char sep, struct span *field, size_t max);

/*
 * text_split() of a CSV file, which may have semicolons for commas where a program that writes
 * decimal commas has had it.
 */
size_t text_csv(struct span line, struct span *field, size_t max);

/* f->id and the flag EXTENDED, which an id above 7FF has in any case. False above 29 bits. */
static inline bool
text_id(struct frame *f, uint32_t id, bool extended)
{
	f->id = id;
	if (extended || id > FRAME_STANDARD_MAX)
		f->flags |= FRAME_EXTENDED;
	return id <= FRAME_ID_MASK;
}

/*
 * The length of a classic frame from a DLC of 0 to 15: f->len, and the flag RAW_DLC above 8. False
 * above 15.
 */
bool text_dlc(struct frame *f, uint32_t dlc);
/* A data frame of len bytes (at most 64): CAN FD, of unknown flags, above 8. */
static inline void
text_payload(struct frame *f, uint32_t len)
{
	f->len = (uint16_t)len;
	f->fd_flags = 0;
	if (len > 8)
		f->flags |= FRAME_FD;
}

/*
 * The length of a data frame of which a line says n and has got bytes in f->data: f->len, and the
 * flag RAW_DLC or FD (fd_flags 0) where that says so. n is a length; above 8 it may be the DLC, of
 * 8 bytes or of CAN FD. False when they do not fit.
 */
bool text_length(struct frame *f, uint32_t n, size_t got);
/* Rx and Tx in either case, as flags; 0 for anything else. */
uint16_t text_direction(struct span s);

/*
 * "15:06:13", "3:06:13.191 pm" (any of . , : before one to nine digits; am, pm or nothing behind)
 * as ns since midnight.
 */
bool text_clock(struct span s, int64_t *ns);

static inline enum text_result
text_bad(struct text_note *note, const char *what)
{
	note->what = what;
	return TEXT_BAD;
}

static inline enum text_result
text_other(struct text_note *note, const char *kind)
{
	note->what = kind;
	return TEXT_OTHER;
}

#endif
