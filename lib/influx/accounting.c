#include "influx/accounting.h"

#include <string.h>

bool
accounting_balances(const struct accounting *a)
{
	return a->in_spool_before + a->read == a->delivered + a->rejected + a->dropped + a->skipped
	    + a->in_spool_after + a->pending;
}

void
accounting_rows(const struct accounting *a, struct stats_row rows[static ACCOUNTING_ROWS])
{
	const struct stats_row all[ACCOUNTING_ROWS] = {
		{ "in_spool_before", a->in_spool_before },
		{ "read", a->read },
		{ "delivered", a->delivered },
		{ "rejected", a->rejected },
		{ "dropped", a->dropped },
		{ "skipped", a->skipped },
		{ "in_spool_after", a->in_spool_after },
		{ "pending", a->pending },
		{ "comments", a->comments },
		{ "requests", a->requests },
		{ "retries", a->retries },
		{ NULL, 0 },
	};

	memcpy(rows, all, sizeof all);
}
