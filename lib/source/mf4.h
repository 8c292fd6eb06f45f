#ifndef SOURCE_MF4_H
#define SOURCE_MF4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/table.h"
#include "can/frame.h"

/*
 * ASAM MDF 4 with bus logging (ASAM MDF 4.1.1 and the associated standard "Bus Logging"). A file is
 * a tree of blocks that link to each other by their offsets:
 *
 * HD -> DG, data groups -> CG, channel groups -> CN, channels -> TX names, CC conversions
 *        DG -> the records of all of its channel groups: DT, or DZ (packed), or a list DL of these,
 *              or HL (the head of such a list)
 *
 * With more than one channel group in a data group ("unsorted"), each record begins with the number
 * of its group. Data of variable length is elsewhere: in an SD block (or a list), or in records of
 * a channel group of its own ("VLSD"); the record has the offset.
 *
 * The parts, a file each: mf4_block (blocks), mf4_tree (what groups and channels there are),
 * mf4_chain (data blocks as one sequence of bytes), mf4_frame (records to frames), mf4_lane (the
 * records of a data group), mf4 (the reader). Only mf4.c knows where the bytes come from.
 */

/* --- mf4_block.c ----------------------------------------------------------------------------- */

struct mf4_file {
	uint64_t size;
	unsigned unfinished;	/* enum mf4_unfinished */
	/*
	 * At least n bytes at an offset, borrowed until the next call; all are known to lie in the
	 * file. False: reading failed.
	 */
	bool (*get)(void *arg, uint64_t at, size_t n, struct span *p);
	void *arg;
	bool failed;		/* get() was false */
};

/* What is left to do where a logger was switched off: flags of the file's first block. */
enum mf4_unfinished {
	MF4_CYCLES = 1 << 0,		/* the numbers of records */
	MF4_DATA_LENGTH = 1 << 2,	/* the length of the last data block */
	MF4_LIST = 1 << 4,		/* the last list */
	MF4_OFFSETS = 1 << 6,		/* the offsets into VLSD groups */
};

enum {
	MF4_HEADER = 64,		/* the first block, which has a form of its own */
	MF4_BLOCK_MIN = 24,
	MF4_NAME_MAX = 128,
};

/* n bytes at an offset. False: they are not in the file, or reading failed. */
bool mf4_get(struct mf4_file *f, uint64_t at, size_t n, struct span *p);

struct mf4_block {
	uint64_t at, size;
	uint32_t links;
	char id[3];
};

/*
 * The block at an offset, whose id is one of ids ("DT DZ"). It may reach behind the end of the
 * file; its links do not. False: there is none.
 */
bool mf4_block(struct mf4_file *f, uint64_t at, const char *ids, struct mf4_block *b);
/* One of its links, from 0; 0 (no link) where it has not so many. */
uint64_t mf4_link(struct mf4_file *f, const struct mf4_block *b, uint32_t i);
/* At least n bytes from behind its links. */
bool mf4_body(struct mf4_file *f, const struct mf4_block *b, size_t n, struct span *p);
/* The text of a TX or MD block, cut to what there is room for; empty where there is none. */
void mf4_text(struct mf4_file *f, uint64_t at, char out[static MF4_NAME_MAX]);

/* Blocks that have been read: one that is met again is part of a circle. */
struct mf4_seen {
	struct table table;
	uint64_t seed;
	uint64_t *at;
	uint32_t n, room;
};

/* True the first time. */
bool mf4_seen_first(struct mf4_seen *s, uint64_t at);
void mf4_seen_free(struct mf4_seen *s);

/* --- mf4_tree.c ------------------------------------------------------------------------------ */

/* Where a number stands in a record, and what it means. */
struct mf4_field {
	bool there;
	bool big;			/* big-endian */
	bool scaled;			/* value = factor * number + offset */
	uint8_t bytes, shift;		/* of which bytes, and the first bit in them */
	uint32_t at;
	uint64_t mask;			/* 0: no bits, the number is 0 */
	int32_t invalid;		/* the bit that says so, behind the data; -1: none */
	double factor, offset;
};

enum mf4_member {
	MF4_BUS, MF4_ID, MF4_IDE, MF4_DLC, MF4_LENGTH, MF4_DIR, MF4_EDL, MF4_BRS, MF4_ESI, MF4_ERROR,
	MF4_MEMBERS
};

enum mf4_event {
	MF4_NO_EVENT,		/* something else than CAN */
	MF4_DATA_FRAME, MF4_REMOTE_FRAME, MF4_ERROR_FRAME, MF4_OVERLOAD_FRAME,
	MF4_VLSD,		/* data of variable length, of the records of another group */
};

enum mf4_storage {
	MF4_NO_DATA,
	MF4_IN_RECORD,		/* at a place in the record */
	MF4_IN_BLOCK,		/* at an offset in an SD block */
	MF4_IN_GROUP,		/* at an offset in the records of a VLSD group */
};

enum mf4_clock {
	MF4_NO_CLOCK,
	MF4_INTEGER, MF4_FLOAT32, MF4_FLOAT64,
	MF4_COUNT,		/* the number of the record */
};

/* A channel group. */
struct mf4_group {
	uint64_t at;			/* its block */
	uint64_t id;			/* before its records, where there are several groups */
	uint64_t cycles;		/* how many records it says it has */
	uint32_t size, invalid;		/* bytes of a record: data, invalidation bits */
	enum mf4_event event;
	const char *kind;		/* with NO_EVENT: what its records are, for counting */
	enum mf4_clock clock;
	struct mf4_field time;		/* factor and offset in ns, and: */
	int64_t tick, zero;		/* the same as whole numbers; tick 0: they are not */
	struct mf4_field member[MF4_MEMBERS];
	enum mf4_storage storage;
	struct mf4_field data;		/* IN_BLOCK, IN_GROUP: the offset; IN_RECORD: at alone */
	uint32_t room;			/* IN_RECORD: bytes */
	uint64_t link;			/* IN_BLOCK: to the data; IN_GROUP: to the group */
	unsigned bus;			/* where no member says it */
};

/* A data group. */
struct mf4_data_group {
	uint64_t at, data;
	unsigned id_size;		/* bytes of the number before each record */
	size_t first, groups;		/* its channel groups in mf4_tree.group */
};

/* What is wrong with the tree. */
struct mf4_note {
	uint64_t at;
	const char *expected;
};

enum { MF4_NOTES = 32 };

struct mf4_tree {
	int64_t start;			/* ns since 1970 */
	bool local;			/* as a clock on the wall showed it */
	struct mf4_data_group *data;
	size_t datas, data_room;
	struct mf4_group *group;
	size_t groups, group_room;
	struct mf4_seen seen;
	struct mf4_note note[MF4_NOTES];
	unsigned notes;			/* further ones are dropped */
};

/*
 * Reads the file's first block. False: it is no MDF file, or *version (as 411) says it is one that
 * is not read here.
 */
bool mf4_header(struct span bytes, unsigned *version, unsigned *unfinished);
/* Reads the tree, as far as it can be read. To be freed also when reading failed. */
void mf4_tree_read(struct mf4_tree *t, struct mf4_file *f);
void mf4_tree_free(struct mf4_tree *t);
void mf4_tree_note(struct mf4_tree *t, uint64_t at, const char *expected);

/* --- mf4_channel.c --------------------------------------------------------------------------- */

/* The channels of a group, for mf4_tree.c. */
void mf4_channels(struct mf4_tree *t, struct mf4_file *f, uint64_t first, struct mf4_group *g);

/* --- mf4_chain.c ----------------------------------------------------------------------------- */

enum mf4_packing { MF4_PLAIN, MF4_DEFLATE, MF4_TRANSPOSED };

/* A data block; together they are one sequence of bytes. */
struct mf4_segment {
	uint64_t at;			/* of its bytes in the file */
	uint64_t stored;		/* how many these are, as far as the file has them */
	uint64_t start, size;		/* of what they unpack to, in the sequence */
	uint32_t columns;		/* TRANSPOSED: bytes of a row */
	uint8_t packing;		/* enum mf4_packing */
	bool torn;			/* the file ends in it */
	bool bad;			/* it cannot be unpacked */
};

/*
 * The data blocks behind a link, found as they are needed. Where one cannot be read, the next one
 * begins behind a gap.
 */
struct mf4_chain {
	struct mf4_file *file;
	struct mf4_tree *tree;		/* takes the notes; knows what was read before */
	struct mf4_segment *segment;
	size_t segments, room;
	uint64_t size;			/* where the next segment starts */
	uint64_t next;			/* the list, or single block, to be read next; 0: none */
	struct mf4_block list;		/* being read */
	uint32_t index;			/* the next link of it */
	uint32_t row;			/* set by the caller: bytes of each record; 0: they differ */
	bool in_list, bad;		/* bad: something was noted about the block being added */
};

/* link 0: no data. */
void mf4_chain_init(struct mf4_chain *c, struct mf4_file *f, struct mf4_tree *t, uint64_t link);
void mf4_chain_free(struct mf4_chain *c);
/* Whether the records behind a link are stored without their invalidation bits: LD and DV. */
bool mf4_chain_bare(struct mf4_file *f, uint64_t link);
/* Finds one more segment. False: there are no more. */
bool mf4_chain_more(struct mf4_chain *c);

/* --- mf4_stream.c ---------------------------------------------------------------------------- */

/* The packed block that was needed last, unpacked; shared by all chains of a file. */
struct mf4_scratch {
	struct gzip_zlib *z;
	struct buf b;
	uint64_t at;			/* of the segment it is of; 0: none */
};

enum {
	MF4_UNPACKED_MAX = 16 << 20,	/* bytes of a packed block; the standard says 4 MiB */
	MF4_SLACK = 8,			/* bytes that may be read behind the end of a view */
};

void mf4_scratch_free(struct mf4_scratch *s);

/* A place in a chain, and a buffer of what follows. */
struct mf4_stream {
	struct mf4_chain *chain;	/* borrowed */
	struct mf4_scratch *scratch;	/* borrowed */
	size_t chunk;			/* bytes that are read at once */
	struct buf b;
	size_t at;			/* what lies before in b is consumed */
	uint64_t end;			/* in the sequence, of what is in b */
	size_t segment;			/* of the chain: the one that `end` is in, or not yet found */
};

/* chain, scratch and chunk are set by the caller, all else is zero. */
void mf4_stream_free(struct mf4_stream *s);
/*
 * At least n bytes from where it stands and what else is buffered, or the fewer that there are up
 * to a gap or the end; MF4_SLACK bytes more can be read. Borrowed until the next call.
 */
static inline struct span mf4_stream_view(struct mf4_stream *s, size_t n);
/* Steps over n bytes, also more than were viewed; not over a gap. */
static inline void mf4_stream_skip(struct mf4_stream *s, uint64_t n);
/* Goes over the gap in which a view ended. False: it was the end. */
bool mf4_stream_leap(struct mf4_stream *s);
/* Where it stands in the sequence. */
static inline uint64_t
mf4_stream_tell(const struct mf4_stream *s)
{
	return s->end - (s->b.len - s->at);
}
/* Goes to a place in the sequence, as far as it is known to have one. */
void mf4_stream_seek(struct mf4_stream *s, uint64_t pos);
/* Where in the file it stands; in packed blocks, where these begin. */
uint64_t mf4_stream_place(const struct mf4_stream *s);

/* The same where more is to be read. */
struct span mf4_stream_more(struct mf4_stream *s, size_t n);
void mf4_stream_pass(struct mf4_stream *s, uint64_t n);

static inline struct span
mf4_stream_view(struct mf4_stream *s, size_t n)
{
	if (n && s->b.len - s->at >= n)
		return span_of(s->b.p + s->at, s->b.len - s->at);
	return mf4_stream_more(s, n);
}

static inline void
mf4_stream_skip(struct mf4_stream *s, uint64_t n)
{
	if (n <= s->b.len - s->at)
		s->at += (size_t)n;
	else
		mf4_stream_pass(s, n);
}

/* --- mf4_frame.c ----------------------------------------------------------------------------- */

/* A number out of a record of g. False: it is not there, or marked as invalid. */
bool mf4_number(const struct mf4_group *g, const struct mf4_field *field, const char *record,
    uint64_t *v);
/* Makes g->tick and zero from g->time. */
void mf4_time_prepare(struct mf4_group *g);
/* The time of a record since the start of the recording; n: its number. False: it does not fit. */
bool mf4_time(const struct mf4_group *g, const char *record, uint64_t n, int64_t *ns);
/*
 * A frame out of a record, but for time and bus; data: what is stored elsewhere. NULL, or what was
 * expected.
 */
const char *mf4_frame(const struct mf4_group *g, const char *record, struct span data,
    struct frame *f, unsigned *bus);

#endif
