/* Messages of rtnetlink about interfaces. */
#include <string.h>

#include "source/canlink.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *p = malloc(size ? size : 1);	/* exactly as long: what is read behind it is seen */
	struct span s = span_of(p, size);
	struct buf b = { 0 };
	struct canlink link;
	enum canlink_verdict v;

	if (!p)
		abort();
	if (size)
		memcpy(p, data, size);
	while ((v = canlink_take(&s, &link)) != CANLINK_END)
		if (v == CANLINK_FOUND)
			canlink_line(&link, &b);
	buf_free(&b);
	free(p);
	return 0;
}
