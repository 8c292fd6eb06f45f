#include "point/raw.h"

static char *
put_text(char *out, const char *s)
{
	size_t n = strlen(s);

	memcpy(out, s, n);
	return out + n;
}

static char *
put_hex(char *out, const struct frame *f)
{
	static const char digit[] = "0123456789ABCDEF";
	unsigned i;

	for (i = 0; i < f->len; i++) {
		*out++ = digit[f->data[i] >> 4];
		*out++ = digit[f->data[i] & 15];
	}
	return out;
}

static char *
put_bytes(char *out, const struct frame *f)
{
	unsigned i;

	for (i = 0; i < f->len; i++) {
		out = digits_put(put_text(out, ",b"), i);
		*out++ = '=';
		out = digits_put(out, f->data[i]);
		*out++ = 'i';
	}
	return out;
}

void
raw_put(struct buf *out, struct span head, const struct frame *f, bool bytes,
    struct writer_time *time)
{
	enum { FIXED = 160, PER_BYTE = 2 + 16 };
	char *p = buf_reserve(out, head.n + FIXED + (size_t)f->len * PER_BYTE), *start = p;
	bool remote = f->flags & FRAME_REMOTE;

	memcpy(p, head.p, head.n);
	p = put_text(p + head.n, " dlc=");
	p = put_text(digits_put(p, f->len), "i,data=\"");
	if (!remote)
		p = put_hex(p, f);
	*p++ = '"';
	if (bytes && !remote)
		p = put_bytes(p, f);
	if (remote)
		p = put_text(p, ",remote=true");
	if (f->flags & FRAME_ERROR)
		p = put_text(p, ",error=true");
	*p++ = ' ';
	p = writer_put_time(p, time, f->ns);
	*p++ = '\n';
	out->len += (size_t)(p - start);
}

bool
raw_has_key(struct span name)
{
	static const char *const keys[] = { "bus", "id", "dlc", "data", "remote", "error" };
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (span_is(name, keys[i]))
			return true;
	return false;
}
