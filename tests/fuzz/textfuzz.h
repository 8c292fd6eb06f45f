/*
 * The body of the fuzz targets for text formats, which name FUZZ_LINE and FUZZ_STATE first: any
 * lines, one after the other through one state. What is taken as a frame must be one that survives
 * being written as a candump line; what is not must have a reason.
 */
#include <string.h>

#include "can/candump.h"
#include "source/text.h"
#include "fuzz.h"

static void
check_frame(struct frame *f, const struct text_note *note)
{
	static char out[CANDUMP_LINE_MAX];
	static struct frame again;
	unsigned ignored = FRAME_NO_TIME | FRAME_DATE;
	size_t n;

	must(note->bus < 1000000000);
	f->bus = span_str("can0");
	if (f->ns < 0)
		f->ns = 0;	/* a date before 1970 */
	n = candump_format(out, f, true);
	must(candump_parse_log(out, n - 1, &again));
	must(again.ns == f->ns && again.id == f->id && again.len == f->len
	    && again.flags == (f->flags & ~ignored));
	must(!(f->flags & FRAME_FD) || again.fd_flags == f->fd_flags);
	must(!(f->flags & FRAME_RAW_DLC) || again.raw_dlc == f->raw_dlc);
	must(f->flags & FRAME_REMOTE || !memcmp(again.data, f->data, f->len));
}

static void
check_line(void *state, const char *p, size_t n)
{
	char *exact = malloc(n ? n : 1);	/* what is read behind it is seen */
	struct text_note note = { 0 };
	static struct frame f;

	must(exact != NULL);
	if (n)
		memcpy(exact, p, n);
	memset(&f, 0xff, sizeof f);
	switch (FUZZ_LINE(state, span_of(exact, n), &f, &note)) {
	case TEXT_FRAME:
		check_frame(&f, &note);
		break;
	case TEXT_BAD:
	case TEXT_OTHER:
		must(note.what && *note.what);
		break;
	case TEXT_BLANK:
		break;
	}
	free(exact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_STATE state;
	const char *p = (const char *)data, *end = p + size, *nl;

	must(sizeof state <= TEXT_STATE_MAX);
	memset(&state, 0, sizeof state);
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		check_line(&state, p, (size_t)(nl - p));
	}
	return 0;
}
