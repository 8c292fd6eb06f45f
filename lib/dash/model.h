#ifndef DASH_MODEL_H
#define DASH_MODEL_H

#include "dash/dash.h"

/*
 * Grafana's dashboard model (its "Dashboard JSON model", kinds/dashboard/dashboard_kind.cue and the
 * panelcfg.cue of the panels). The only file of this folder that knows jansson.
 */
struct model {
	const struct dash_options *options;
	const struct query_language *language;
	const struct query *query;
	const struct outline *outline;
	struct span uid;
};

/* The variable that asks for the data source where none is named. */
#define MODEL_DATASOURCE "datasource"

/* Appends the JSON text with a newline. */
void model_write(struct buf *out, const struct model *m);

#endif
