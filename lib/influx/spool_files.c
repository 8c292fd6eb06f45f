#include "influx/spool_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { NAME = 32 };

static void
name_file(char name[static NAME], uint64_t number, const char *suffix)
{
	snprintf(name, NAME, "%010" PRIu64 ".%s", number, suffix);
}

int
spool_files_open(const struct spool *s, uint64_t number, const char *suffix, int flags)
{
	char name[NAME];

	name_file(name, number, suffix);
	return openat(s->dir, name, flags | O_CLOEXEC, 0600);
}

void
spool_files_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
spool_files_path(struct buf *b, const char *folder, const char *name)
{
	buf_printf(b, "%s/%s", folder, name);
	buf_str(b);
}

int
spool_files_read(int fd, uint64_t from, uint64_t to, struct buf *out)
{
	ssize_t n;

	while (from < to) {
		n = pread(fd, buf_reserve(out, (size_t)(to - from)), (size_t)(to - from), (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			break;
		out->len += (size_t)n;
		from += (uint64_t)n;
	}
	return 0;
}

int
spool_files_write(int fd, struct span bytes, uint64_t at)
{
	ssize_t n;

	for (; bytes.n; at += (uint64_t)n) {
		n = pwrite(fd, bytes.p, bytes.n, (off_t)at);
		if (n < 0 && errno != EINTR)
			return errno;
		n = n < 0 ? 0 : n;
		bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
	}
	return 0;
}

struct spool_segment *
spool_files_add(struct spool *s, uint64_t number)
{
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 16;
		s->segment = mem_resize(s->segment, s->room, sizeof *s->segment);
	}
	s->segment[s->count] = (struct spool_segment){ .number = number, .data = -1, .sum = -1 };
	return &s->segment[s->count++];
}

void
spool_files_remove(struct spool *s, const struct spool_segment *g)
{
	char name[NAME], kept[NAME];

	name_file(name, g->number, "lp");
	name_file(kept, g->number, "damaged");
	if (!g->damaged || renameat(s->dir, name, s->dir, kept) != 0)
		unlinkat(s->dir, name, 0);
	name_file(name, g->number, "sum");
	unlinkat(s->dir, name, 0);
}

void
spool_files_forget_oldest(struct spool *s)
{
	spool_files_close(&s->segment[0].data);
	spool_files_close(&s->segment[0].sum);
	memmove(s->segment, s->segment + 1, --s->count * sizeof *s->segment);
	if (s->reading)
		s->reading--;
}
