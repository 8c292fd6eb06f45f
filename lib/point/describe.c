#include "point/describe.h"

#include "line/meta.h"

/* "key label" lines. */
static void
put_labels(struct buf *out, const struct db_signal *s)
{
	size_t i, k;
	char c;

	for (i = 0; i < s->labels; i++) {
		buf_printf(out, s->type == DB_UNSIGNED ? "%s%llu " : "%s%lld ", i ? "\n" : "",
		    (long long)s->label[i].key);
		for (k = 0; k < s->label[i].text.n; k++) {
			c = s->label[i].text.p[k];
			buf_putc(out, c == '\n' || c == '\r' ? ' ' : c);
		}
	}
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

static void
put_meta_line(struct buf *out, struct span series, struct span name, const struct db_message *m,
    const struct db_signal *s)
{
	struct buf b = { 0 };

	meta_begin(out, series, name);
	put_pair(out, "unit", s->unit);
	put_pair(out, "help", s->comment);
	if (!dec_is_zero(&s->min) || !dec_is_zero(&s->max)) {
		put_decimal(out, "min", &s->min);
		put_decimal(out, "max", &s->max);
	}
	if (s->labels) {
		put_labels(&b, s);
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
		if (fields[i].lead)
			put_meta_line(out, buf_span(&series), fields[i].name, m->db, m->signal[i].db);
		if (fields[i].label_lead)
			put_meta_line(out, buf_span(&series), fields[i].label_name, m->db,
			    m->signal[i].db);
	}
	buf_free(&series);
}

void
describe_message(struct buf *out, const struct plan_message *m)
{
	const struct db_message *d = m->db;
	uint32_t i;

	buf_printf(out, d->extended ? "%08X" : "     %03X", d->id);
	buf_printf(out, "%s %4u  %.*s%s%.*s\n", m->j1939 ? "*" : " ", d->len, (int)d->name.n, d->name.p,
	    d->sender.n ? "  from " : "", (int)d->sender.n, d->sender.n ? d->sender.p : "");
	for (i = 0; i < m->signals; i++) {
		const struct db_signal *s = m->signal[i].db;

		if (m->signal[i].wanted)
			buf_printf(out, "%16s%.*s%s%.*s%s\n", "", (int)s->name.n, s->name.p,
			    s->unit.n ? "  [" : "", (int)s->unit.n, s->unit.n ? s->unit.p : "",
			    s->unit.n ? "]" : "");
	}
}
