#include "test.h"

#include "db/dbc.h"

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
	CHECK(s && s->selector == 1 && s->ranges == 1 && s->range[0].first == 3 && s->range[0].last == 3);
	m = message(&db, "Far");
	CHECK(m && m->id == 1024 && m->extended && m->sender.n == 0);
	s = signal_of(&db, "Far", "F");
	CHECK(s && s->type == DB_FLOAT);
	db_free(&db);
}

int
main(void)
{
	TEST(plain);
	return test_end();
}
