#ifndef SOURCE_MF4_LANE_H
#define SOURCE_MF4_LANE_H

#include "source/mf4.h"

/*
 * The records of one data group, one after the other as they stand in the file. Memory does not
 * depend on how many these are.
 */

enum mf4_lane_step {
	MF4_READY,		/* a record of a frame: ns, and mf4_lane_frame() */
	MF4_OTHER,		/* a record of something else: kind */
	MF4_SKIP,		/* a record that should be a frame: place, expected */
	MF4_DAMAGE,		/* place, expected */
	MF4_END,
};

enum { MF4_RECORD_MAX = 1 << 20 };	/* bytes of a record with a frame */

/* Of a channel group, while it is read. */
struct mf4_lane_progress {
	uint64_t records;
	/* VLSD groups: */
	uint64_t next;			/* the key of the next record: its offset, or its number */
	uint64_t key;			/* of the last record, with its bytes */
	uint32_t n;			/* how many; 0: none that could be of a frame */
	bool had, unsure;		/* unsure: records are missing, so next is not known */
	bool of_frames;			/* its records are data of frames */
	char bytes[64];
	/* Groups whose data is elsewhere: */
	size_t vlsd;			/* the group that has it */
	struct mf4_chain chain;		/* SD blocks */
	struct mf4_stream away;		/* these; or the records of the data group once more */
	uint64_t away_key;		/* of the next VLSD record there */
	unsigned rewinds;
	bool begun;
};

struct mf4_lane {
	struct mf4_file *file;		/* borrowed, like the next two */
	struct mf4_tree *tree;
	struct mf4_data_group *data;
	struct mf4_group *group;	/* its groups, and: */
	struct mf4_lane_progress *progress;
	struct mf4_chain chain;
	struct mf4_stream stream;
	uint32_t *by_id;		/* numbers of groups, in order of id */
	uint16_t low[256];		/* number of the group with that id, plus 1 */
	/* What mf4_lane_next() gives. */
	int64_t ns;			/* since the start of the recording */
	bool timeless;			/* there is no time: ns is that of the record before */
	uint64_t place;
	const char *kind, *expected;
	/* For mf4_lane.c and mf4_data.c alone. */
	size_t at;			/* group of the record at which it stands */
	uint64_t size;			/* bytes of that, with its number */
	size_t before;			/* the VLSD group of the record before, plus 1 */
	size_t checked;			/* groups whose number of records was compared */
	uint64_t nonzero;		/* up to there, zeroes do not go on to the end */
	bool standing, lost, ended, told;
};

/* chunk: bytes that are read at once. */
void mf4_lane_init(struct mf4_lane *l, struct mf4_file *f, struct mf4_tree *t,
    struct mf4_data_group *d, struct mf4_scratch *scratch, size_t chunk);
void mf4_lane_free(struct mf4_lane *l);
/* Steps over the record at which it stands and goes to the next one. */
enum mf4_lane_step mf4_lane_next(struct mf4_lane *l);
/* After READY, once: the frame but for its time and bus. NULL, or what was expected. */
const char *mf4_lane_frame(struct mf4_lane *l, struct frame *f, unsigned *bus);

/* --- between mf4_lane.c and mf4_data.c ------------------------------------------------------- */

/* The group of the record that begins at p; false: there is none with that number. */
bool mf4_lane_group(const struct mf4_lane *l, const char *p, size_t *group);
/*
 * What the data of a group's frame is, where it is not in its record; record and what is there
 * behind it. False: it cannot be found.
 */
bool mf4_data_find(struct mf4_lane *l, struct span record, struct span *data);

#endif
