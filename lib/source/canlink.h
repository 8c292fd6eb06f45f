#ifndef SOURCE_CANLINK_H
#define SOURCE_CANLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* What CAN interfaces this machine has, as the kernel says over rtnetlink (linux/can/netlink.h). */
enum { CANLINK_NAME = 16 };

struct canlink {
	char name[CANLINK_NAME];
	char kind[CANLINK_NAME];	/* "can", "vcan", "vxcan", "slcan"; "" where it is not said */
	bool up;
	bool fd;			/* takes CAN FD frames */
	bool listen_only;
	int state;			/* enum can_state; -1: not said */
	uint32_t bitrate, data_bitrate;	/* bit/s; 0: not said, or none */
};

enum canlink_verdict {
	CANLINK_FOUND,
	CANLINK_OTHER,		/* a message about something else than a CAN interface */
	CANLINK_END,		/* the last message of an answer, or none that can be read */
};

/*
 * Takes one message off the front of what a netlink socket gave. Every length in it is held
 * against what is there.
 */
enum canlink_verdict canlink_take(struct span *messages, struct canlink *link);
/* "can0    up, error-active, 500000 bit/s, data 2000000 bit/s", a line. */
void canlink_line(const struct canlink *link, struct buf *b);
/*
 * Asks the kernel and says, in lines for a person, what interfaces there are and what can be done
 * with one. 0, or the errno of what went wrong; the lines are there all the same.
 */
int canlink_survey(struct buf *b);

#endif
