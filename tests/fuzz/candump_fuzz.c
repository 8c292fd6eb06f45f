/* The candump grammar: any line; what is taken as a frame must be one and survive being written. */
#include <string.h>

#include "can/candump.h"
#include "can/filter.h"
#include "can/logline.h"
#include "can/run.h"
#include "fuzz.h"

static void
check_frame(const struct frame *f)
{
	unsigned kind = f->flags & (FRAME_FD | FRAME_XL);
	bool wide = f->flags & (FRAME_EXTENDED | FRAME_ERROR);

	must(kind != (FRAME_FD | FRAME_XL));
	must(f->bus.n > 0 && f->bus.n <= FRAME_BUS_MAX && !memchr(f->bus.p, ' ', f->bus.n));
	must(f->id <= (wide ? (unsigned)FRAME_ID_MASK : (unsigned)FRAME_STANDARD_MAX));
	must(f->len <= (kind == FRAME_FD ? 64 : kind == FRAME_XL ? FRAME_DATA_MAX : 8));
	must(!(f->flags & FRAME_REMOTE) || !(f->flags & (FRAME_FD | FRAME_XL | FRAME_ERROR)));
	must(!(f->flags & FRAME_ERROR) || !(f->flags & (FRAME_EXTENDED | FRAME_FD | FRAME_XL)));
	must(!(f->flags & FRAME_RAW_DLC) || (!kind && f->len == 8 && f->raw_dlc >= 9
	    && f->raw_dlc <= 15));
	must(!(f->flags & FRAME_NO_TIME) || f->ns == 0);
}

static bool
same(const struct frame *a, const struct frame *b)
{
	unsigned ignored = FRAME_NO_TIME | FRAME_DATE;

	return a->ns == b->ns && span_equal(a->bus, b->bus) && a->id == b->id && a->len == b->len
	    && (a->flags & ~ignored) == (b->flags & ~ignored)
	    && (!(a->flags & FRAME_FD) || a->fd_flags == b->fd_flags)
	    && (!(a->flags & FRAME_RAW_DLC) || a->raw_dlc == b->raw_dlc)
	    && (!(a->flags & FRAME_XL) || (a->xl_flags == b->xl_flags && a->xl_sdt == b->xl_sdt
	    && a->xl_vcid == b->xl_vcid && a->xl_af == b->xl_af))
	    && (a->flags & FRAME_REMOTE || !memcmp(a->data, b->data, a->len));
}

/* The written line is the same frame again, and canonical; a canonical line is what is written. */
static void
check_round(const char *p, size_t n, struct frame *f)
{
	static char out[CANDUMP_LINE_MAX];
	static struct frame again;
	size_t len;

	if (f->ns < 0)
		f->ns = 0;	/* a date before 1970 */
	len = candump_format(out, f, true);
	must(len <= CANDUMP_LINE_MAX && out[len - 1] == '\n');
	must(candump_parse_log(out, len - 1, &again) && same(f, &again));
	must(f->flags & FRAME_XL || candump_is_canonical(out, len - 1, &again, true));
	if (candump_is_canonical(p, n, f, true))
		must(n == len - 1 && !memcmp(p, out, n));
	len = candump_format(out, f, false);
	if (candump_is_canonical(p, n, f, false))
		must(n == len - 1 && !memcmp(p, out, n));
}

/* Every line of a block by the shortest way, where there is one: it must be what the grammar says. */
static void
check_block(const char *p, size_t size)
{
	static struct frame f, fast;
	const char *end = p + size, *nl, *next, *expected;
	struct logline l = { 0 };
	bool frame;

	for (; p < end && (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1) {
		frame = candump_parse(p, (size_t)(nl - p), &f, &expected) == CANDUMP_FRAME;
		next = logline_next(&l, p, end, &fast);
		must(!next || (frame && next == nl + 1 && same(&f, &fast)));
		if (frame)
			logline_remember(&l, p, (size_t)(nl - p), &f);
	}
}

/* A line is passed on as it stands when it would be written so; but for what is rare. */
static void
check_run(const char *p, size_t n, const struct frame *f, bool frame, bool nanoseconds)
{
	const struct can_run_limits limits = { .until = INT64_MAX, .count = 1,
		.nanoseconds = nanoseconds };
	bool rare = f->flags & (FRAME_REMOTE | FRAME_RAW_DLC | FRAME_XL);
	char *block = malloc(n + 1 + CAN_RUN_LINE);
	struct can_run r;

	must(block != NULL);
	if (n)
		memcpy(block, p, n);
	memset(block + n, '\n', 1 + CAN_RUN_LINE);
	r = can_run_find(block, n + 1 + CAN_RUN_LINE, &limits);
	free(block);
	if (n && memchr(p, '\n', n))
		return;		/* two lines */
	must(r.count == (frame && !rare && candump_is_canonical(p, n, f, nanoseconds)));
	must(r.bytes == (r.count ? n + 1 : 0) && (!r.count || r.ns == f->ns));
}

static void
check_filter(const char *p, size_t n, const struct frame *f)
{
	struct arena a = { 0 };
	const char *expected = NULL;
	struct filter filter;
	size_t where = 0;

	if (filter_parse(span_of(p, n), &filter, &a, &where, &expected))
		filter_match(&filter, f);
	else
		must(expected && where <= n);
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame f, log;
	const char *expected = NULL;
	enum candump_result result;
	char *p = malloc(size ? size : 1);	/* exactly as long: what is read behind it is seen */

	must(p != NULL);
	if (size)
		memcpy(p, data, size);
	memset(&f, 0xff, sizeof f);
	result = candump_parse(p, size, &f, &expected);
	check_run(p, size, &f, result == CANDUMP_FRAME, false);
	check_run(p, size, &f, result == CANDUMP_FRAME, true);
	switch (result) {
	case CANDUMP_FRAME:
		check_frame(&f);
		if (candump_parse_log(p, size, &log))
			must(same(&f, &log));
		check_round(p, size, &f);
		break;
	case CANDUMP_BAD:
		must(expected && *expected && !candump_parse_log(p, size, &log));
		break;
	case CANDUMP_BLANK:
		must(!candump_parse_log(p, size, &log));
		break;
	}
	check_block(p, size);
	f = (struct frame){ 0 };
	check_filter(p, size, &f);
	free(p);
	return 0;
}
