#include "influx/login.h"

#include <string.h>

#include "base/file.h"

enum {
	SECRET_MAX = 65536,
	MASK_LEAST = 3,		/* bytes: shorter ones stand in every text */
};

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
	return true;
}

static bool
load(const char *path, struct buf *out, struct buf *why)
{
	struct buf b = { 0 };
	int err = file_read(path, SECRET_MAX, &b);
	bool good;

	while (b.len && strchr(" \t\r\n", b.p[b.len - 1]) && b.p[b.len - 1])
		b.len--;
	good = !err && b.len && is_plain(buf_span(&b));
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
	if ((l->password_file && !load(l->password_file, &l->password, why))
	    || (l->token_file && !load(l->token_file, &l->token, why)))
		return false;
	if (is_plain(buf_span(&l->user)) && is_plain(buf_span(&l->password))
	    && is_plain(buf_span(&l->token)))
		return true;
	buf_puts(why, "expected user, password and token without line breaks");
	return false;
}

struct api_login
login_spans(const struct login *l)
{
	return (struct api_login){ buf_span(&l->user), buf_span(&l->password), buf_span(&l->token) };
}

static void
mask(struct buf *text, struct span secret)
{
	char *at = text->p;

	if (secret.n < MASK_LEAST)
		return;
	while (at && (at = memmem(at, (size_t)(text->p + text->len - at), secret.p, secret.n)))
		memset(at, '*', secret.n);
}

void
login_mask(const struct login *l, struct buf *text)
{
	struct api_login spans = login_spans(l);
	struct buf sent = { 0 };
	const char *blank;
	int i;

	for (i = 0; i < API_COUNT; i++) {
		sent.len = 0;
		api_authorization(&sent, &api_table[i], &spans);
		blank = sent.len ? memrchr(sent.p, ' ', sent.len) : NULL;
		if (blank)
			mask(text, span_of(blank + 1, (size_t)(sent.p + sent.len - blank) - 2));
	}
	mask(text, spans.password);
	mask(text, spans.token);
	wipe(&sent);
}

void
login_free(struct login *l)
{
	wipe(&l->user);
	wipe(&l->password);
	wipe(&l->token);
}
