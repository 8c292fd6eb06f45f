#ifndef DBC_CASE_H
#define DBC_CASE_H

#include "test.h"

#include "base/buf.h"
#include "db/dbc.h"

/*
 * Cases for the DBC parser: a text, and what comes of it as a text: the diagnostics, a line each,
 * then the messages ("id[x] name length sender") and, indented, their signals.
 */
struct dbc_case {
	const char *name;
	const char *text;
	const char *want;
};

static void
show_dec(struct buf *b, const struct dec *d)
{
	char out[128];

	buf_put_span(b, dec_text(d, out, sizeof out));
}

static void
show_signal(struct buf *b, const struct db_message *m, const struct db_signal *s)
{
	const struct db_signal *by;
	size_t i;

	buf_printf(b, " %.*s %u|%u@%d%s (", (int)s->name.n, s->name.p, s->start, s->size,
	    !s->big_endian, s->type == DB_UNSIGNED ? "+" : s->type == DB_SIGNED ? "-" : "f");
	show_dec(b, &s->factor);
	buf_putc(b, ',');
	show_dec(b, &s->offset);
	buf_putc(b, ')');
	if (!dec_is_zero(&s->min) || !dec_is_zero(&s->max)) {
		buf_puts(b, " [");
		show_dec(b, &s->min);
		buf_putc(b, '|');
		show_dec(b, &s->max);
		buf_putc(b, ']');
	}
	if (s->unit.n)
		buf_printf(b, " '%.*s'", (int)s->unit.n, s->unit.p);
	if (s->multiplexor)
		buf_puts(b, " M");
	if (s->selector >= 0) {
		by = &m->signal[s->selector];
		buf_printf(b, " if %.*s", (int)by->name.n, by->name.p);
	}
	for (i = 0; i < s->ranges; i++)
		buf_printf(b, " %llu-%llu", (unsigned long long)s->range[i].first,
		    (unsigned long long)s->range[i].last);
	for (i = 0; i < s->labels; i++)
		buf_printf(b, " %lld=%.*s", (long long)s->label[i].key, (int)s->label[i].text.n,
		    s->label[i].text.p);
	if (s->comment.n)
		buf_printf(b, " # %.*s", (int)s->comment.n, s->comment.p);
	buf_putc(b, '\n');
}

static void
show_message(struct buf *b, const struct db_message *m)
{
	size_t i;

	buf_printf(b, "%u%s %.*s %u", m->id, m->extended ? "x" : "", (int)m->name.n, m->name.p, m->len);
	if (m->sender.n)
		buf_printf(b, " %.*s", (int)m->sender.n, m->sender.p);
	if (m->j1939)
		buf_puts(b, " j1939");
	if (m->cycle_ms)
		buf_printf(b, " %u ms", m->cycle_ms);
	if (m->comment.n)
		buf_printf(b, " # %.*s", (int)m->comment.n, m->comment.p);
	buf_putc(b, '\n');
	for (i = 0; i < m->signals; i++)
		show_signal(b, m, &m->signal[i]);
}

static void
show(struct buf *b, const struct db *db)
{
	size_t i;

	for (i = 0; i < db->diagnostics; i++)
		buf_printf(b, "%u:%u %.*s\n", db->diagnostic[i].line, db->diagnostic[i].column,
		    (int)db->diagnostic[i].text.n, db->diagnostic[i].text.p);
	for (i = 0; i < db->messages; i++)
		show_message(b, &db->message[i]);
}

static void
run_case(const struct dbc_case *c)
{
	struct buf got = { 0 };
	struct db db = { 0 };

	if (!dbc_parse(span_str(c->text), &db))
		buf_puts(&got, "refused\n");
	show(&got, &db);
	if (!span_is(buf_span(&got), c->want))
		test_fail(__FILE__, __LINE__, "%s: got\n%swant\n%s", c->name, buf_str(&got), c->want);
	buf_free(&got);
	db_free(&db);
}

/* What most cases begin with, and its model where nothing changes it. */
#define HEAD \
	"BO_ 1 A: 8 X\n" \
	" SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\n" \
	" SG_ t : 8|8@1+ (1,0) [0|0] \"\" X\n"
#define MODEL \
	"1 A 8 X\n" \
	" s 0|8@1+ (1,0)\n" \
	" t 8|8@1+ (1,0)\n"

#define RUN_CASES(table) \
	for (size_t k_ = 0; k_ < sizeof(table) / sizeof *(table); k_++) \
		run_case(&(table)[k_])

#endif
