#include "influx/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

static int
open_file(struct out *o, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	out_init(o, fd);
	return 0;
}

int
reject_open(struct reject *r, const char *path)
{
	struct buf suspects = { 0 };
	int err;

	*r = (struct reject){ .suspects = { .fd = -1 } };
	err = open_file(&r->out, path);
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

void
reject_line(struct reject *r, struct span line, struct span reason)
{
	reject_remark(r, reason, span_of(NULL, 0));
	if (!r->path)
		return;
	buf_put_span(&r->out.b, line);
	buf_putc(&r->out.b, '\n');
	out_poll(&r->out);
}

static void
put_remark(struct out *o, struct span reason, struct span text)
{
	buf_puts(&o->b, "# ");
	put_comment(&o->b, reason);
	if (text.n)
		buf_puts(&o->b, ": ");
	put_comment(&o->b, text);
	buf_putc(&o->b, '\n');
	out_poll(o);
}

void
reject_remark(struct reject *r, struct span reason, struct span text)
{
	if (r->path)
		put_remark(&r->out, reason, text);
}

void
reject_suspects(struct reject *r, struct span reason)
{
	if (!r->path)
		return;
	if (r->suspects.fd < 0 && !r->suspects.err)
		r->suspects.err = open_file(&r->suspects, r->suspect_path);
	put_remark(&r->suspects, reason, span_of(NULL, 0));
}

void
reject_suspect(struct reject *r, struct span line)
{
	if (!r->path)
		return;
	buf_put_span(&r->suspects.b, line);
	buf_putc(&r->suspects.b, '\n');
	out_poll(&r->suspects);
}

/* One error for both. */
static bool
flush(struct reject *r, struct out *o)
{
	if (out_flush(o))
		return true;
	r->out.err = o->err;
	return false;
}

bool
reject_flush(struct reject *r)
{
	bool good = !r->path || flush(r, &r->suspects);

	return (!r->path || flush(r, &r->out)) && good;
}

static bool
end_file(struct reject *r, struct out *o)
{
	bool good = flush(r, o);

	if (o->fd >= 0 && close(o->fd) != 0 && good) {
		r->out.err = errno;
		good = false;
	}
	buf_free(&o->b);
	return good;
}

bool
reject_close(struct reject *r)
{
	bool good;

	if (!r->path)
		return true;
	good = end_file(r, &r->suspects);
	good = end_file(r, &r->out) && good;
	free(r->suspect_path);
	r->path = NULL;
	return good;
}
