#include "http/url.h"

#include <string.h>

#include "base/num.h"

/* Cuts s at the first byte of set; what lies before is returned, s starts with that byte. */
static struct span
until(struct span *s, const char *set)
{
	struct span head = *s;

	for (head.n = 0; head.n < s->n && (!s->p[head.n] || !strchr(set, s->p[head.n])); head.n++)
		;
	if (head.n)
		*s = span_of(s->p + head.n, s->n - head.n);
	return head;
}

static void
split_login(struct span login, struct url *u)
{
	u->has_user = true;
	u->user = until(&login, ":");
	u->has_password = login.n > 0;
	if (login.n)
		u->password = span_of(login.p + 1, login.n - 1);
}

static bool
has_blank(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

/* A host is there, and a port is digits. */
static bool
good_place(struct span place)
{
	const char *bracket = place.n ? memrchr(place.p, ']', place.n) : NULL;
	struct span rest = bracket ? span_of(bracket + 1, (size_t)(place.p + place.n - bracket - 1))
	    : place;
	struct span host = until(&rest, ":");
	uint64_t port;

	if (rest.n && (!num_u64(span_of(rest.p + 1, rest.n - 1), &port) || port > 65535))
		return false;
	return bracket ? place.p[0] == '[' && host.n == 0 : host.n > 0;
}

bool
url_split(struct span text, struct url *u, const char **expected)
{
	const char *sep = text.n ? memmem(text.p, text.n, "://", 3) : NULL;
	struct span authority;
	const char *at;

	*u = (struct url){ .scheme = span_str("http") };
	*expected = "no blanks in a URL";
	if (has_blank(text))
		return false;
	if (sep) {
		u->scheme = span_of(text.p, (size_t)(sep - text.p));
		text = span_of(sep + 3, (size_t)(text.p + text.n - sep - 3));
	}
	*expected = "http:// or https://";
	if (!span_is_anycase(u->scheme, "http") && !span_is_anycase(u->scheme, "https"))
		return false;
	authority = until(&text, "/?#");
	if (!sep && (span_is_anycase(authority, "http:") || span_is_anycase(authority, "https:")
	    || ((span_is_anycase(authority, "http") || span_is_anycase(authority, "https"))
	    && text.n > 1)))
		return false;
	at = authority.n ? memrchr(authority.p, '@', authority.n) : NULL;
	if (at) {
		split_login(span_of(authority.p, (size_t)(at - authority.p)), u);
		authority = span_of(at + 1, (size_t)(authority.p + authority.n - at - 1));
	}
	u->place = authority;
	u->path = until(&text, "?#");
	while (u->path.n && u->path.p[u->path.n - 1] == '/')
		u->path.n--;
	*expected = text.n ? "no ? and # in a base URL" : "host or host:port";
	return text.n == 0 && good_place(u->place);
}

struct span
url_without_query(struct span place)
{
	return until(&place, "?#");
}

static struct span
host_of(const struct url *u)
{
	const char *bracket = memrchr(u->place.p, ']', u->place.n);
	struct span rest = u->place;

	return bracket ? span_of(rest.p, (size_t)(bracket + 1 - rest.p)) : until(&rest, ":");
}

bool
url_leads_away(struct span from, struct span place)
{
	const char *expected;
	struct url here, there;
	struct span a, b;

	place = url_without_query(place);
	if (place.n >= 2 && !memcmp(place.p, "//", 2))
		place = span_of(place.p + 2, place.n - 2);
	else if (!place.n || !memmem(place.p, place.n, "://", 3))
		return false;
	if (!url_split(from, &here, &expected) || !url_split(place, &there, &expected))
		return false;
	a = host_of(&here);
	b = host_of(&there);
	return a.n != b.n || strncasecmp(a.p, b.p, a.n);
}

void
url_put(struct buf *out, const struct url *u)
{
	buf_puts(out, span_is_anycase(u->scheme, "https") ? "https://" : "http://");
	buf_put_span(out, u->place);
	buf_put_span(out, u->path);
}

void
url_escape(struct buf *out, struct span s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";
	unsigned char c;
	size_t i;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		if (memchr(plain, c, sizeof plain - 1)) {
			buf_putc(out, s.p[i]);
		} else {
			buf_putc(out, '%');
			buf_putc(out, hex[c >> 4]);
			buf_putc(out, hex[c & 15]);
		}
	}
}

void
url_unescape(struct buf *out, struct span s)
{
	uint64_t byte;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && num_hex(span_of(s.p + i + 1, 2), &byte)) {
			buf_putc(out, (char)byte);
			i += 2;
		} else {
			buf_putc(out, s.p[i]);
		}
	}
}
