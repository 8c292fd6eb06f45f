#include "test.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "db/dbc.h"

/*
 * Damage of every kind at every place of a database: what it does not touch must still be read,
 * as it was.
 */

static bool
same_number(const struct dec *a, const struct dec *b)
{
	return span_equal(a->digits, b->digits) && a->exp == b->exp && a->minus == b->minus;
}

/* The name may be another: a damaged attribute may have taken the long one. */
static bool
same(const struct db_signal *a, const struct db_signal *b)
{
	return a->start == b->start && a->size == b->size && a->big_endian == b->big_endian
	    && same_number(&a->factor, &b->factor) && same_number(&a->offset, &b->offset);
}

static bool
has(const struct db_message *m, const struct db_signal *s)
{
	size_t k;

	for (k = 0; m && k < m->signals; k++)
		if (same(&m->signal[k], s))
			return true;
	return false;
}

static const struct db_message *
find(const struct db *db, const struct db_message *m)
{
	size_t i;

	for (i = 0; i < db->messages; i++)
		if (db->message[i].id == m->id && db->message[i].extended == m->extended)
			return &db->message[i];
	return NULL;
}

/*
 * How many signals of `good` are not in `db`, and how many are in a message of `db` that are not
 * in that message of `good`: those defined in line `from` or later are not looked at, nor those of
 * messages that have a line from `first` to `last` among theirs.
 */
static size_t
differences(const struct db *good, const struct db *db, uint32_t from, uint32_t first,
    uint32_t last)
{
	const struct db_message *m, *other;
	size_t i, k, n = 0;
	uint32_t end;

	for (i = 0; i < good->messages; i++) {
		m = &good->message[i];
		end = m->signals ? m->signal[m->signals - 1].line : m->line;
		if (last >= m->line && first <= end)
			continue;
		other = find(db, m);
		for (k = 0; k < m->signals; k++)
			n += m->signal[k].line < from && !has(other, &m->signal[k]);
		for (k = 0; other && k < other->signals; k++)
			n += other->signal[k].line < from && !has(m, &other->signal[k]);
	}
	return n;
}

static void
load(const char *name, struct buf *text)
{
	char path[128];

	snprintf(path, sizeof path, "tests/data/dbc/%s", name);
	CHECK_CASE(file_read(path, 1 << 20, text) == 0, path);
}

static uint32_t
line_at(const struct buf *text, size_t at)
{
	uint32_t line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		line += text->p[i] == '\n';
	return line;
}

/* A file that ends anywhere: every signal of a whole line is there. */
static void
truncated(void)
{
	static const char *const files[] = { "bench.dbc", "wild.dbc" };
	size_t i, n;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		struct buf text = { 0 };
		struct db good = { 0 };

		load(files[i], &text);
		CHECK(dbc_parse(buf_span(&text), &good));
		for (n = 0; n < text.len; n++) {
			char *p = mem_strndup(text.p, n);
			struct db db = { 0 };

			(void)dbc_parse(span_of(p, n), &db);
			/* Of wild.dbc, later lines replace or leave out what earlier ones say. */
			if (i == 0 && differences(&good, &db, line_at(&text, n), 0, 0))
				test_fail(__FILE__, __LINE__, "%s cut at %zu: signals lost or added", files[i], n);
			db_free(&db);
			free(p);
		}
		db_free(&good);
		buf_free(&text);
	}
}

/* At `at`: one byte taken out, or another put in front of it. */
static void
damage(const struct buf *text, size_t at, char put, struct buf *out)
{
	out->len = 0;
	buf_put(out, text->p, at);
	if (put)
		buf_putc(out, put);
	at += !put;
	buf_put(out, text->p + at, text->len - at);
}

static void
damaged(const struct buf *text)
{
	static const char puts[] = { '\0', '"', ';', '\n', 'x', ':', '\\', '/' };
	struct db good = { 0 }, db;
	struct buf out = { 0 };
	size_t at, i, n;

	CHECK(dbc_parse(buf_span(text), &good) && good.diagnostics == 0);
	for (at = 0; at < text->len; at++) {
		for (i = 0; i < sizeof puts; i++) {
			db = (struct db){ 0 };
			damage(text, at, puts[i], &out);
			(void)dbc_parse(buf_span(&out), &db);
			n = differences(&good, &db, UINT32_MAX, line_at(text, at),
			    line_at(text, at));
			if (n)
				test_fail(__FILE__, __LINE__, "%zu signals lost or added, byte %zu: '%c'",
				    n, at, puts[i] ? puts[i] : ' ');
			db_free(&db);
		}
	}
	db_free(&good);
	buf_free(&out);
}

static void
damaged_in_order(void)
{
	struct buf text = { 0 };

	load("bench.dbc", &text);
	damaged(&text);
	buf_free(&text);
}

/* What stands behind the messages, in front of them. */
static void
damaged_other_way_round(void)
{
	struct buf text = { 0 }, out = { 0 };
	const char *bo, *rest;

	load("bench.dbc", &text);
	bo = strstr(buf_str(&text), "\nBO_ ");
	rest = strstr(buf_str(&text), "\nBO_TX_BU_");
	CHECK(bo && rest);
	if (bo && rest) {
		buf_put(&out, rest, (size_t)(text.p + text.len - rest));
		buf_put(&out, bo, (size_t)(rest - bo));
		buf_put(&out, text.p, (size_t)(bo - text.p));
		damaged(&out);
	}
	buf_free(&text);
	buf_free(&out);
}

int
main(void)
{
	TEST(truncated);
	TEST(damaged_in_order);
	TEST(damaged_other_way_round);
	return test_end();
}
