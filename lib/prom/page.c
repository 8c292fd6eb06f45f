#include "prom/page.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"
#include "prom/page_data.h"

const char page_policy[] = "default-src 'none'; script-src '" PAGE_SCRIPT
	"'; style-src '" PAGE_STYLE
	"'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
	"frame-ancestors 'none'";

static void
put_html(struct buf *out, struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '<' || text.p[i] == '>' || text.p[i] == '&' || text.p[i] == '"')
			buf_printf(out, "&#%d;", text.p[i]);
		else
			buf_putc(out, text.p[i]);
	}
}

/* The link is relative, so that it also leads to the right place behind a proxy with a prefix. */
void
page_put(struct buf *out, struct span metrics)
{
	buf_put(out, page_before, sizeof page_before);
	buf_putc(out, '.');
	put_html(out, metrics);
	buf_put(out, page_after, sizeof page_after);
}

void
page_etag(char out[static PAGE_ETAG], struct span metrics)
{
	snprintf(out, PAGE_ETAG, "W/\"%s-%016" PRIx64 "\"", PAGE_HASH, hash_chain(0, metrics));
}
