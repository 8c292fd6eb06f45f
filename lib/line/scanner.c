#include "line/scanner.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

/* What InfluxDB skips at the start of a line and of each of its three parts. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\0';
}

static size_t
skip_blanks(struct span s, size_t i)
{
	while (i < s.n && is_blank(s.p[i]))
		i++;
	return i;
}

enum scanner_kind
scanner_peek(const char *p, size_t n)
{
	struct span line = scanner_trim(p, n);
	size_t i = skip_blanks(line, 0);

	return i == line.n ? SCANNER_BLANK : line.p[i] == '#' ? SCANNER_COMMENT : SCANNER_POINT;
}

/*
 * The end of a line that has quotes or backslashes, as scanLine() of influxdb's
 * models/points.go finds it: a backslash hides the byte behind it, a newline too; behind the
 * first blank a quote opens a string where there are more '=' than ','.
 */
static size_t
quoted_line_end(const char *p, size_t n)
{
	bool fields = false, quoted = false;
	size_t i, equals = 0, commas = 0;

	for (i = 0; i < n; i++) {
		switch (p[i]) {
		case '\\':
			i++;
			break;
		case ' ':
			fields = true;
			break;
		case '=':
			equals += fields && !quoted;
			break;
		case ',':
			commas += fields && !quoted;
			break;
		case '"':
			quoted ^= fields && equals > commas;
			break;
		case '\n':
			if (!quoted)
				return i + 1;
			break;
		}
	}
	return 0;
}

size_t
scanner_line_end(const char *p, size_t n)
{
	const char *nl = n ? memchr(p, '\n', n) : NULL;
	size_t len;

	if (!nl)
		return 0;
	len = (size_t)(nl + 1 - p);
	if (!memchr(p, '"', len) && !memchr(p, '\\', len))
		return len;
	/* in a comment or a blank line they mean nothing */
	return scanner_peek(p, len) == SCANNER_POINT ? quoted_line_end(p, n) : len;
}

/* Where and why a line cannot be a point. */
struct fault {
	size_t where;
	const char *expected;
};

static bool
fail(struct fault *f, size_t where, const char *expected)
{
	*f = (struct fault){ where, expected };
	return false;
}

/* The byte at i, and no backslash before it. */
static bool
is_bare(struct span s, size_t i, char c)
{
	return s.p[i] == c && (i == 0 || s.p[i - 1] != '\\');
}

/* Moves *at from the first byte of the measurement to the comma or blank that ends it. */
static bool
pass_measurement(struct span s, size_t *at, struct fault *f)
{
	size_t i = *at;

	if (s.p[i] == ',')
		return fail(f, i, "a measurement");
	for (i++; i < s.n && !is_bare(s, i, ',') && !is_bare(s, i, ' '); i++)
		;
	*at = i;
	return i < s.n || fail(f, i, "fields behind the measurement");
}

/* Moves *at from the first byte of a tag to the comma or blank that ends it. */
static bool
pass_tag(struct span s, size_t *at, struct fault *f)
{
	size_t i = *at;

	if (i == s.n || s.p[i] == ' ' || s.p[i] == ',' || s.p[i] == '=')
		return fail(f, i, "a tag key");
	for (i++; i < s.n && !is_bare(s, i, '='); i++)
		if (is_bare(s, i, ' ') || is_bare(s, i, ','))
			return fail(f, i, "'=' behind the tag key");
	i++;
	if (i >= s.n || s.p[i] == ' ' || s.p[i] == ',')
		return fail(f, i < s.n ? i : s.n, "a tag value");
	for (i++; i < s.n && !is_bare(s, i, ',') && !is_bare(s, i, ' '); i++)
		if (is_bare(s, i, '='))
			return fail(f, i, "no '=' in a tag value unless written \\=");
	*at = i;
	return i < s.n || fail(f, i, "fields behind the tags");
}

/*
 * Moves *at from the first byte of the fields to the blank or end behind them. Only what
 * belongs to the structure is judged, as scanFields() of influxdb does it; the values are not.
 */
static bool
pass_fields(struct span s, size_t *at, struct fault *f)
{
	size_t i, start = *at, equals = 0, commas = 0;
	bool quoted = false;

	for (i = start; i < s.n && (quoted || s.p[i] != ' '); i++) {
		switch (s.p[i]) {
		case '\\':
			i += i + 1 < s.n;
			break;
		case '"':
			quoted ^= equals > commas;
			break;
		case ',':
			commas += !quoted;
			break;
		case '=':
			if (quoted)
				break;
			equals++;
			if (i == start || is_bare(s, i - 1, ','))
				return fail(f, i, "a field key");
			if (i + 1 == s.n || s.p[i + 1] == ',' || s.p[i + 1] == ' ')
				return fail(f, i + 1, "a field value");
			break;
		}
	}
	*at = i;
	if (quoted)
		return fail(f, i, "the '\"' that ends the string");
	return equals == commas + 1
	    || fail(f, equals ? i : start, equals ? "key=value fields" : "a field, key=value");
}

/* Digits to the end of the line, blanks behind them allowed; or nothing at all. */
static bool
pass_time(struct span s, size_t at, struct span *time, struct fault *f)
{
	size_t i = at;
	int64_t t;

	while (i < s.n && s.p[i] != ' ')
		i++;
	*time = span_of(s.p + at, i - at);
	if (time->n && !num_i64(*time, &t))
		return fail(f, at, "a timestamp of digits");
	for (; i < s.n; i++)
		if (s.p[i] != ' ')
			return fail(f, i, "nothing behind the timestamp");
	return true;
}

static bool
split_point(struct span s, size_t at, struct scanner_point *out, struct fault *f)
{
	size_t start = at, tags;

	if (!pass_measurement(s, &at, f))
		return false;
	out->measurement = span_of(s.p + start, at - start);
	tags = at + (s.p[at] == ',');
	while (s.p[at] == ',') {
		at++;
		if (!pass_tag(s, &at, f))
			return false;
	}
	out->tags = span_of(s.p + tags, at - tags);
	out->series = span_of(s.p + start, at - start);
	start = at = skip_blanks(s, at);
	if (!pass_fields(s, &at, f))
		return false;
	out->fields = span_of(s.p + start, at - start);
	return pass_time(s, skip_blanks(s, at), &out->time, f);
}

enum scanner_kind
scanner_split(const char *p, size_t n, struct scanner_point *out, size_t *where,
    const char **expected)
{
	struct fault f = { 0 };
	struct span s = scanner_trim(p, n);
	enum scanner_kind kind = scanner_peek(p, n);

	if (kind != SCANNER_POINT || split_point(s, skip_blanks(s, 0), out, &f))
		return kind;
	*where = f.where;
	*expected = f.expected;
	return SCANNER_BAD;
}

/* A backslash that is not itself hidden by one stands before p[n]. */
static bool
is_hidden(const char *p, size_t n)
{
	size_t i = n;

	while (i && p[i - 1] == '\\')
		i--;
	return (n - i) & 1;
}

struct span
scanner_trim(const char *p, size_t n)
{
	if (n && p[n - 1] == '\n' && !is_hidden(p, n - 1))
		n--;
	while (n && p[n - 1] == '\r' && !is_hidden(p, n - 1))
		n--;
	return span_of(p, n);
}

/*
 * The common case without a pass over the line: without quotes and backslashes, what stands
 * behind the last blank and ends in a digit is a time when it has no '='.
 */
bool
scanner_has_time(const char *p, size_t n)
{
	struct span s = scanner_trim(p, n);
	struct scanner_point point;
	const char *expected, *blank;
	size_t where;

	if (s.n && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9' && !memchr(s.p, '"', s.n)
	    && !memchr(s.p, '\\', s.n)) {
		blank = memrchr(s.p, ' ', s.n);
		return blank && !memchr(blank, '=', (size_t)(s.p + s.n - blank));
	}
	return scanner_split(s.p, s.n, &point, &where, &expected) == SCANNER_POINT && point.time.n;
}

/* Cuts *rest behind n bytes and the comma that follows them. */
static void
cut(struct span *rest, size_t n)
{
	n += n < rest->n;
	*rest = span_of(rest->p + n, rest->n - n);
}

/* The place of the first bare c in s, s.n without one. */
static size_t
find_bare(struct span s, char c)
{
	size_t i;

	for (i = 0; i < s.n && !is_bare(s, i, c); i++)
		;
	return i;
}

bool
scanner_next_tag(struct span *rest, struct span *key, struct span *value)
{
	size_t eq = find_bare(*rest, '='), end;

	if (eq == rest->n || eq == 0)
		return false;
	end = find_bare(span_of(rest->p + eq + 1, rest->n - eq - 1), ',') + eq + 1;
	*key = span_of(rest->p, eq);
	*value = span_of(rest->p + eq + 1, end - eq - 1);
	cut(rest, end);
	return value->n > 0;
}

/* The length of a field's value: up to a comma outside quotes. */
static size_t
value_length(struct span s)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ',' && !quoted)
			break;
	}
	return i;
}

static bool
is_boolean(struct span s, bool *truth)
{
	static const struct {
		const char *word;
		bool truth;
	} row[] = {
		{ "t", true }, { "T", true }, { "true", true }, { "True", true }, { "TRUE", true },
		{ "f", false }, { "F", false }, { "false", false }, { "False", false },
		{ "FALSE", false },
	};
	size_t i;

	if ((s.p[0] | 0x20) != 't' && (s.p[0] | 0x20) != 'f')
		return false;		/* nearly all: they are numbers */
	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (span_is(s, row[i].word)) {
			*truth = row[i].truth;
			return true;
		}
	return false;
}

static size_t
skip_digits(struct span s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* No infinity: only long texts and exponents get there. */
static bool
is_finite(struct span s, bool exponent)
{
	enum { SHORT = 27, NUM_MAX = 399 };
	double d;

	if (!exponent && s.n < SHORT)
		return true;
	return s.n > NUM_MAX || (num_double(s, &d) && isfinite(d));
}

/* "-1.5e-3", "1.", ".5": the floats of influxdb, which takes neither "+1" nor "1e". */
static bool
is_float(struct span s)
{
	size_t start = s.n && s.p[0] == '-', i = skip_digits(s, start), digits = i - start;
	bool exponent;

	if (i < s.n && s.p[i] == '.') {
		start = i + 1;
		i = skip_digits(s, start);
		digits += i - start;
	}
	if (!digits)
		return false;
	exponent = i < s.n && (s.p[i] == 'e' || s.p[i] == 'E');
	if (exponent) {
		i++;
		i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
		start = i;
		i = skip_digits(s, start);
		if (i == start)
			return false;
	}
	return i == s.n && is_finite(s, exponent);
}

/* A value that is no string. */
static struct scanner_value
plain_value(struct span s)
{
	struct scanner_value v = { .type = SCANNER_INVALID, .text = s };
	struct span number = span_of(s.p, s.n - 1);
	uint64_t u;
	int64_t i;

	if (is_boolean(s, &v.truth))
		v.type = SCANNER_BOOLEAN;
	else if (s.p[s.n - 1] == 'i' && num_i64(number, &i))
		v = (struct scanner_value){ .type = SCANNER_INTEGER, .text = number };
	else if (s.p[s.n - 1] == 'u' && num_u64(number, &u))
		v = (struct scanner_value){ .type = SCANNER_UNSIGNED, .text = number };
	else if (is_float(s))
		v.type = SCANNER_FLOAT;
	return v;
}

bool
scanner_next_field(struct span *rest, struct span *key, struct scanner_value *value)
{
	size_t eq = find_bare(*rest, '='), end;
	struct span v;

	if (eq == rest->n || eq == 0 || eq + 1 == rest->n)
		return false;
	v = span_of(rest->p + eq + 1, rest->n - eq - 1);
	v.n = value_length(v);
	if (!v.n)
		return false;
	end = eq + 1 + v.n;
	*key = span_of(rest->p, eq);
	if (v.n >= 2 && v.p[0] == '"')
		*value = (struct scanner_value){ .type = SCANNER_STRING, .text = { v.p + 1, v.n - 2 } };
	else
		*value = plain_value(v);
	cut(rest, end);
	return true;
}

static void
unescape(struct buf *out, struct span raw, const char *set)
{
	size_t i;

	for (i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\' && i + 1 < raw.n && raw.p[i + 1] && strchr(set, raw.p[i + 1]))
			i++;
		buf_putc(out, raw.p[i]);
	}
}

void
scanner_unescape(struct buf *out, struct span raw)
{
	unescape(out, raw, ", =");
}

void
scanner_unescape_string(struct buf *out, struct span raw)
{
	unescape(out, raw, "\"\\");
}
