#include "influx/check.h"

#include <stdint.h>
#include <string.h>

#include "base/num.h"
#include "line/scanner.h"

enum { KEY_MAX = 65535 };

size_t
check_ascii(struct span s)
{
	enum { WORDS = 8 };
	uint64_t word[WORDS], any;
	size_t i, k;

	for (i = 0; i + sizeof word <= s.n; i += sizeof word) {
		memcpy(word, s.p + i, sizeof word);
		for (any = 0, k = 0; k < WORDS; k++)
			any |= word[k];
		if (any & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

/* The length of the UTF-8 sequence at p (RFC 3629), 0 when there is none. */
static size_t
sequence(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t len = *u < 0x80 ? 1 : *u < 0xc2 ? 0 : *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : *u < 0xf5 ? 4 : 0;
	size_t i;

	if (len > n || len < 2)
		return len <= n ? len : 0;
	if ((*u == 0xe0 && u[1] < 0xa0) || (*u == 0xed && u[1] > 0x9f) || (*u == 0xf0 && u[1] < 0x90)
	    || (*u == 0xf4 && u[1] > 0x8f))
		return 0;
	for (i = 1; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool
is_utf8(struct span s)
{
	size_t i, len;

	for (i = 0; i < s.n; i += len) {
		len = sequence(s.p + i, s.n - i);
		if (!len)
			return false;
	}
	return true;
}

bool
check_names(struct span line)
{
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	size_t where;

	if (check_ascii(line) == line.n
	    || scanner_split(line.p, line.n, &p, &where, &expected) != SCANNER_POINT)
		return true;
	if (!is_utf8(p.measurement))
		return false;
	while (scanner_next_field(&p.fields, &key, &v))
		if (!is_utf8(key))
			return false;
	return true;
}

/* Somewhere stands =" and then no more of a value; it may be inside a string. */
static bool
may_have_quote(struct span line)
{
	const char *end = line.p + line.n, *q;

	for (q = line.p; q < end && (q = memchr(q, '"', (size_t)(end - q))); q++)
		if (q > line.p && q[-1] == '=' && (q + 1 == end || q[1] == ',' || q[1] == ' '))
			return true;
	return false;
}

bool
check_quotes(struct span line)
{
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	size_t where;

	if (!may_have_quote(line)
	    || scanner_split(line.p, line.n, &p, &where, &expected) != SCANNER_POINT)
		return true;
	while (scanner_next_field(&p.fields, &key, &v))
		if (v.type == SCANNER_INVALID && span_is(v.text, "\""))
			return false;
	return true;
}

static bool
is_twice(struct span tags, struct span key)
{
	struct span other, value;

	while (scanner_next_tag(&tags, &other, &value))
		if (span_equal(other, key))
			return true;
	return false;
}

static bool
check_tags(struct span tags, struct buf *why)
{
	struct span key, value;

	while (scanner_next_tag(&tags, &key, &value)) {
		if (!is_twice(tags, key))
			continue;
		buf_puts(why, "duplicate tag ");
		buf_put_span(why, key);
		return false;
	}
	return true;
}

static bool
check_fields(const struct scanner_point *p, bool unsigned_fields, struct buf *why)
{
	struct span rest = p->fields, key;
	struct scanner_value v;
	int64_t number;

	while (scanner_next_field(&rest, &key, &v)) {
		if (p->series.n + key.n + 4 > KEY_MAX) {
			buf_puts(why, "series and field name longer than 65535 bytes");
			return false;
		}
		if (v.type == SCANNER_INVALID || (v.type == SCANNER_UNSIGNED && !unsigned_fields
		    && !num_i64(v.text, &number))) {
			buf_puts(why, "no value of line protocol in field ");
			buf_put_span(why, key);
			return false;
		}
	}
	return true;
}

bool
check_line(struct span line, bool unsigned_fields, struct buf *why)
{
	struct scanner_point p;
	const char *expected;
	size_t where;

	switch (scanner_split(line.p, line.n, &p, &where, &expected)) {
	case SCANNER_COMMENT:
	case SCANNER_BLANK:
		return true;
	case SCANNER_BAD:
		buf_printf(why, "column %zu: expected %s", where + 1, expected);
		return false;
	case SCANNER_POINT:
		break;
	}
	return check_tags(p.tags, why) && check_fields(&p, unsigned_fields, why);
}
