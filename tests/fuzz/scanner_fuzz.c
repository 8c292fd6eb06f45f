/*
 * Line protocol, as a stream: the scanner's spans lie in the line, the quick look for a time agrees
 * with the split, and what the intake lets through can be joined and comes apart again as it was.
 */
#include <string.h>

#include "base/buf.h"
#include "influx/check.h"
#include "influx/intake.h"
#include "influx/misread.h"
#include "line/scanner.h"
#include "fuzz.h"

static void
check_inside(struct span s, struct span line)
{
	must(!s.n || (s.p >= line.p && s.p + s.n <= line.p + line.n));
}

static void
try_parts(struct span line, const struct scanner_point *p, struct buf *b)
{
	struct span rest = p->tags, key, value;
	struct scanner_value v;
	size_t left = rest.n + 1;

	while (scanner_next_tag(&rest, &key, &value)) {
		must(rest.n < left && key.n && value.n);
		left = rest.n;
		check_inside(key, line);
		check_inside(value, line);
	}
	must(rest.n == 0);	/* the split has seen that they are tags */
	rest = p->fields;
	left = rest.n + 1;
	while (scanner_next_field(&rest, &key, &v)) {
		must(rest.n < left && key.n);
		left = rest.n;
		check_inside(key, line);
		check_inside(v.text, line);
		b->len = 0;
		scanner_unescape(b, key);
		scanner_unescape_string(b, v.text);
		must(b->len <= key.n + v.text.n);
	}
}

static void
try_line(struct span line, struct buf *b)
{
	struct scanner_point p;
	const char *expected = NULL;
	size_t where = 0;

	b->len = 0;
	check_line(line, true, b);
	misread_line(line, b);
	check_names(line);
	check_quotes(line);
	switch (scanner_split(line.p, line.n, &p, &where, &expected)) {
	case SCANNER_POINT:
		check_inside(p.measurement, line);
		check_inside(p.series, line);
		check_inside(p.time, line);
		must(p.measurement.n && p.fields.n);
		must(scanner_has_time(line.p, line.n) == (p.time.n > 0));
		try_parts(line, &p, b);
		break;
	case SCANNER_BAD:
		must(expected && where <= line.n);
		scanner_has_time(line.p, line.n);
		break;
	case SCANNER_COMMENT:
	case SCANNER_BLANK:
		must(scanner_peek(line.p, line.n) != SCANNER_POINT);
		break;
	}
}

/* The points of data fed in steps, one behind the other with newlines; the number of them. */
static size_t
take_in(const char *data, size_t size, size_t step, unsigned zeros, struct buf *out)
{
	struct intake in = { .zeros = zeros, .accept_tail = step & 1 };
	struct intake_line l;
	size_t at = 0, have = 0, used, lines = 0;
	bool end = false;

	while (!end) {
		end = have == size;
		have = have + step < size ? have + step : size;
		do {
			used = intake_next(&in, span_of(data + at, have - at), end, 1000, &l);
			must(used <= have - at && (l.kind == INTAKE_MORE) == (used == 0));
			at += used;
			if (l.kind != INTAKE_POINT)
				continue;
			buf_put_span(out, l.text);
			buf_putc(out, '\n');
			lines++;
		} while (l.kind != INTAKE_MORE);
	}
	must(at == size);
	intake_free(&in);
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf in = { 0 }, out = { 0 }, again = { 0 }, b = { 0 };
	size_t step, lines, at, n;
	unsigned zeros;

	if (size < 2)
		return 0;
	step = data[0] % 64 + 1;
	zeros = data[0] / 64 * 3;
	buf_put(&in, data + 1, size - 1);
	lines = take_in(in.p, in.len, step, zeros, &out);
	for (at = 0; at < out.len; at += n, lines--) {
		n = scanner_line_end(out.p + at, out.len - at);
		must(n);
		try_line(scanner_trim(out.p + at, n), &b);
	}
	must(lines == 0);
	if (out.len)
		take_in(out.p, out.len, 7, 0, &again);
	must(again.len == out.len && (!out.len || !memcmp(again.p, out.p, out.len)));
	buf_free(&in);
	buf_free(&out);
	buf_free(&again);
	buf_free(&b);
	return 0;
}
