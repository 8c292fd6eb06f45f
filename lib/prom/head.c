#include "prom/head.h"

#include "base/num.h"

void
head_take(struct head *h, struct span name, struct span value)
{
	uint64_t length;

	if (span_is_anycase(name, "Host")) {
		h->hosts++;
	} else if (span_is_anycase(name, "Content-Length")) {
		h->lengths++;
		if (num_u64(value, &length) && length > h->length)
			h->length = length;
	} else if (span_is_anycase(name, "Transfer-Encoding")) {
		h->codings++;
		h->other_coding |= !span_is_anycase(value, "chunked");
	}
}

const char *
head_fault(const struct head *h, const char *version, size_t bytes, unsigned *status)
{
	const struct {
		bool is;
		unsigned status;
		const char *text;
	} row[] = {
		{ bytes > HEAD_BYTES, 431, "The head of a request may have 16 KiB." },
		{ h->hosts > 1 || (!h->hosts && !strcmp(version, "HTTP/1.1")), 400,
			"One Host header is needed." },
		{ h->lengths + h->codings > 1, 400,
			"There is more than one Content-Length or Transfer-Encoding." },
		{ h->other_coding, 501, "The only Transfer-Encoding known here is chunked." },
		{ h->length > HEAD_BODY_BYTES, 413, "The body of a request may have 1 MiB." },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (!row[i].is)
			continue;
		*status = row[i].status;
		return row[i].text;
	}
	return NULL;
}
_Static_assert(HEAD_BYTES == 16 << 10 && HEAD_BODY_BYTES == 1 << 20, "as the texts say");

const char *
head_path(const char *target)
{
	const char *path;
	size_t n = !strncasecmp(target, "http://", 7) ? 7 : !strncasecmp(target, "https://", 8) ? 8 : 0;

	if (!n)
		return target;
	path = strchr(target + n, '/');
	return path ? path : "/";
}
