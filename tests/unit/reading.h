#ifndef TEST_READING_H
#define TEST_READING_H

#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/out.h"
#include "can/candump.h"
#include "source/readers.h"

/*
 * All that a source says, as text, a line each: frames as candump lines (with 9 digits), "damage
 * OFFSET EXPECTED", "skip NUMBER EXPECTED", and at the end "COUNT KIND" and the results that have
 * no text of their own.
 */
__attribute__((unused)) static void
read_source(struct source *s, struct buf *out)
{
	char line[CANDUMP_LINE_MAX];
	enum source_result r = SOURCE_WAKE;
	size_t i;

	while (r != SOURCE_END && r != SOURCE_FAILED) {
		r = source_next(s, true);
		if (r == SOURCE_FRAME)
			buf_put(out, line, candump_format(line, &s->frame, true));
		else if (r == SOURCE_DAMAGED)
			buf_printf(out, "damage %" PRIu64 " %s\n", s->offset, s->expected);
		else if (r == SOURCE_SKIPPED)
			buf_printf(out, "skip %" PRIu64 " %s\n", s->number, s->expected);
		else if (r != SOURCE_END && r != SOURCE_WAKE)
			buf_printf(out, "result %d\n", (int)r);
	}
	for (i = 0; i < SOURCE_KINDS && s->kind[i].name; i++)
		buf_printf(out, "%" PRIu64 " %s\n", s->kind[i].count, s->kind[i].name);
	if (s->relative)
		buf_puts(out, "relative\n");
}

/*
 * With SEEDS=FOLDER in the environment, every file that a test composes is kept there: what the
 * fuzz targets begin with was chosen from them (libFuzzer's -merge=1).
 */
static void
keep_seed(struct span bytes)
{
	static unsigned n;
	const char *folder = getenv("SEEDS");
	char path[256];
	FILE *f;

	if (!folder || bytes.n > 4096)
		return;
	snprintf(path, sizeof path, "%s/%06u", folder, n++);
	f = fopen(path, "w");
	if (!f)
		return;
	if (bytes.n)
		fwrite(bytes.p, 1, bytes.n, f);
	fclose(f);
}

/* The same of a file with these bytes, in one of the formats, NULL: recognised. */
__attribute__((unused)) static void
read_bytes(struct span bytes, const char *format, struct buf *out)
{
	static struct source s;
	struct source_options o = {
		.format = format ? source_reader_named(span_str(format)) : NULL,
	};
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char path[32];

	keep_seed(bytes);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fd < 0 || out_write_all(fd, bytes.p, bytes.n) || source_open(&s, path, &o)) {
		buf_puts(out, "cannot be opened\n");
	} else {
		read_source(&s, out);
		source_close(&s);
	}
	close(fd);
}

/* How often text stands in what was read. */
__attribute__((unused)) static unsigned
count_text(struct buf *b, const char *text)
{
	const char *p = buf_str(b);
	unsigned n = 0;

	while ((p = strstr(p, text))) {
		p++;
		n++;
	}
	return n;
}

#endif
