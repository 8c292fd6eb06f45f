#ifndef INFLUX_SESSION_SPOOL_H
#define INFLUX_SESSION_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/linein.h"
#include "influx/intake.h"
#include "influx/spool.h"
#include "influx/trail.h"

/*
 * The way of a session's input over a spool: each read(2) is followed by a write of its lines to
 * the spool, and what is sent is read from there; where all before it has been taken, it goes on
 * from memory.
 */
struct session;

enum session_spool_full { SESSION_SPOOL_BLOCK, SESSION_SPOOL_OLDEST, SESSION_SPOOL_NEWEST };

struct session_spool {
	struct spool *spool;		/* borrowed */
	enum session_spool_full full;
	bool drain;			/* no input: what is there is sent */
	/* the program's part ends here */
	struct linein in;
	struct intake *intake;		/* of the input; borrowed */
	struct intake plain;		/* of what the spool gives back */
	struct span run;		/* lines that are not in the spool yet, where they were read, … */
	struct buf block;		/* … or all of them here */
	struct buf lengths;		/* of each of them, newline and all: uint32_t */
	uint64_t points;		/* how many */
	struct buf known;		/* the same of what was not read back, but is taken from memory … */
	size_t known_at;		/* … from here on */
	uint64_t dropped;		/* and not written */
	struct trail trail;
	bool over;			/* the input */
	bool idle;			/* all that is in the spool has been read */
	int64_t retry_at, sync_at, save_at, read_at;	/* 0: no need; save_at: not before */
	int err;			/* why it does not take more, 0: it does */
	int told;			/* the one that was told last */
	int64_t tell_at;		/* not before */
	int sync_err, save_err;		/* of the last commit, and of the last position */
};

/* Before the first of the others; fd: the input. */
void session_spool_init(struct session *s, struct session_spool *sp, int fd);
void session_spool_free(struct session_spool *sp);
/* Takes what the input has, once. */
void session_spool_input(struct session *s, int64_t now);
/* The length of the next line that the spool gives, 0 where it is to be found out. */
static inline size_t
session_spool_known(struct session_spool *sp)
{
	uint32_t n;

	if (sp->known_at == sp->known.len)
		return 0;
	memcpy(&n, sp->known.p + sp->known_at, sizeof n);
	sp->known_at += sizeof n;
	return n;
}
/* The line just taken has n bytes and goes on its way, or is dealt with; returns its number. */
uint64_t session_spool_line(struct session *s, size_t n, bool point, bool sent);
/* Commits and saves what is due; all of it at the end. */
void session_spool_keep(struct session *s, int64_t now, bool end);
/* The descriptor to wait for, -1: none; *at becomes earlier when something is to be done before. */
int session_spool_wait(const struct session *s, int64_t now, int64_t *at);
/* Puts the counters of the spool into the accounting. */
void session_spool_count(struct session *s);

/* What is in a spool at path, for people or as JSON. */
void session_spool_describe(struct buf *out, const struct spool *spool, const char *path,
    bool json);

#endif
