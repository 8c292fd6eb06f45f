#ifndef DASH_PROVISION_H
#define DASH_PROVISION_H

#include "dash/dash.h"

/*
 * The files that Grafana reads at its start ("Provision Grafana", data sources and dashboards).
 * No secret is written: $NAME in them is taken from Grafana's environment.
 */
struct provision {
	enum query_id source;
	struct span uid, url, bucket, org, user;	/* of the data source; empty: not given */
	struct span folder;		/* where the dashboards' files are, on Grafana's machine */
};

/* Appends the text of datasources/UID.yaml. */
void provision_datasource(struct buf *out, const struct provision *p);
/* Appends the text of dashboards/canpipe.yaml. */
void provision_provider(struct buf *out, const struct provision *p);

#endif
