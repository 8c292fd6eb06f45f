#ifndef PROM_CROWD_H
#define PROM_CROWD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The connections of a server, in order of how long each has waited: since it began, or since its
 * last request was done. Those that wait too long are ended, and so is the one that has waited
 * longest when there are too many: half a request, however many send one, keeps nobody out. For
 * several threads.
 */
struct crowd {
	pthread_mutex_t lock;
	struct crowd_member *oldest, *newest;
	size_t count, room;
};

/* A connection. All zeroes but fd before it joins; fd is open until it has left. */
struct crowd_member {
	struct crowd_member *older, *newer;
	int fd;
	int64_t since;		/* clock_mono() */
	int64_t answered;	/* since when an answer to it is on its way; 0: none is */
	bool ended;		/* fd has been shut down */
};

/*
 * How many there may be: most, where as many files may be open beside others, else fewer. Raises
 * the process' limit as far as it has to, and may.
 */
size_t crowd_room(size_t most, size_t others);
/* room: how many there may be. */
void crowd_init(struct crowd *c, size_t room);
/* When all have left. */
void crowd_free(struct crowd *c);
/* A connection that has begun. Without room for it the one that has waited longest is ended. */
void crowd_join(struct crowd *c, struct crowd_member *m, int64_t now);
/* It is over, whoever ended it; its descriptor may be closed afterwards. */
void crowd_leave(struct crowd *c, struct crowd_member *m);
/* A request of it is done. */
void crowd_renew(struct crowd *c, struct crowd_member *m, int64_t now);
/* An answer to it is on its way, until its request is done. */
void crowd_answer(struct crowd *c, struct crowd_member *m, int64_t now);
/* Ends those that have waited since before a time. */
void crowd_end_before(struct crowd *c, int64_t time);
/* Ends those whose answer has been on its way since before a time. */
void crowd_end_slow(struct crowd *c, int64_t time);

#endif
