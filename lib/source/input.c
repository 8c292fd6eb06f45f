#include "source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "source/unpack.h"

enum { MAGIC_LEN = 6 };		/* of the longest magic number that file_compression() knows */

int
input_open(struct input *in, const char *path, int64_t grace)
{
	*in = (struct input){ .fd = path ? open(path, O_RDONLY | O_CLOEXEC) : 0 };
	if (in->fd < 0)
		return errno;
	linein_init(&in->raw, in->fd, grace);
	return 0;
}

void
input_close(struct input *in)
{
	unpack_free(in->unpack);
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

/* DATA: MAGIC_LEN bytes are there, or all that there will be. */
static enum linein_result
fill_magic(struct linein *l, bool wait)
{
	enum linein_result r = LINEIN_DATA;

	while (linein_data(l).n < MAGIC_LEN && r == LINEIN_DATA)
		r = linein_fill(l, wait, 0);
	return r == LINEIN_END ? LINEIN_DATA : r;
}

static enum linein_result
begin(struct input *in, bool wait)
{
	enum linein_result r = fill_magic(&in->raw, wait);
	struct span d = linein_data(&in->raw);

	if (r != LINEIN_DATA)
		return r;
	in->begun = true;
	if (!file_compression(d.p, d.n))
		return LINEIN_DATA;
	in->unpack = unpack_new(&in->raw);
	linein_init(&in->plain, -1, 0);
	in->plain.pull = unpack_pull;
	in->plain.pull_arg = in->unpack;
	return LINEIN_DATA;
}

enum linein_result
input_head(struct input *in, struct span *head, bool wait)
{
	enum linein_result r = in->begun ? LINEIN_DATA : begin(in, wait);

	if (r == LINEIN_DATA)
		r = fill_magic(lines(in), wait);
	*head = linein_data(lines(in));
	return r;
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
input_stopped(const struct input *in)
{
	return in->raw.stopped;
}

uint64_t
input_long_lines(const struct input *in)
{
	return in->unpack ? in->plain.long_lines : in->raw.long_lines;
}
