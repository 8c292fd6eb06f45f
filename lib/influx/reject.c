#include "influx/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "line/scanner.h"

enum { FLUSH_AT = 1 << 18, FULL = 1 << 20, TAIL = 1 << 20 };

/* The place of the last line that begins with #, n: there is none. */
static size_t
last_comment(const char *p, size_t n)
{
	size_t at;

	for (at = n; at--;)
		if (p[at] == '#' && (!at || p[at - 1] == '\n'))
			return at;
	return n;
}

/* The bytes up to the end of the last whole line, which may have newlines inside strings. */
static size_t
whole_lines(const char *p, size_t n)
{
	size_t at = last_comment(p, n), len;

	while (at < n && (len = scanner_line_end(p + at, n - at)))
		at += len;
	return at;
}

/*
 * A process that was killed while it wrote has left half a line, which could pass for a whole one:
 * it is cut off. What is not ours is only ended. 0, or an errno.
 */
static int
mend_tail(struct reject *r, struct reject_file *f, off_t size)
{
	off_t from = size > TAIL ? size - TAIL : 0, end;
	struct buf b = { 0 };
	ssize_t n = pread(f->fd, buf_reserve(&b, TAIL), TAIL, from);
	int err = n < 0 ? errno : 0;

	end = n > 0 ? from + (off_t)whole_lines(b.p, (size_t)n) : size;
	if (n > 0 && end == size && b.p[n - 1] != '\n')
		buf_putc(&f->b, '\n');
	buf_free(&b);
	if (!err && end < size)
		err = ftruncate(f->fd, end) == 0 ? 0 : errno;
	r->cut = r->cut || (!err && end < size);
	return err;
}

static int
open_file(struct reject *r, struct reject_file *f, const char *path)
{
	const int flags = O_CREAT | O_APPEND | O_CLOEXEC;
	struct stat st;
	int err = 0;

	f->fd = open(path, O_RDWR | flags, 0600);
	if (f->fd < 0 && (errno == EACCES || errno == ENXIO))	/* for writing alone */
		f->fd = open(path, O_WRONLY | flags, 0600);
	else if (f->fd >= 0 && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode))
		err = mend_tail(r, f, st.st_size);
	if (f->fd < 0)
		return errno;
	if (err)
		close(f->fd);
	if (err)
		f->fd = -1;
	return err;
}

int
reject_open(struct reject *r, const char *path)
{
	struct buf suspects = { 0 };
	int err;

	*r = (struct reject){ .suspects = { .fd = -1 } };
	err = open_file(r, &r->lines, path);
	if (err)
		return err;
	r->path = path;
	buf_puts(&suspects, path);
	buf_puts(&suspects, ".suspect");
	r->suspect_path = mem_strndup(suspects.p, suspects.len);
	buf_free(&suspects);
	return 0;
}

/*
 * influxdb 1.6.7 counts quotes in comments too, and a backslash at the end would hide the
 * newline: a comment has neither, so that the file can also be sent as it is by others.
 */
static void
put_comment(struct buf *b, struct span s)
{
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		buf_putc(b, c == '"' ? '\'' : c == '\\' ? '/' : c == '\n' || c == '\r' ? ' ' : c);
	}
}

static int
flush(struct reject_file *f)
{
	size_t at = 0;
	int err = 0;
	ssize_t n;

	while (at < f->b.len && !err) {
		n = write(f->fd, f->b.p + at, f->b.len - at);
		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			err = errno;
	}
	f->dirty = f->dirty || at;
	if (at)
		buf_consume(&f->b, at);
	return err;
}

/* An error is seen, and told, by the next reject_flush(). */
static void
flush_much(struct reject_file *f)
{
	if (f->b.len >= FLUSH_AT && f->fd >= 0)
		flush(f);
}

static void
put_line(struct reject_file *f, struct span line)
{
	buf_put_span(&f->b, line);
	buf_putc(&f->b, '\n');
	flush_much(f);
}

static void
put_remark(struct reject_file *f, struct span reason, struct span text)
{
	buf_puts(&f->b, "# ");
	put_comment(&f->b, reason);
	if (text.n)
		buf_puts(&f->b, ": ");
	put_comment(&f->b, text);
	buf_putc(&f->b, '\n');
	flush_much(f);
}

void
reject_line(struct reject *r, struct span line, struct span reason)
{
	reject_remark(r, reason, span_of(NULL, 0));
	if (r->path)
		put_line(&r->lines, line);
}

void
reject_remark(struct reject *r, struct span reason, struct span text)
{
	if (r->path)
		put_remark(&r->lines, reason, text);
}

void
reject_suspects(struct reject *r, struct span reason)
{
	if (r->path)
		put_remark(&r->suspects, reason, span_of(NULL, 0));
}

void
reject_suspect(struct reject *r, struct span line)
{
	if (r->path)
		put_line(&r->suspects, line);
}

/* One error of two. */
static int
settle(struct reject *r, int err, int also)
{
	r->failing = err ? r->path : r->suspect_path;
	return err ? err : also;
}

int
reject_flush(struct reject *r)
{
	int err, also = 0;

	if (!r->path)
		return 0;
	if (r->suspects.b.len && r->suspects.fd < 0)
		also = open_file(r, &r->suspects, r->suspect_path);
	err = flush(&r->lines);
	also = also ? also : flush(&r->suspects);
	return settle(r, err, also);
}

/* What is no file, and some file systems, cannot. */
static int
sync_file(struct reject_file *f)
{
	int err = 0;

	if (f->dirty && fdatasync(f->fd) != 0 && errno != EINVAL && errno != EROFS)
		err = errno;
	f->dirty = err != 0;
	return err;
}

int
reject_sync(struct reject *r)
{
	int err = reject_flush(r), also;

	if (err || !r->path)
		return err;
	err = sync_file(&r->lines);
	also = sync_file(&r->suspects);
	return settle(r, err, also);
}

bool
reject_full(const struct reject *r)
{
	return r->lines.b.len >= FULL || r->suspects.b.len >= FULL;
}

static int
end_file(struct reject_file *f)
{
	int err = f->fd >= 0 && close(f->fd) != 0 ? errno : 0;

	buf_free(&f->b);
	return err;
}

int
reject_close(struct reject *r)
{
	int err, also;

	if (!r->path)
		return 0;
	err = end_file(&r->lines);
	also = end_file(&r->suspects);
	free(r->suspect_path);
	r->path = NULL;
	return err ? err : also;
}
