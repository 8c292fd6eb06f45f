#include "influx/misread.h"

#include <stdint.h>
#include <string.h>

#include "base/num.h"
#include "line/scanner.h"

static bool
complain(struct buf *why, const char *what, struct span key)
{
	buf_puts(why, "VictoriaMetrics ");
	buf_puts(why, what);
	buf_put_span(why, key);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number with digits on both sides of its point, if any: of ".5" and "5." it makes 0. */
static bool
is_plain(struct span number)
{
	const char *point = memchr(number.p, '.', number.n), *end = number.p + number.n;

	return !point || (point > number.p && is_digit(point[-1]) && point + 1 < end
	    && is_digit(point[1]));
}

/* It ends with the first quote that is not escaped. */
static bool
is_string(struct span text)
{
	size_t i = 0;

	while (i < text.n && text.p[i] != '"')
		i += text.p[i] == '\\' && i + 1 < text.n ? 2 : 1;
	return i == text.n && text.p[i] == '"';
}

/* Of two backslashes it makes one, and does not see that the second one hides what follows. */
static bool
has_pair(struct span name)
{
	return name.n && memmem(name.p, name.n, "\\\\", 2);
}

static bool
misreads_field(struct span key, const struct scanner_value *v, struct buf *why)
{
	if (memchr(key.p, '"', key.n))
		return complain(why, "takes a quote for the beginning of a string in the name of field ",
		    key);
	if (has_pair(key))
		return complain(why, "takes two backslashes for one in the name of field ", key);
	switch (v->type) {
	case SCANNER_STRING:
		return !is_string(v->text) && complain(why, "wants a comma behind the string in field ",
		    key);
	case SCANNER_FLOAT:
	case SCANNER_INTEGER:
	case SCANNER_UNSIGNED:
		return !is_plain(v->text) && complain(why, "wants digits, or digits on both sides of a"
		    " point, in field ", key);
	case SCANNER_BOOLEAN:
	case SCANNER_INVALID:
		break;
	}
	return false;
}

static bool
misreads_tags(struct span tags, struct buf *why)
{
	struct span key, value;

	while (scanner_next_tag(&tags, &key, &value))
		if (span_is(key, "__name__"))
			return complain(why, "leaves out the tag ", key);
	return false;
}

/* Between the parts of a line it knows blanks only. */
static bool
has_odd_blank(const struct scanner_point *p)
{
	return p->fields.p[-1] != ' ' || (p->time.n && p->time.p[-1] != ' ');
}

static bool
misreads_time(struct span time)
{
	int64_t t;

	return num_i64(time, &t) && t <= 0;
}

bool
misread_line(struct span line, struct buf *why)
{
	static const struct span none = { 0 };
	struct scanner_point p;
	struct scanner_value v;
	const char *expected;
	struct span key;
	size_t where;

	if (scanner_split(line.p, line.n, &p, &where, &expected) != SCANNER_POINT)
		return false;
	if (line.n && memchr(line.p, '\n', line.n))
		return complain(why, "ends a line at a newline in a string, too", none);
	if (has_odd_blank(&p))
		return complain(why, "wants a blank, and no other space, before the fields and before the"
		    " time", none);
	if (misreads_time(p.time))
		return complain(why, "wants a time after 1970", none);
	if (has_pair(p.series))
		return complain(why, "takes two backslashes for one in ", p.series);
	while (scanner_next_field(&p.fields, &key, &v))
		if (misreads_field(key, &v, why))
			return true;
	return misreads_tags(p.tags, why);
}
