#ifndef INFLUX_HEALTH_H
#define INFLUX_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "influx/api.h"

/*
 * Whether the server is well, by the rule of its row. Some have no health endpoint, or one that
 * says nothing: then the next path is asked. Knows neither sockets nor clocks.
 */
struct health {
	const struct api *api;
	enum api_state state;	/* the last finding; UNSURE before the first */
	unsigned step;
	struct buf text;	/* of an ill server: what it answered */
};

/* Starts a round; the path to ask (GET, below the base URL). */
const char *health_begin(struct health *h);

enum health_result { HEALTH_AGAIN, HEALTH_SAME, HEALTH_CHANGED };
/*
 * An answer (status 0: none, failure says why). AGAIN: ask *path too. Else the round is over and
 * state and text stand.
 */
enum health_result health_answer(struct health *h, int status, const char *failure,
    struct span body, const char **path);
void health_free(struct health *h);

#endif
