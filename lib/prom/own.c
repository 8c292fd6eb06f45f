#include "prom/own.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/digits.h"
#include "base/num.h"
#include "version.h"

enum own_kind { COUNT, COUNT32, NANOSECONDS };

/* ns as seconds, and the end of the line. */
static void
put_seconds(struct buf *out, int64_t ns)
{
	char text[NUM_DOUBLE_TEXT];

	buf_put(out, text, num_put_double(text, (double)ns / (double)CLOCK_SECOND));
	buf_putc(out, '\n');
}

static void
put_build(struct buf *out, struct span name, const struct snapshot *s)
{
	(void)s;
	buf_put_span(out, name);
	buf_puts(out, "{version=\"" CANPIPE_VERSION "\"} 1\n");
}

static void
put_message(struct buf *out, struct span name, const struct snapshot *s, size_t i)
{
	buf_put_span(out, name);
	buf_puts(out, "{message=\"");
	buf_put(out, s->names.p + s->message[i].at, s->message[i].n);
	buf_puts(out, "\"} ");
}

static void
put_points(struct buf *out, struct span name, const struct snapshot *s)
{
	char text[32];
	size_t i;

	for (i = 0; i < s->messages; i++) {
		put_message(out, name, s, i);
		buf_put(out, text,
		    (size_t)(digits_put(text, s->traffic[s->message[i].number].points) - text));
		buf_putc(out, '\n');
	}
}

static void
put_seen(struct buf *out, struct span name, const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->messages; i++) {
		put_message(out, name, s, i);
		put_seconds(out, s->traffic[s->message[i].number].seen);
	}
}

#define AT(kind, member) kind, offsetof(struct own, member), NULL

/* One value each, but for those with a function; in the order of the page. */
static const struct own_row {
	const char *name;
	enum expose_type type;
	enum own_kind kind;
	size_t offset;
	void (*put)(struct buf *out, struct span name, const struct snapshot *s);
	const char *help;
} own_row[] = {
	{ "canpipe_build_info", EXPOSE_INFO, COUNT, 0, put_build, "Version of promexport." },
	{ "canpipe_lines_total", EXPOSE_COUNTER, AT(COUNT, lines),
		"Lines read, comments and blank lines too." },
	{ "canpipe_bad_lines_total", EXPOSE_COUNTER, AT(COUNT, bad_lines),
		"Lines that could not be used." },
	{ "canpipe_input_bytes_total", EXPOSE_COUNTER, AT(COUNT, bytes), "Bytes read." },
	{ "canpipe_last_input_timestamp_seconds", EXPOSE_GAUGE, AT(NANOSECONDS, last_input),
		"When the last point came, in seconds since 1970; 0 before the first." },
	{ "canpipe_input_ended", EXPOSE_GAUGE, AT(COUNT, input_ended),
		"1 when the input has ended, else 0." },
	{ "canpipe_points_total", EXPOSE_COUNTER, COUNT, 0, put_points,
		"Points taken, by measurement." },
	{ "canpipe_last_seen_timestamp_seconds", EXPOSE_GAUGE, COUNT, 0, put_seen,
		"When the last point of a measurement came, in seconds since 1970." },
	{ "canpipe_values_total", EXPOSE_COUNTER, AT(COUNT, registry.values),
		"Field values in the points taken." },
	{ "canpipe_refused_values_total", EXPOSE_COUNTER, AT(COUNT, registry.refused),
		"Field values left out because there was no room for a further series." },
	{ "canpipe_cut_strings_total", EXPOSE_COUNTER, AT(COUNT, registry.cut),
		"String values that were cut." },
	{ "canpipe_name_clashes_total", EXPOSE_COUNTER, AT(COUNT, registry.clashes),
		"Metrics that got another name because theirs was taken." },
	{ "canpipe_series", EXPOSE_GAUGE, AT(COUNT32, registry.series),
		"Series on this page, these own ones left out." },
	{ "canpipe_series_limit", EXPOSE_GAUGE, AT(COUNT, series_limit),
		"The largest number of series that are kept." },
	{ "canpipe_families", EXPOSE_GAUGE, AT(COUNT32, registry.families),
		"Metric names on this page, these own ones left out." },
	{ "canpipe_expired_series_total", EXPOSE_COUNTER, AT(COUNT, registry.expired),
		"Series dropped because they did not come any more." },
	{ "canpipe_scrapes_total", EXPOSE_COUNTER, AT(COUNT, scrapes),
		"Pages made before this one." },
	{ "canpipe_scrape_seconds_total", EXPOSE_COUNTER, AT(NANOSECONDS, scrape_time),
		"Time spent on making pages before this one." },
};

enum { OWN_ROWS = sizeof own_row / sizeof *own_row };

static void
put_value(struct buf *out, const struct own_row *row, const struct own *o)
{
	const char *member = (const char *)o + row->offset;
	uint64_t count;
	uint32_t count32;
	int64_t ns;

	buf_puts(out, row->name);
	switch (row->kind) {
	case COUNT:
		memcpy(&count, member, sizeof count);
		buf_printf(out, " %" PRIu64 "\n", count);
		break;
	case COUNT32:
		memcpy(&count32, member, sizeof count32);
		buf_printf(out, " %" PRIu32 "\n", count32);
		break;
	case NANOSECONDS:
		memcpy(&ns, member, sizeof ns);
		buf_putc(out, ' ');
		put_seconds(out, ns);
		break;
	}
}

static struct span
unit_of(const struct own_row *row)
{
	static const char *const unit[] = { "seconds", "bytes" };
	struct span base = span_str(row->name);
	size_t i, n;

	base.n -= strlen(expose_syntax[EXPOSE_OPENMETRICS].suffix[row->type]);
	for (i = 0; i < sizeof unit / sizeof *unit; i++) {
		n = strlen(unit[i]);
		if (base.n > n && !memcmp(base.p + base.n - n, unit[i], n))
			return span_str(unit[i]);
	}
	return span_of(NULL, 0);
}

void
own_put(struct buf *out, enum expose_format format, const struct own *o, const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < OWN_ROWS; i++) {
		const struct own_row *row = &own_row[i];

		if (row->put == put_seen && !o->last_seen)
			continue;
		expose_head(out, format, row->type, span_str(row->name), unit_of(row),
		    span_str(row->help));
		if (row->put)
			row->put(out, span_str(row->name), s);
		else
			put_value(out, row, o);
	}
}

void
own_reserve(struct registry *r)
{
	size_t i;

	for (i = 0; i < OWN_ROWS; i++)
		expose_reserve(r, own_row[i].type, span_str(own_row[i].name));
}
