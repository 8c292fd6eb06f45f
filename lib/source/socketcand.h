#ifndef SOURCE_SOCKETCAND_H
#define SOURCE_SOCKETCAND_H

#include "source/live.h"

/*
 * A bus of another machine through socketcand in raw mode (its doc/protocol.md). A lane's name is
 * what stands behind "socketcand:": "HOST[:PORT]/BUS".
 */
extern const struct live_kind socketcand_kind;

enum { SOCKETCAND_PORT = 29536, SOCKETCAND_MESSAGE_MAX = 512 };

enum socketcand_result {
	SOCKETCAND_MORE,	/* no whole message is there */
	SOCKETCAND_HI,
	SOCKETCAND_OK,
	SOCKETCAND_ECHO,
	SOCKETCAND_FRAME,	/* frame, fdframe, rtr, error with a class: *it, but for its bus */
	SOCKETCAND_ERROR,	/* "< error unknown command >": text is "unknown command" */
	SOCKETCAND_OTHER,	/* well-formed, but not of raw mode: text is its first word */
	SOCKETCAND_BAD,		/* rubbish: text is what it is, at least the beginning */
};

struct socketcand_message {
	struct merge_item it;	/* ns: as the other machine says it; 0 where it counts from its start */
	struct span text;	/* borrowed */
	size_t used;		/* bytes that it takes, with what stands before it */
};

/*
 * The first message of n bytes, "< word ... >". Blanks between messages are passed over. A message
 * longer than SOCKETCAND_MESSAGE_MAX is BAD up to where the next one may begin.
 */
enum socketcand_result socketcand_parse(const char *p, size_t n, struct socketcand_message *m);

#endif
