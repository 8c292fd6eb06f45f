#include "influx/intake.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "influx/check.h"
#include "line/scanner.h"

enum { LOOK = 1 << 15 };

bool
intake_precision(struct intake *in, const char *precision)
{
	static const struct {
		const char *name;
		unsigned zeros;
	} row[] = { { "ns", 0 }, { "us", 3 }, { "ms", 6 }, { "s", 9 } };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (!strcmp(row[i].name, precision)) {
			in->zeros = row[i].zeros;
			return true;
		}
	return false;
}

void
intake_free(struct intake *in)
{
	buf_free(&in->line);
}

static const char too_long[] = "line longer than 1 MiB";

static void
refuse(struct intake_line *out, const char *reason)
{
	out->kind = INTAKE_REFUSED;
	out->reason = reason;
}

/* A time in the input's unit becomes nanoseconds by zeros behind its digits. */
static void
scale_time(struct intake *in, const struct scanner_point *p, struct intake_line *out)
{
	static const char zeros[] = "000000000";
	size_t at = (size_t)(p->time.p - out->text.p);
	int64_t t;

	in->line.len = 0;
	buf_put(&in->line, out->text.p, at + p->time.n);
	buf_put(&in->line, zeros, in->zeros);
	if (num_i64(span_of(in->line.p + at, p->time.n + in->zeros), &t))
		out->text = buf_span(&in->line);
	else
		refuse(out, "the time is out of range");
}

static void
add_time(struct intake *in, const struct scanner_point *p, int64_t now, struct intake_line *out)
{
	in->stamp = now > in->stamp ? now : in->stamp + 1;
	in->line.len = 0;
	buf_put(&in->line, out->text.p, (size_t)(p->fields.p + p->fields.n - out->text.p));
	buf_printf(&in->line, " %" PRId64, in->stamp);
	out->text = buf_span(&in->line);
}

/* A line that cannot be taken apart goes as it is: the server says what is wrong with it. */
static void
take_point(struct intake *in, bool plain, int64_t now, struct intake_line *out)
{
	struct scanner_point p;
	const char *expected;
	size_t where;

	out->kind = INTAKE_POINT;
	if (!plain && !check_names(out->text))
		refuse(out, "measurement or field name is not UTF-8");
	else if (!plain && !check_quotes(out->text))
		refuse(out, "a field value that is a single quote");
	else if (!in->zeros && scanner_has_time(out->text.p, out->text.n))
		return;
	else if (scanner_split(out->text.p, out->text.n, &p, &where, &expected) != SCANNER_POINT)
		return;
	else if (p.time.n)
		scale_time(in, &p, out);
	else
		add_time(in, &p, now, out);
	if (out->text.n > INTAKE_LINE_MAX)
		refuse(out, too_long);
}

/* How a line was found: */
struct manner {
	bool plain;	/* in bytes that have no meaning but '\n' */
	bool loose;	/* by its newline alone */
	bool torn;	/* not even that */
};

static uint64_t
count_newlines(struct span s)
{
	const char *nl;
	uint64_t n = 0;

	while (s.n && (nl = memchr(s.p, '\n', s.n))) {
		n++;
		s = span_of(nl + 1, (size_t)(s.p + s.n - nl - 1));
	}
	return n;
}

/* The bytes up to and with the first newline, 0 without one. */
static size_t
physical_line(struct span data)
{
	const char *nl = data.n ? memchr(data.p, '\n', data.n) : NULL;

	return nl ? (size_t)(nl + 1 - data.p) : 0;
}

static size_t
skip_on(struct intake *in, struct span data, struct intake_line *out)
{
	size_t n = physical_line(data);

	in->skipping = n == 0;
	out->kind = data.n ? INTAKE_SILENT : INTAKE_MORE;
	return n ? n : data.n;
}

/*
 * A line with an open string or a backslash at its end would take the line behind it in the
 * request with it: no server could tell them apart.
 */
static bool
is_closed(struct intake *in, struct span text)
{
	in->line.len = 0;
	buf_put_span(&in->line, text);
	buf_putc(&in->line, '\n');
	return scanner_line_end(in->line.p, in->line.len) == in->line.len;
}

static void
judge_line(struct intake *in, struct manner m, int64_t now, struct intake_line *out)
{
	if (out->text.n > INTAKE_LINE_MAX) {
		refuse(out, too_long);
	} else if (m.torn && !in->accept_tail) {
		refuse(out, "it has no newline and may be cut off (--accept-unterminated)");
		out->torn = true;
	} else if (m.loose && !is_closed(in, out->text)) {
		refuse(out, "a string without its closing quote, or a backslash at the end");
	} else {
		take_point(in, m.plain, now, out);
	}
}

/*
 * InfluxDB skips those around a line; VictoriaMetrics says 204 and drops it. At the end they count
 * for InfluxDB behind a backslash or a CR, at the start where they make a quote open a string.
 */
static struct span
without_blanks(struct intake *in, struct span s)
{
	struct span from = s;
	size_t n = s.n;

	while (n && s.p[n - 1] == ' ')
		n--;
	if (n && s.p[n - 1] != '\\' && s.p[n - 1] != '\r')
		s.n = from.n = n;
	while (from.n && (*from.p == ' ' || *from.p == '\t'))
		from = span_of(from.p + 1, from.n - 1);
	return from.n == s.n || !memchr(from.p, '"', from.n) || is_closed(in, from) ? from : s;
}

static void
take_line(struct intake *in, struct span line, struct manner m, int64_t now,
    struct intake_line *out)
{
	out->number = in->number + 1;
	in->number += m.plain ? 1 : m.torn + count_newlines(line);
	out->text = without_blanks(in, scanner_trim(line.p, line.n));
	out->kind = INTAKE_SILENT;
	switch (scanner_peek(line.p, line.n)) {
	case SCANNER_COMMENT:
		in->comments++;
		break;
	case SCANNER_BLANK:
		break;
	case SCANNER_POINT:
	case SCANNER_BAD:
		judge_line(in, m, now, out);
		break;
	}
}

/*
 * The bytes up to the first quote, backslash or, where names are still to be checked, byte beyond
 * ASCII, looked for far ahead, once.
 */
static size_t
plain_bytes(const struct intake *in, struct span data)
{
	size_t n = data.n < LOOK ? data.n : LOOK;
	const char *stop = n ? memchr(data.p, '"', n) : NULL;

	n = stop ? (size_t)(stop - data.p) : n;
	stop = n ? memchr(data.p, '\\', n) : NULL;
	n = stop ? (size_t)(stop - data.p) : n;
	return in->ready ? n : check_ascii(span_of(data.p, n));
}

/* As scanner_line_end(); most lines lie in plain bytes, where a newline is one. */
static size_t
line_end(struct intake *in, struct span data, struct manner *m)
{
	size_t n;

	if (!in->plain)
		in->plain = plain_bytes(in, data);
	n = physical_line(span_of(data.p, in->plain));
	m->plain = n;
	return n ? n : scanner_line_end(data.p, data.n);
}

/*
 * Where no line ends by the rules of line protocol, at the end of the input or past the limit,
 * some string is not closed: the rules give way to the next newline, so that one stray quote
 * costs one line.
 */
size_t
intake_next(struct intake *in, struct span data, bool end, int64_t now, struct intake_line *out)
{
	struct manner m = { 0 };
	size_t n;

	*out = (struct intake_line){ .kind = INTAKE_MORE };
	if (in->skipping)
		return skip_on(in, data, out);
	n = line_end(in, data, &m);
	m.loose = n > INTAKE_LINE_MAX + 1 || (!n && (end || data.n > INTAKE_LINE_MAX));
	if (m.loose)
		n = physical_line(data);
	if (!n && !(end && data.n) && data.n <= INTAKE_LINE_MAX)
		return 0;
	in->skipping = !n && !end;
	m.torn = !n;
	n = n ? n : data.n;
	in->plain -= n < in->plain ? n : in->plain;
	if (in->ready && m.plain)
		*out = (struct intake_line){ INTAKE_POINT, span_of(data.p, n - 1), ++in->number, NULL,
			false };
	else
		take_line(in, span_of(data.p, n), m, now, out);
	return n;
}
