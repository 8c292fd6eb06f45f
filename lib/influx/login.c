#include "influx/login.h"

#include <string.h>

#include "base/file.h"

enum { SECRET_MAX = 65536 };

static void
wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}

/* What is sent in a header line: a line break in it would start another one. */
static bool
is_plain(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 0;
}

static bool
load(const char *path, struct buf *out, struct buf *why)
{
	struct buf b = { 0 };
	int err = file_read(path, SECRET_MAX, &b);
	bool good;

	while (b.len && strchr(" \t\r\n", b.p[b.len - 1]) && b.p[b.len - 1])
		b.len--;
	good = !err && is_plain(buf_span(&b));
	if (err)
		buf_printf(why, "%s: %s", path, strerror(err));
	else if (!good)
		buf_printf(why, "%s: expected one line with the secret and nothing else", path);
	if (good) {
		wipe(out);
		*out = b;
	} else {
		wipe(&b);
	}
	return good;
}

bool
login_load(struct login *l, struct buf *why)
{
	return (!l->password_file || load(l->password_file, &l->password, why))
	    && (!l->token_file || load(l->token_file, &l->token, why));
}

struct api_login
login_spans(const struct login *l)
{
	return (struct api_login){ buf_span(&l->user), buf_span(&l->password), buf_span(&l->token) };
}

void
login_free(struct login *l)
{
	wipe(&l->user);
	wipe(&l->password);
	wipe(&l->token);
}
