#include "prom/basic.h"

#include <strings.h>

#include "base/base64.h"

bool
basic_read(struct span h, struct buf *text, struct span *name, struct span *password)
{
	static const char scheme[] = "Basic ";
	const size_t n = sizeof scheme - 1;
	const char *colon;

	text->len = 0;
	if (h.n < n || strncasecmp(h.p, scheme, n))
		return false;
	for (h = span_of(h.p + n, h.n - n); h.n && *h.p == ' '; h = span_of(h.p + 1, h.n - 1))
		;
	while (h.n && (h.p[h.n - 1] == ' ' || h.p[h.n - 1] == '\t'))
		h.n--;
	if (!base64_take(h, (uint8_t *)buf_reserve(text, base64_size(h) + 1), base64_size(h)))
		return false;
	text->len = base64_size(h);
	colon = memchr(text->p, ':', text->len);
	if (!colon)
		return false;
	*name = span_of(text->p, (size_t)(colon - text->p));
	*password = span_of(colon + 1, text->len - name->n - 1);
	return true;
}
