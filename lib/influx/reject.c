#include "influx/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
reject_open(struct reject *r, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	*r = (struct reject){ 0 };
	if (fd < 0)
		return errno;
	r->path = path;
	out_init(&r->out, fd);
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

void
reject_remark(struct reject *r, struct span reason, struct span text)
{
	if (!r->path)
		return;
	buf_puts(&r->out.b, "# ");
	put_comment(&r->out.b, reason);
	if (text.n)
		buf_puts(&r->out.b, ": ");
	put_comment(&r->out.b, text);
	buf_putc(&r->out.b, '\n');
	out_poll(&r->out);
}

bool
reject_flush(struct reject *r)
{
	return !r->path || out_flush(&r->out);
}

bool
reject_close(struct reject *r)
{
	bool good = reject_flush(r);

	if (!r->path)
		return true;
	if (close(r->out.fd) != 0 && good) {
		r->out.err = errno;
		good = false;
	}
	buf_free(&r->out.b);
	r->path = NULL;
	return good;
}
