#include "test.h"

#include "base/buf.h"
#include "db/dbc.h"
#include "decode/plan.h"

/* What a database says, from the parser to the model. */

static const struct db_message *
message(const struct db *db, const char *name)
{
	size_t i;

	for (i = 0; i < db->messages; i++)
		if (span_is(db->message[i].name, name))
			return &db->message[i];
	return NULL;
}

static const struct db_signal *
signal_of(const struct db *db, const char *m, const char *name)
{
	const struct db_message *msg = message(db, m);
	size_t i;

	for (i = 0; msg && i < msg->signals; i++)
		if (span_is(msg->signal[i].name, name))
			return &msg->signal[i];
	return NULL;
}

static void
plain(void)
{
	static const char text[] =
	    "VERSION \"1\"\n\nNS_ :\n\tCM_\n\tBA_DEF_\n\nBS_:\n\nBU_: A B\n\n"
	    "BO_ 291 Status: 8 A\n"
	    " SG_ Speed : 7|16@0- (0.01,-40) [-40|.5] \"km/h\" B\n"
	    " SG_ Gear M : 16|4@1+ (1,0) [0|0] \"\" Vector__XXX\n"
	    " SG_ Rare m3 : 24|8@1+ (1,0) [0|0] \"\" B,A\n"
	    "\n"
	    "BO_ 2147484672 Far: 64 Vector__XXX\n"
	    " SG_ F : 0|32@1- (1E-006,0) [0|0] \"\" B\n"
	    "\n"
	    "CM_ BO_ 291 \"two\r\nlines\";\n"
	    "CM_ SG_ 291 Speed \"say \\\"hi\\\"\";\n"
	    "VAL_ 291 Gear 1 \"One\" 0 \"Off\" -1 \"Bad\" ;\n"
	    "SIG_VALTYPE_ 2147484672 F : 1;\n";
	struct db db = { 0 };
	const struct db_signal *s;
	const struct db_message *m;
	char out[64];

	CHECK(dbc_parse(span_str(text), &db));
	CHECK(db.messages == 2 && db.diagnostics == 0);
	m = message(&db, "Status");
	CHECK(m && m->id == 291 && !m->extended && m->len == 8 && m->signals == 3 && m->line == 11);
	CHECK(m && span_is(m->sender, "A") && span_is(m->comment, "two\nlines"));
	s = signal_of(&db, "Status", "Speed");
	CHECK(s && s->start == 7 && s->size == 16 && s->big_endian && s->type == DB_SIGNED);
	CHECK(s && span_is(s->unit, "km/h") && span_is(s->comment, "say \"hi\"") && s->line == 12);
	if (s) {
		CHECK_TEXT(dec_text(&s->factor, out, sizeof out), "0.01");
		CHECK_TEXT(dec_text(&s->offset, out, sizeof out), "-40");
		CHECK_TEXT(dec_text(&s->max, out, sizeof out), "0.5");
	}
	s = signal_of(&db, "Status", "Gear");
	CHECK(s && s->multiplexor && s->selector == -1 && s->labels == 3);
	CHECK(s && s->label[0].key == -1 && span_is(db_find_label(s, 1)->text, "One"));
	CHECK(s && !db_find_label(s, 2));
	s = signal_of(&db, "Status", "Rare");
	CHECK(s && s->selector == 1 && s->ranges == 1);
	CHECK(s && s->range[0].first == 3 && s->range[0].last == 3);
	m = message(&db, "Far");
	CHECK(m && m->id == 1024 && m->extended && m->sender.n == 0);
	s = signal_of(&db, "Far", "F");
	CHECK(s && s->type == DB_FLOAT);
	db_free(&db);
}

/* Texts that no string literal of C holds. */
static void
bytes(void)
{
	static const struct {
		const char *text;
		size_t n;
		bool good;
		const char *diagnostic;
	} t[] = {
		{ "BO_ 1\0A: 8 X\0", 13, true,
			"1:6 expected text, found a NUL byte: this and any other is read as a blank" },
		{ "\xff\xfe" "B\0O\0_\0 \0001\0 \0A\0:\0008\0 \0X\0\n\0", 24, true,
			"1:1 expected text in UTF-8 or code page 1252, found UTF-16: read as that" },
		{ "\0B\0O\0_\0 \0001\0 \0A\0:\0008\0 \0X\0\n", 22, true,
			"1:1 expected text in UTF-8 or code page 1252, found UTF-16: read as that" },
		{ "\0\0\0\0\0\0\0\0", 8, false, "1:9 expected a statement of a DBC file such as BO_, "
			"found the end of the file: nothing in it is one" },
		{ NULL, 0, false, "1:1 expected a statement of a DBC file such as BO_, "
			"found the end of the file: nothing in it is one" },
	};
	char text[256];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct db db = { 0 };

		CHECK_CASE(dbc_parse(span_of(t[i].text, t[i].n), &db) == t[i].good, t[i].diagnostic);
		CHECK_CASE(db.diagnostics == 1, t[i].diagnostic);
		if (db.diagnostics == 1) {
			snprintf(text, sizeof text, "%u:%u %.*s", db.diagnostic->line,
			    db.diagnostic->column, (int)db.diagnostic->text.n, db.diagnostic->text.p);
			CHECK_TEXT(span_str(text), t[i].diagnostic);
		}
		db_free(&db);
	}
}

/* Of more diagnostics than anybody reads, the rest is counted. */
static void
much_damage(void)
{
	struct buf text = { 0 };
	struct db db = { 0 };
	int i;

	buf_puts(&text, "BO_ 1 A: 8 X\n");
	for (i = 0; i < 20000; i++)
		buf_puts(&text, ";\n");
	CHECK(dbc_parse(buf_span(&text), &db) && db.messages == 1);
	CHECK(db.diagnostics == 10001);
	if (db.diagnostics == 10001)
		CHECK_TEXT(db.diagnostic[10000].text,
		    "expected less damage, found 10000 more deviations: not listed");
	db_free(&db);
	buf_free(&text);
}

/* A text with i for every %d and the number before for every %p. */
static void
put_numbered(struct buf *b, const char *p, int i)
{
	for (; *p; p++) {
		if (*p == '%') {
			p++;
			buf_printf(b, "%d", *p == 'p' ? i - 1 : i);
		} else {
			buf_putc(b, *p);
		}
	}
}

/*
 * What would take minutes if anything in it were quadratic: long chains of selectors, thousands
 * of statements about one signal, thousands of branches, texts and comments that never end.
 */
static void
large(void)
{
	static const struct {
		const char *begin, *repeat, *end;
	} t[] = {
		{ "BO_ 1 A: 8 X\n", "SG_ s%d : 0|8@1+ (1,0) [0|0] \"\" X\n"
			"SG_MUL_VAL_ 1 s%d s%p 1-1;\n", "" },
		{ "BO_ 1 A: 8 X\nSG_ m M : 0|16@1+ (1,0) [0|0] \"\" X\n",
			"SG_ s%d m%d : 16|8@1+ (1,0) [0|0] \"\" X\n", "" },
		{ "BO_ 1 A: 8 X\n", "SG_ s : 0|8@1+ (1,0) [0|0] \"\" X\nCM_ SG_ 1 s \"%d\";\n", "" },
		{ "BO_ 1 A: 8 X\n", "BO_ 1 A: 8 X\n", "" },
		{ "BO_ 1 A: 8 X\n", "SG_ s%d : 0|8@1+ (1,0) [0|0] \"\" X\n"
			"BA_ \"SystemSignalLongSymbol\" SG_ 1 s%d \"Long\";\n", "" },
		{ "BO_ 1 A: 8 X\nSG_ s : 0|8@1+ (1,0) [0|0] \"\" X\nVAL_ 1 s ", "%d \"x\" 7 \"y\" ", ";" },
		{ "BO_ 1 A: 8 X\n", "CM_ \\\"open\n", "\"x" },
		{ "BO_ 1 A: 8 X\n", "CM_ SG_ 1 s \"open \\\"\n", "" },
		{ "BO_ 1 A: 8 X\n", "1 /* \" // ", "" },
		{ "BO_ 1 A: 8 X\nCM_ \"", "\nCM_ ", "" },
	};
	struct buf text = { 0 };
	size_t k;
	int i;

	for (k = 0; k < sizeof t / sizeof *t; k++) {
		struct plan_count count = { 0 };
		struct db db = { 0 };

		text.len = 0;
		buf_puts(&text, t[k].begin);
		for (i = 1; i < 20000; i++)
			put_numbered(&text, t[k].repeat, i);
		buf_puts(&text, t[k].end);
		CHECK_CASE(dbc_parse(buf_span(&text), &db) && db.messages == 1, t[k].repeat);
		(void)plan_compile(&db, false, NULL, NULL, &count, &db.arena);
		CHECK_CASE(count.messages == 1, t[k].repeat);
		db_free(&db);
	}
	buf_free(&text);
}

static void
labels(void)
{
	struct db_label label[] = { { INT64_MIN, { "low", 3 } }, { -1, { "minus", 5 } },
		{ 5, { "five", 4 } } };
	struct db_signal s = { .label = label, .labels = 3 }, none = { 0 };

	CHECK(db_find_label(&s, INT64_MIN) == &label[0] && db_find_label(&s, -1) == &label[1]);
	CHECK(db_find_label(&s, 5) == &label[2]);
	CHECK(!db_find_label(&s, 0) && !db_find_label(&s, 6) && !db_find_label(&s, INT64_MAX));
	CHECK(!db_find_label(&none, 0));
}

int
main(void)
{
	TEST(plain);
	TEST(bytes);
	TEST(much_damage);
	TEST(large);
	TEST(labels);
	return test_end();
}
