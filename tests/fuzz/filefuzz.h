/*
 * The body of the fuzz targets for binary formats, which name FUZZ_FORMAT first: any file, read to
 * its end. What is given as a frame must be one that survives being written as a candump line; what
 * is skipped or damaged must have a reason and a place; every record is counted as what it was.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/out.h"
#include "can/candump.h"
#include "source/readers.h"
#include "fuzz.h"

static void
check_frame(struct frame *f)
{
	static char out[CANDUMP_LINE_MAX];
	static struct frame again;
	unsigned ignored = FRAME_NO_TIME;
	size_t n;

	if (f->ns < 0)
		f->ns = 0;	/* a date before 1970 */
	must(f->bus.n > 0 && f->bus.n <= FRAME_BUS_MAX);
	n = candump_format(out, f, true);
	must(candump_parse_log(out, n - 1, &again));
	must(again.ns == f->ns && span_equal(again.bus, f->bus) && again.id == f->id
	    && again.len == f->len && again.flags == (f->flags & ~ignored));
	must(!(f->flags & FRAME_FD) || again.fd_flags == f->fd_flags);
	must(!(f->flags & FRAME_RAW_DLC) || again.raw_dlc == f->raw_dlc);
	must(f->flags & FRAME_REMOTE || !memcmp(again.data, f->data, f->len));
}

static void
check_counts(const struct source *s, uint64_t frames)
{
	const struct source_counts *c = &s->counts;
	uint64_t kinds = 0;
	size_t i;

	for (i = 0; i < SOURCE_KINDS; i++)
		kinds += s->kind[i].count;
	must(kinds == c->other && c->records == frames + c->blank + c->other + c->skipped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct source s;
	static int fd = -1;
	struct source_options o = { .format = source_reader_named(span_str(FUZZ_FORMAT)) };
	enum source_result r = SOURCE_WAKE;
	uint64_t frames = 0, steps = 0;
	char path[32];

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	must(fd >= 0 && !ftruncate(fd, 0) && lseek(fd, 0, SEEK_SET) == 0);
	must(!out_write_all(fd, data, size) && !source_open(&s, path, &o));
	while (r != SOURCE_END) {
		r = source_next(&s, true);
		must(r != SOURCE_FAILED && s.offset <= size + 16 * (size_t)SOURCE_BYTES_MAX);
		must((r != SOURCE_SKIPPED && r != SOURCE_DAMAGED) || (s.expected && *s.expected));
		if (r == SOURCE_FRAME)
			check_frame(&s.frame);
		frames += r == SOURCE_FRAME;
		must(++steps < 100000 + 2000 * size);
	}
	check_counts(&s, frames);
	source_close(&s);
	return 0;
}
