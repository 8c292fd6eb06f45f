#include "line/lines.h"

#include "line/scanner.h"

const char lines_expected[] = "the end of the line or string, within 1 MiB";
_Static_assert(LINEIN_MAX_LINE == 1 << 20, "as the message says");

enum lines_kind
lines_next(struct lines *l, struct span block, size_t *n)
{
	const bool begun = l->skipping;
	const char *nl;

	*n = begun ? 0 : scanner_line_end(block.p, block.n);
	if (*n)
		return LINES_LINE;
	if (!block.n || (!begun && block.n <= LINEIN_MAX_LINE))
		return LINES_NONE;
	nl = memchr(block.p, '\n', block.n);
	l->skipping = !nl;
	*n = nl ? (size_t)(nl + 1 - block.p) : block.n;
	return begun ? LINES_REST : LINES_LONG;
}
