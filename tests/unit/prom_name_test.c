#include "test.h"

#include "prom/labels.h"
#include "prom/name.h"
#include "prom/text.h"

static void
snake(void)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "BMS_Status", "bms_status" }, { "PackVoltage", "pack_voltage" },
		{ "DI_systemStatus", "di_system_status" }, { "speed", "speed" }, { "SPEED", "speed" },
		{ "packSOC", "pack_soc" }, { "SOCMax", "soc_max" }, { "HTTPServer", "http_server" },
		{ "BMSPackVolt", "bms_pack_volt" }, { "SOCmax", "so_cmax" }, { "IDs", "i_ds" },
		{ "ABc", "a_bc" }, { "aB", "a_b" }, { "AB", "ab" }, { "A", "a" },
		{ "Cell1Voltage", "cell1_voltage" }, { "Cell12", "cell12" }, { "VCU2BMS", "vcu2_bms" },
		{ "T1t2T3", "t1t2_t3" }, { "0x1A2", "0x1_a2" }, { "123", "123" }, { "1.5V", "1_5_v" },
		{ "a__b", "a_b" }, { "__a__", "a" }, { "_Ab", "ab" }, { "A_B", "a_b" },
		{ "A_bC", "a_b_c" }, { "a.b-c d/e", "a_b_c_d_e" }, { "a:b", "a_b" },
		{ "BMS_Status.PackVoltage", "bms_status_pack_voltage" },
		{ "Gr\xc3\xb6\xc3\x9f" "e", "gr_e" }, { "Temp_\xc2\xb0" "C", "temp_c" },
		{ "\xc3\xb6", "unnamed" }, { "", "unnamed" }, { "_", "unnamed" }, { "\xff\xfe", "unnamed" },
		{ "a\xff" "B", "a_b" }, { "a\n\"b", "a_b" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		b.len = 0;
		name_snake(&b, span_str(row[i].text));
		CHECK_TEXT(buf_span(&b), row[i].want);
	}
	b.len = 0;
	name_snake(&b, span_of("a\0b", 3));
	CHECK_TEXT(buf_span(&b), "a_b");
	buf_free(&b);
}

static void
metric(void)
{
	static const struct {
		const char *space, *measurement, *field, *want;
	} row[] = {
		{ "can", "BMS_Status", "PackVoltage", "can_bms_status_pack_voltage" },
		{ "can", "DI_systemStatus", "DI_speed", "can_di_system_status_di_speed" },
		{ "can", "", "", "can_unnamed_unnamed" }, { "can", "1", "2", "can_1_2" },
		{ "", "1", "2", "_1_2" }, { "", "a", "2", "a_2" }, { "My", "a", "b", "My_a_b" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		b.len = 0;
		buf_puts(&b, "<");
		name_metric(&b, span_str(row[i].space), span_str(row[i].measurement),
		    span_str(row[i].field));
		CHECK_TEXT(span_of(b.p + 1, b.len - 1), row[i].want);
	}
	CHECK(name_is_space(span_str("")) && name_is_space(span_str("my_CAN2")));
	CHECK(!name_is_space(span_str("2can")) && !name_is_space(span_str("a:b")));
	CHECK(!name_is_space(span_str("a-b")) && !name_is_space(span_str("a ")));
	buf_free(&b);
}

static void
label(void)
{
	static const struct {
		const char *tag, *want;
	} row[] = {
		{ "bus", "bus" }, { "Vehicle", "Vehicle" }, { "a-b", "a_b" }, { "a__b", "a__b" },
		{ "9v", "_9v" }, { "__name__", "_name__" }, { "_x", "_x" }, { "___", "unnamed" },
		{ "gr\xc3\xb6\xc3\x9f" "e", "gr__e" }, { "\xc3\xb6", "unnamed" }, { "\xff", "unnamed" }, { "_", "unnamed" },
		{ "\x80", "unnamed" }, { "\x81" "2", "_2" }, { "job", "job_" }, { "instance", "instance_" }, { "le", "le_" },
		{ "quantile", "quantile_" }, { "value", "value_" }, { "Job", "Job" }, { "a:b", "a_b" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		b.len = 0;
		buf_puts(&b, "x{");
		name_label(&b, span_str(row[i].tag));
		CHECK_TEXT(span_of(b.p + 2, b.len - 2), row[i].want);
	}
	buf_free(&b);
}

static void
label_sets(void)
{
	static const struct {
		const char *raw, *want;
		size_t clashes;
	} row[] = {
		{ "", "", 0 },
		{ "bus=can0", "bus=\"can0\"", 0 },
		{ "vehicle=7,bus=can0", "bus=\"can0\",vehicle=\"7\"", 0 },
		{ "a-b=1,a_b=2", "a_b=\"2\",a_b_2=\"1\"", 1 },
		{ "a.b=1,a-b=2", "a_b=\"2\",a_b_2=\"1\"", 1 },
		{ "a_b_2=0,a.b=1,a-b=2", "a_b=\"2\",a_b_2=\"0\",a_b_3=\"1\"", 1 },
		{ "a_b=0,a_b_2=3,a.b=1,a-b=2", "a_b=\"0\",a_b_2=\"3\",a_b_3=\"2\",a_b_4=\"1\"", 2 },
		{ "a=1,a=2", "a=\"1\",a_2=\"2\"", 1 },
		{ "job=1,job_=2", "job_=\"2\",job__2=\"1\"", 1 },
		{ "a\\ b=c\\,d\\=e\\\\f", "a_b=\"c,d=e\\\\\\\\f\"", 0 },
		{ "-=1,.=2", "unnamed=\"1\",unnamed_2=\"2\"", 1 },
		{ "q=\"x\"", "q=\"\\\"x\\\"\"", 0 },
		{ "u=\xc3\xa4\xff", "u=\"\xc3\xa4\\\\xff\"", 0 },
	};
	struct labels l = { 0 };
	struct buf many = { 0 };
	size_t i, clashes;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK(labels_build(&l, span_str(row[i].raw), &clashes));
		CHECK_TEXT(buf_span(&l.text), row[i].want);
		CHECK_CASE(clashes == row[i].clashes, row[i].raw);
	}
	CHECK(labels_build(&l, span_str("a.b=1,a-b=2"), &clashes));
	CHECK_TEXT(l.clash_key, "a.b");
	CHECK_TEXT(l.clash_name, "a_b_2");
	for (i = 0; i < LABELS_MAX; i++)
		buf_printf(&many, "t%zu=1,", i);
	CHECK(labels_build(&l, span_of(many.p, many.len - 1), &clashes));
	buf_puts(&many, "x=1");
	CHECK(!labels_build(&l, buf_span(&many), &clashes));
	buf_free(&many);
	labels_free(&l);
}

static void
text(void)
{
	static const struct {
		const char *text, *clean, *label, *help;	/* in JSON as in a label, but for tabs */
	} row[] = {
		{ "plain", "plain", "plain", "plain" },
		{ "a\\b\"c\nd", "a\\b\"c\nd", "a\\\\b\\\"c\\nd", "a\\\\b\"c\\nd" },
		{ "\x01\t\r\x7f", "\\x01\t\\x0d\\x7f", "\\\\x01\t\\\\x0d\\\\x7f", "\\\\x01\t\\\\x0d\\\\x7f" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\x97", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\x97",
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\x97", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\x97" },
		{ "\xc3", "\\xc3", "\\\\xc3", "\\\\xc3" },
		{ "\xc0\x80", "\\xc0\\x80", "\\\\xc0\\\\x80", "\\\\xc0\\\\x80" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\\\xed\\\\xa0\\\\x80", "\\\\xed\\\\xa0\\\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80",
			"\\\\xf4\\\\x90\\\\x80\\\\x80" },
		{ "\xe2\x82z", "\\xe2\\x82z", "\\\\xe2\\\\x82z", "\\\\xe2\\\\x82z" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		b.len = 0;
		text_put(&b, span_str(row[i].text), TEXT_CLEAN);
		CHECK_TEXT(buf_span(&b), row[i].clean);
		b.len = 0;
		text_put(&b, span_str(row[i].text), TEXT_LABEL);
		CHECK_TEXT(buf_span(&b), row[i].label);
		b.len = 0;
		text_put(&b, span_str(row[i].text), TEXT_HELP);
		CHECK_TEXT(buf_span(&b), row[i].help);
		b.len = 0;
		text_put(&b, span_str(row[i].text), TEXT_JSON);
		if (!strchr(row[i].text, '\t'))
			CHECK_TEXT(buf_span(&b), row[i].label);
	}
	b.len = 0;
	text_put(&b, span_str("\t\"\n\\"), TEXT_JSON);
	CHECK_TEXT(buf_span(&b), "\\t\\\"\\n\\\\");
	b.len = 0;
	text_put(&b, span_of("a\0b", 3), TEXT_LABEL);
	CHECK_TEXT(buf_span(&b), "a\\\\x00b");
	buf_free(&b);
}

static void
cut(void)
{
	CHECK_TEXT(text_cut(span_str("abc"), 3), "abc");
	CHECK_TEXT(text_cut(span_str("abcd"), 3), "abc");
	CHECK_TEXT(text_cut(span_str("ab\xc3\xa4"), 3), "ab");
	CHECK_TEXT(text_cut(span_str("\xf0\x9f\x9a\x97"), 3), "");
	CHECK(text_cut(span_str("\x80\x80\x80\x80\x80\x80"), 5).n == 5);
}

int
main(void)
{
	TEST(snake);
	TEST(metric);
	TEST(label);
	TEST(label_sets);
	TEST(text);
	TEST(cut);
	return test_end();
}
