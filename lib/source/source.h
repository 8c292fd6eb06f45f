#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "can/frame.h"
#include "can/run.h"
#include "source/input.h"

/*
 * Where frames come from: a recording in one of the formats of a table, or live buses. A source
 * gives one result after the other; it prints nothing and decides nothing about them.
 */
enum source_result {
	SOURCE_FRAME,		/* frame; line is the log line that it was, where it was one */
	SOURCE_SKIPPED,		/* number or offset (live: bus), line, expected: it is no frame */
	SOURCE_UNTERMINATED,	/* number: the last line has no newline and was not used */
	SOURCE_DAMAGED,		/* number or offset, expected: the file is damaged there; it goes on */
	SOURCE_TORN,		/* expected: why compressed data cannot be unpacked further */
	SOURCE_SPOOLING,	/* the input is being copied to a temporary file, since the format seeks */
	SOURCE_LOST,		/* bus, count, expected: so many frames, or what it says, were not read */
	SOURCE_DOWN,		/* bus, expected: it is down, in words; frames may come again */
	SOURCE_BACK,		/* bus, expected: they may again */
	SOURCE_NOTE,		/* bus, expected: something to know */
	SOURCE_IDLE,		/* nothing to read right now: flush, then call again to wait */
	SOURCE_WAKE,		/* a signal came, the source goes on */
	SOURCE_END,		/* no more, or stopped by a signal */
	SOURCE_FAILED,		/* err */
	SOURCE_REPLACED,	/* of a feed alone: a followed file goes on as a new one of its name */
	SOURCE_RELATIVE,	/* of a track alone: what its relative times count from */
	SOURCE_TIMELESS,	/* of a track alone: frames without a time get that of reading */
	SOURCE_DATA,		/* of the functions for readers alone: what was asked for is there */
};

/*
 * Every line, and every record of a binary format, is counted once more as one of: blank, other,
 * skipped, unterminated, or the frame that it was.
 */
struct source_counts {
	uint64_t bytes;		/* read from files, as they are there */
	uint64_t lines;		/* of files in text formats */
	uint64_t records;	/* of files in binary formats */
	uint64_t blank;		/* blank lines, comments and headers */
	uint64_t other;		/* what a format has beside frames: markers, statistics, other buses */
	uint64_t skipped;
	uint64_t unterminated;
	uint64_t damaged;	/* places where a file is damaged; no line or record need be there */
	uint64_t received;	/* frames from buses */
	uint64_t lost;		/* frames that the kernel dropped; not among received */
};

enum { SOURCE_KINDS = 16 };

/* What a recording has beside frames, by kind: "markers", "LIN frames". */
struct source_kind {
	const char *name;	/* plural; a constant */
	uint64_t count;
};

struct source_options {
	bool accept_unterminated;
	int64_t grace;		/* ns that a pipe is still read for after the first signal */
	bool follow;		/* at the end of a file wait for more; path stays borrowed then */
	const struct source_reader *format;	/* NULL: recognised by content */
	bool dated;
	int64_t date;		/* --date, ns since 1970: for formats with times of day alone */
};

struct text_format;

struct source {
	struct frame frame;
	struct span line;	/* without its newline, borrowed until the next call */
	uint64_t number;	/* of the line or record, from 1 */
	uint64_t offset;	/* of the record or damage in the unpacked file; of a line: where jumped */
	const char *expected;	/* continues "expected ", or as the result says */
	const char *bus;
	uint64_t count;
	int err;
	int64_t now;		/* when what is being given was read, ns since 1970 */
	bool relative;		/* the times of frames count from the start of the recording */
	bool fixed;		/* a reader's open() may say so: not even a format that jumps can here */
	bool jumped;		/* number counts from where source_jump() went to: offset is the place */
	struct source_counts counts;
	struct source_kind kind[SOURCE_KINDS];	/* up to the first without a name */

	/* For the readers alone. */
	const struct source_reader *reader;	/* at present: finding, preparing or reading */
	const struct source_reader *format;	/* once recognised */
	void *state;		/* the format's, format->state bytes, cleared */
	const char *name;	/* of the file, without folders; "" for standard input */
	struct source_options options;
	char newline;		/* what ends a line: '\n'; a reader's open() may say '\r' */
	int file;		/* formats that seek: the file, or its unpacked copy; else -1 */
	uint64_t size;		/* of that */

	/* For source.c alone. */
	struct input input;
	struct span rest;	/* lines read, not yet given */
	uint64_t long_lines;	/* as far as they were reported */
	uint64_t block_end;	/* where jumped: offset of what follows rest */
	uint64_t pending;	/* bytes to be passed over that were not there yet */
	bool damage_told, spooling, spooled;
	char bus_text[16];
};

/* What a format is recognised by. */
struct source_head {
	struct span bytes;	/* the first ones, unpacked: at most SOURCE_HEAD */
	const char *name;	/* of the file, without folders; "" for standard input */
	bool whole;		/* there are no more */
};

enum { SOURCE_HEAD = 64 << 10 };

enum source_sniff {
	SOURCE_NO,
	SOURCE_MAYBE,		/* more bytes would tell; at the end of the file it means no */
	SOURCE_YES,
};

/*
 * A format of recordings (or, not in the table, the live buses). To add one: one file in
 * lib/source with a `const struct source_reader source_NAME`, its row in lib/source/readers.c
 * (and declaration in readers.h), its row in canread(1), its tests. Nothing else knows it. For a
 * format of lines, source/text.h has all but the function over a line.
 *
 * The rules for a reader:
 * - next() gives one result. Text comes from source_line(), bytes from source_bytes() or, with
 *   `seeks`, source_window_at(). Whatever these return but DATA (bytes: and END) is returned as it
 *   is, and the same is asked again in the next call: so nothing is consumed and no state changed
 *   before all of what makes up a step is there.
 * - A frame: s->frame is filled (ns, bus, id, flags, len, data; fd_flags, raw_dlc and the XL fields
 *   with their flags alone) and SOURCE_FRAME returned. `flags` is set anew for each. The bus is
 *   source_bus() by the format's own channel number (documented in canread(1)); or text borrowed
 *   until the next call. s->line stays empty but for candump lines.
 * - Time: frame.ns is nanoseconds since 1970 UTC. Formats in local time convert with
 *   base/calendar.h (the zone is --timezone's, process-wide). A format, or file, that only counts
 *   from the start of the recording sets s->relative in open() and gives ns since that start; the
 *   start is found elsewhere (--start, or the file's modification time less its length). A frame
 *   without any time has FRAME_NO_TIME and gets the moment at which it is read.
 * - What is well-formed but no frame: `return source_other(s, "markers")` is not a result, it only
 *   counts; go on with the next line or record. Headers, comments: source_blank().
 * - What is not well-formed: return source_skip(s, "a time in seconds") for a line or record,
 *   source_damage(s, "a block that begins with LOBJ") for anything that is not one of these; then
 *   find the next good place, or return SOURCE_END in the next call. Both make status 3.
 * - Nothing that a file says is believed: lengths are checked against what is there and against
 *   SOURCE_BYTES_MAX before they are asked for.
 */
struct source_reader {
	const char *name;	/* for -f and --formats: lower case */
	const char *about;	/* one line for --formats */
	/* NULL, in the last row alone: takes what no other has recognised. */
	enum source_sniff (*sniff)(const struct source_reader *self, const struct source_head *head);
	/*
	 * Before the first next(): reads a header, where there is one. DATA when that is done; anything
	 * else is given to the caller and, but for END and FAILED, open() called again. NULL: nothing
	 * to do.
	 */
	enum source_result (*open)(struct source *s, bool wait);
	enum source_result (*next)(struct source *s, bool wait);
	/* Gives back what s->state points to (not s->state itself); NULL: nothing to do. */
	void (*close)(struct source *s);
	size_t state;		/* bytes of s->state */
	const struct text_format *text;	/* for text_sniff(), text_open() and text_next() */
	bool seeks;		/* wants s->file: a copy in a temporary file where the input cannot seek */
	/*
	 * Text: a line says how much data it has, so a last line without a newline is used when it
	 * parses whole. Otherwise it could be half a frame and is not used.
	 */
	bool whole_tail;
	/*
	 * Text: what a line means depends on nothing before it but what open() has read, so reading may
	 * go on at any line (--from looks for its line by halving).
	 */
	bool jumps;
	bool canonical;		/* Text: its lines may be those that canread writes; s->line has them */
};

/*
 * Opens a recording; path NULL is standard input. The options are copied, what they point to is
 * not. 0, or an errno; nothing is to be closed then.
 */
int source_open(struct source *s, const char *path, const struct source_options *o);
static inline enum source_result
source_next(struct source *s, bool wait)
{
	return s->reader->next(s, wait);
}
void source_close(struct source *s);

/*
 * Behind a frame: takes what is read already of the lines that follow, as far as they may be
 * written as they stand. Empty where the format has no such lines. The piece is borrowed until the
 * next call.
 */
struct can_run source_run(struct source *s, const struct can_run_limits *limits,
    struct span *piece);

/* Whether source_jump() can: once a frame was given. */
bool source_jumps(const struct source *s);
/* The place in the file of the next line that is not yet given. */
uint64_t source_tell(const struct source *s);
/*
 * Goes on with the first line that begins at offset or behind it. Lines passed over are not
 * counted. False with err.
 */
bool source_jump(struct source *s, uint64_t offset);

/* --- for readers ----------------------------------------------------------------------------- */

/*
 * Text: the next line in s->line, without its newline but with a CR before it, counted (s->number,
 * s->counts.lines). DATA, or what next() has to return. Lines that are too long come as SKIPPED.
 */
enum source_result source_line(struct source *s, bool wait);
/* Gives the line that source_line() has just given once more, uncounted till then. */
void source_unread(struct source *s);

/*
 * Binary: at least n bytes (n <= SOURCE_BYTES_MAX) from where source_eat() has come to, and
 * whatever else is there already; borrowed until the next call. DATA; or END with *p the fewer
 * bytes that are left; or what next() has to return. s->offset is the place of p->p.
 */
enum { SOURCE_BYTES_MAX = 16 << 20 };
enum source_result source_bytes(struct source *s, size_t n, struct span *p, bool wait);
/* The input ended by a signal, not by the end of its file: what is missing then is no damage. */
static inline bool
source_stopped(const struct source *s)
{
	return input_stopped(&s->input);
}
/* Consumes n bytes, also more than are there yet; s->offset moves at once. */
void source_eat(struct source *s, uint64_t n);

/*
 * Binary, with `seeks`: a view on s->file. All zeroes at the start; several may be used side by
 * side. source_window_at() gives at least n bytes (n <= SOURCE_BYTES_MAX) at an offset and whatever
 * else the window holds behind them, borrowed until the next call with the same window. DATA; END
 * with *p the fewer bytes that there are; FAILED. It never waits.
 */
struct source_window {
	struct buf b;
	uint64_t at;		/* offset of the first byte in b */
};
enum source_result source_window_at(struct source *s, struct source_window *w, uint64_t offset,
    size_t n, struct span *p);
void source_window_free(struct source_window *w);

/* Counts a record of a binary format, once for each: s->number, s->counts.records. */
static inline void
source_record(struct source *s)
{
	s->number++;
	s->counts.records++;
}
/* The line that source_line() has just given is the file's last and has no newline. */
static inline bool
source_at_tail(const struct source *s)
{
	return s->rest.p == span_end(s->line);
}
/* That line may be half of one, and is not used. Returns SOURCE_UNTERMINATED. */
enum source_result source_unterminated(struct source *s);
/* The line or record just read is a blank, a comment or a part of the header. */
static inline void
source_blank(struct source *s)
{
	s->counts.blank++;
}
/* It is something else than a frame, well-formed. kind: plural, a constant: "markers". */
void source_other(struct source *s, const char *kind);
/* n records of that kind, which are not read one by one: counted as records, too. */
void source_others(struct source *s, const char *kind, uint64_t n);
/* It should be a frame and is none. Returns SOURCE_SKIPPED. expected: a constant. */
enum source_result source_skip(struct source *s, const char *expected);
/* The file is damaged at s->number or s->offset. Returns SOURCE_DAMAGED. */
enum source_result source_damage(struct source *s, const char *expected);
/* s->frame.bus = "canN". */
void source_bus(struct source *s, unsigned n);
/* For sniff(): the bytes begin with this text; MAYBE while they are fewer. */
enum source_sniff source_sniff_text(struct span bytes, const char *text);

#endif
