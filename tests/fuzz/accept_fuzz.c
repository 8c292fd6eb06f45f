/* Accept and Accept-Encoding, as any client may send them. */
#include "prom/accept.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of((const char *)data, size);

	if (accept_format(s) >= EXPOSE_FORMATS)
		abort();
	(void)accept_gzip(s);
	return 0;
}
