#include "point/describe.h"

#include "line/meta.h"

static bool
is_possible(const struct db_signal *s, int64_t key)
{
	const int64_t most = s->size < 64 ? INT64_C(1) << (s->size - 1) : INT64_MAX;

	if (s->type == DB_SIGNED)
		return s->size == 64 || (key >= -most && key < most);
	return s->size == 64 || (uint64_t)key >> s->size == 0;
}

/* The number that a field has for a raw value; of an IEEE signal the key is a number already. */
static void
put_number(struct buf *out, const struct plan_signal *s, int64_t key)
{
	char *to, *end;

	if (s->db->type == DB_FLOAT) {
		buf_printf(out, "%lld", (long long)key);
		return;
	}
	to = buf_reserve(out, scale_room(&s->scale));
	end = scale_put(to, &s->scale, (uint64_t)key);
	out->len += end ? (size_t)(end - to) : 0;
}

/* Within a line: what would end it, or show as nothing, is a blank. */
static void
put_on_line(struct buf *out, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		buf_putc(out, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
}

/*
 * "number label" of a value table, at most so many, without raw values that the signal's bits do
 * not have. How many there are in all.
 */
static size_t
put_labels(struct buf *out, const struct plan_signal *s, const char *between, size_t most)
{
	const struct db_signal *d = s->db;
	size_t i, n = 0;

	for (i = 0; i < d->labels; i++) {
		if (!is_possible(d, d->label[i].key) || n++ >= most)
			continue;
		buf_puts(out, n > 1 ? between : "");
		put_number(out, s, d->label[i].key);
		buf_putc(out, ' ');
		put_on_line(out, d->label[i].text);
	}
	return n;
}

static void
put_pair(struct buf *out, const char *key, struct span text)
{
	if (text.n)
		meta_pair(out, key, text);
}

static void
put_decimal(struct buf *out, const char *key, const struct dec *d)
{
	char text[512];

	put_pair(out, key, dec_text(d, text, sizeof text));
}

static bool
has_quote(struct span s)
{
	return s.n && memchr(s.p, '"', s.n);
}

/* A name with a double quote gets no line: no comment may hold one, and no consumer needs it. */
static void
put_meta_line(struct buf *out, struct span series, struct span name, const struct db_message *m,
    const struct plan_signal *p)
{
	const struct db_signal *s = p->db;
	struct buf b = { 0 };

	if (has_quote(series) || has_quote(name))
		return;
	meta_begin(out, series, name);
	put_pair(out, "unit", s->unit);
	put_pair(out, "help", s->comment);
	if (!dec_is_zero(&s->min) || !dec_is_zero(&s->max)) {
		put_decimal(out, "min", &s->min);
		put_decimal(out, "max", &s->max);
	}
	if (s->labels) {
		put_labels(&b, p, "\n", SIZE_MAX);
		put_pair(out, "values", buf_span(&b));
		b.len = 0;
	}
	if (m->cycle_ms) {
		buf_printf(&b, "%u", m->cycle_ms);
		put_pair(out, "cycle_ms", buf_span(&b));
	}
	put_pair(out, "sender", m->sender);
	b.len = 0;
	buf_put_span(&b, m->name);
	buf_putc(&b, '.');
	buf_put_span(&b, s->name);
	put_pair(out, "signal", buf_span(&b));
	meta_end(out);
	buf_free(&b);
}

void
describe_meta(struct buf *out, const struct point_options *o, const struct plan_message *m,
    const struct point_field *fields, const struct series *s)
{
	struct series of = *s;
	struct buf series = { 0 };
	uint32_t i;

	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		if (o->layout != POINT_WIDE)
			of.signal = m->signal[i].db;
		series.len = 0;
		series_put(&series, o, &of, POINT_TAG_MESSAGE | POINT_TAG_SIGNAL | POINT_TAG_COMPONENT,
		    false);
		if (fields[i].number)
			put_meta_line(out, buf_span(&series), fields[i].name, m->db, &m->signal[i]);
		if (fields[i].label_lead)
			put_meta_line(out, buf_span(&series), fields[i].label_name, m->db, &m->signal[i]);
	}
	buf_free(&series);
}

/* Bytes that are not the continuation of a character: the width of UTF-8 text. */
static int
width(struct span s)
{
	int n = 0;
	size_t i;

	for (i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

/* The comment and the beginning of the value table. */
static void
put_note(struct buf *out, const struct plan_signal *s)
{
	enum { SHOWN = 16 };
	size_t n;

	put_on_line(out, s->db->comment);
	if (!s->db->labels)
		return;
	buf_puts(out, s->db->comment.n ? ": " : "");
	n = put_labels(out, s, ", ", SHOWN);
	if (n > SHOWN)
		buf_printf(out, " and %zu more", n - SHOWN);
}

/* "EngineSpeed  rpm  Of the crankshaft", each column as wide as the message needs it. */
static void
put_signal_line(struct buf *out, const struct plan_signal *s, int names, int units)
{
	struct buf note = { 0 };
	struct span name = s->db->name, unit = s->db->unit;

	put_note(&note, s);
	buf_printf(out, "    %.*s", (int)name.n, name.p);
	if (unit.n || note.len)
		buf_printf(out, "%*s%.*s", names - width(name) + 2, "", (int)unit.n, unit.p);
	if (note.len) {
		buf_printf(out, "%*s", units ? units - width(unit) + 2 : 0, "");
		buf_put_span(out, buf_span(&note));
	}
	buf_putc(out, '\n');
	buf_free(&note);
}

/*
 * 1CF00400  EngineData  8 bytes from ECU: what the engine does
 *     EngineSpeed       rpm  Of the crankshaft
 *     State                  0 off, 1 starting, 2 running
 */
void
describe_message(struct buf *out, const struct plan_message *m, struct span bus)
{
	const struct db_message *d = m->db;
	int names = 0, units = 0;
	uint32_t i;

	buf_printf(out, d->extended ? "%08X" : "%03X", d->id);
	buf_printf(out, "  %.*s  %u bytes", (int)d->name.n, d->name.p, d->len);
	if (d->sender.n)
		buf_printf(out, " from %.*s", (int)d->sender.n, d->sender.p);
	if (bus.n)
		buf_printf(out, " on %.*s", (int)bus.n, bus.p);
	buf_puts(out, m->j1939 ? " (J1939)" : "");
	buf_puts(out, d->comment.n ? ": " : "");
	put_on_line(out, d->comment);
	buf_putc(out, '\n');
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		names = larger(names, width(m->signal[i].db->name));
		units = larger(units, width(m->signal[i].db->unit));
	}
	for (i = 0; i < m->signals; i++)
		if (m->signal[i].wanted)
			put_signal_line(out, &m->signal[i], names, units);
}

static void
put_json_text(struct buf *out, const char *key, struct span s)
{
	size_t i;

	buf_printf(out, ",\"%s\":\"", key);
	for (i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20)
			buf_printf(out, "\\u%04x", (unsigned)s.p[i]);
		else if (s.p[i] == '"' || s.p[i] == '\\')
			buf_printf(out, "\\%c", s.p[i]);
		else
			buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

static void
put_json_decimal(struct buf *out, const char *key, const struct dec *d)
{
	char text[512];
	struct span s = dec_text(d, text, sizeof text);

	buf_printf(out, ",\"%s\":", key);
	if (s.n)
		buf_put_span(out, s);
	else
		buf_printf(out, "%s%.*se%d", d->minus ? "-" : "", (int)d->digits.n, d->digits.p, d->exp);
}

static void
put_json_signal(struct buf *out, const struct db_message *m, const struct db_signal *s)
{
	static const char *const types[] = { "unsigned", "signed", "float" };
	size_t i;

	buf_printf(out, "{\"start\":%u,\"size\":%u,\"big_endian\":%s,\"type\":\"%s\"", s->start,
	    s->size, s->big_endian ? "true" : "false", types[s->type]);
	put_json_text(out, "name", s->name);
	put_json_text(out, "unit", s->unit);
	put_json_text(out, "comment", s->comment);
	put_json_decimal(out, "factor", &s->factor);
	put_json_decimal(out, "offset", &s->offset);
	if (!dec_is_zero(&s->min) || !dec_is_zero(&s->max)) {
		put_json_decimal(out, "min", &s->min);
		put_json_decimal(out, "max", &s->max);
	}
	if (s->multiplexor)
		buf_puts(out, ",\"multiplexor\":true");
	if (s->selector >= 0) {
		put_json_text(out, "selector", m->signal[s->selector].name);
		buf_puts(out, ",\"selected_by\":[");
		for (i = 0; i < s->ranges; i++)
			buf_printf(out, "%s[%llu,%llu]", i ? "," : "",
			    (unsigned long long)s->range[i].first, (unsigned long long)s->range[i].last);
		buf_putc(out, ']');
	}
	if (s->labels)
		buf_puts(out, ",\"values\":[");
	for (i = 0; i < s->labels; i++) {
		buf_printf(out, s->type == DB_UNSIGNED ? "%s{\"raw\":%llu" : "%s{\"raw\":%lld",
		    i ? "," : "", (long long)s->label[i].key);
		put_json_text(out, "label", s->label[i].text);
		buf_putc(out, '}');
	}
	buf_puts(out, s->labels ? "]}" : "}");
}

void
describe_json(struct buf *out, const struct plan_message *m, struct span bus, bool first)
{
	const struct db_message *d = m->db;
	bool any = false;
	uint32_t i;

	buf_printf(out, "%s\n{\"id\":%u,\"extended\":%s,\"j1939\":%s,\"length\":%u,\"cycle_ms\":%u",
	    first ? "" : ",", d->id, d->extended ? "true" : "false", m->j1939 ? "true" : "false",
	    d->len, d->cycle_ms);
	if (bus.n)
		put_json_text(out, "bus", bus);
	put_json_text(out, "name", d->name);
	put_json_text(out, "sender", d->sender);
	put_json_text(out, "comment", d->comment);
	buf_puts(out, ",\"signals\":[");
	for (i = 0; i < m->signals; i++) {
		if (!m->signal[i].wanted)
			continue;
		buf_puts(out, any ? ",\n " : "\n ");
		put_json_signal(out, d, m->signal[i].db);
		any = true;
	}
	buf_puts(out, "]}");
}
