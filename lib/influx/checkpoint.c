#include "influx/checkpoint.h"

#include <errno.h>
#include <inttypes.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"

enum { FILE_MAX = 4096 };
static const char title[] = "# influxpush checkpoint 1\n";

void
checkpoint_put(struct buf *out, const struct checkpoint *c)
{
	size_t start = out->len;

	buf_puts(out, title);
	buf_printf(out, "head %" PRIu64 " %016" PRIx64 "\ndone %" PRIu64 " %016" PRIx64 "\n",
	    c->head.points, c->head.hash, c->done.points, c->done.hash);
	buf_printf(out, "check %016" PRIx64 "\n",
	    hash_chain(0, span_of(out->p + start, out->len - start)));
}

/* Takes the bytes up to the first `end` off *rest. */
static bool
take(struct span *rest, char end, struct span *word)
{
	const char *p = rest->n ? memchr(rest->p, end, rest->n) : NULL;

	if (!p)
		return false;
	*word = span_of(rest->p, (size_t)(p - rest->p));
	*rest = span_of(p + 1, rest->n - word->n - 1);
	return true;
}

static bool
parse_mark(struct span *rest, const char *name, struct checkpoint_mark *m)
{
	struct span word, points, hash;

	return take(rest, ' ', &word) && span_is(word, name) && take(rest, ' ', &points)
	    && take(rest, '\n', &hash) && num_u64(points, &m->points) && num_hex(hash, &m->hash);
}

bool
checkpoint_parse(struct span text, struct checkpoint *c)
{
	struct checkpoint got;
	struct buf again = { 0 };
	struct span rest = text, word;
	bool good;

	good = take(&rest, '\n', &word) && parse_mark(&rest, "head", &got.head)
	    && parse_mark(&rest, "done", &got.done);
	if (good) {
		checkpoint_put(&again, &got);
		good = span_equal(buf_span(&again), text);
	}
	if (good)
		*c = got;
	buf_free(&again);
	return good;
}

int
checkpoint_load(const char *path, struct checkpoint *c)
{
	struct buf text = { 0 };
	int err = file_read(path, FILE_MAX, &text);

	*c = (struct checkpoint){ 0 };
	if (!err && !checkpoint_parse(buf_span(&text), c))
		err = EBADMSG;
	buf_free(&text);
	return err == ENOENT ? 0 : err == EFBIG ? EBADMSG : err;
}

int
checkpoint_save(const char *path, const struct checkpoint *c)
{
	struct buf text = { 0 };
	int err;

	checkpoint_put(&text, c);
	err = file_replace(path, text.p, text.len, 0600);
	buf_free(&text);
	return err;
}
