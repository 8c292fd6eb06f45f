#include "source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "source/follow.h"
#include "source/unpack.h"

enum { MAGIC_LEN = 6 };		/* of the longest magic number that file_compression() knows */

int
input_open(struct input *in, const char *path, int64_t grace, bool follow)
{
	struct stat st;

	*in = (struct input){ .fd = path ? open(path, O_RDONLY | O_CLOEXEC) : 0 };
	if (in->fd < 0)
		return errno;
	in->regular = fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode);
	linein_init(&in->raw, in->fd, grace);
	if (follow && path && in->regular) {
		in->follow = follow_new(path, &in->raw);
		in->raw.at_end = follow_at_end;
		in->raw.end_arg = in->follow;
	}
	return 0;
}

void
input_close(struct input *in)
{
	unpack_free(in->unpack);
	follow_free(in->follow);
	linein_free(&in->plain);
	linein_free(&in->raw);
	if (in->fd > 0)
		close(in->fd);
}

static struct linein *
lines(struct input *in)
{
	return in->unpack ? &in->plain : &in->raw;
}

static const struct linein *
data_of(const struct input *in)
{
	return in->unpack ? &in->plain : &in->raw;
}

/* Whether it is compressed, from the first bytes. */
static enum linein_result
begin(struct input *in, bool wait)
{
	enum linein_result r = LINEIN_DATA;
	struct span d;

	while (linein_data(&in->raw).n < MAGIC_LEN && r == LINEIN_DATA)
		r = linein_fill(&in->raw, wait, 0);
	if (r != LINEIN_DATA && r != LINEIN_END)
		return r;
	in->begun = true;
	d = linein_data(&in->raw);
	if (!file_compression(d.p, d.n))
		return d.n ? LINEIN_DATA : LINEIN_END;
	in->raw.at_end = NULL;
	in->unpack = unpack_new(&in->raw);
	linein_init(&in->plain, -1, 0);
	in->plain.pull = unpack_pull;
	in->plain.pull_arg = in->unpack;
	return linein_fill(&in->plain, wait, 0);
}

struct span
input_data(const struct input *in)
{
	return in->begun ? linein_data(data_of(in)) : span_of(NULL, 0);
}

void
input_consume(struct input *in, size_t n)
{
	linein_consume(lines(in), n);
}

enum linein_result
input_more(struct input *in, bool wait)
{
	return in->begun ? linein_fill(lines(in), wait, 0) : begin(in, wait);
}

void
input_newline(struct input *in, char c)
{
	in->raw.newline = in->plain.newline = c;
}

void
input_chunk(struct input *in, size_t n)
{
	in->raw.chunk = n;
}

void
input_limit(struct input *in, uint64_t n)
{
	in->raw.left = n;
}

uint64_t
input_size(const struct input *in)
{
	struct stat st;

	return in->regular && fstat(in->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

bool
input_seeks(const struct input *in)
{
	return in->regular && !in->unpack;
}

uint64_t
input_tell(const struct input *in)
{
	off_t at = lseek(in->fd, 0, SEEK_CUR);

	return at < 0 ? 0 : (uint64_t)at - linein_data(&in->raw).n;
}

bool
input_seek(struct input *in, uint64_t offset)
{
	return linein_seek(&in->raw, offset);
}

enum linein_result
input_block(struct input *in, struct span *block, bool wait)
{
	enum linein_result r = in->begun ? LINEIN_DATA : begin(in, wait);

	return r == LINEIN_DATA ? linein_block(lines(in), block, wait, 0) : r;
}

int
input_error(const struct input *in)
{
	return in->raw.err;
}

const char *
input_damage(const struct input *in)
{
	return in->unpack ? unpack_damage(in->unpack) : NULL;
}

bool
input_packed(const struct input *in)
{
	return in->unpack != NULL;
}

bool
input_replaced(const struct input *in)
{
	return follow_replaced(in->follow);
}

bool
input_stopped(const struct input *in)
{
	return in->raw.stopped;
}

uint64_t
input_long_lines(const struct input *in)
{
	return in->unpack ? in->plain.long_lines : in->raw.long_lines;
}
