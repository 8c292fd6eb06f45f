#ifndef INFLUX_DETECT_H
#define INFLUX_DETECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "influx/api.h"

/*
 * Finding out which server it is, by asking /ping, and then what tells QuestDB and VictoriaMetrics
 * from the servers that they claim to be. Knows neither sockets nor clocks.
 */
struct detect {
	unsigned step;
	struct buf version;
	struct api_signs signs;		/* after the last answer */
};

/* Starts a round; the path to ask (GET, below the base URL). */
const char *detect_begin(struct detect *d);
/* An answer (status 0: none). True: ask *path too; else the signs are complete. */
bool detect_answer(struct detect *d, int status, struct span head, struct span body,
    const char **path);
void detect_free(struct detect *d);

#endif
