#include "test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/linein.h"
#include "prom/exporter.h"
#include "prom/labels.h"

static struct buf told, faults;

static void
note_event(void *arg, enum registry_event event, struct span what, struct span instead)
{
	(void)arg;
	buf_printf(&told, "%d ", (int)event);
	buf_put_span(&told, what);
	buf_puts(&told, " -> ");
	buf_put_span(&told, instead);
	buf_putc(&told, '\n');
}

static void
note_line(void *arg, uint64_t line, size_t where, const char *expected)
{
	(void)arg;
	buf_printf(&faults, "%d:%zu %s\n", (int)line, where, expected);
}

static struct exporter *
start(const char *space, int64_t expire, uint32_t max_series)
{
	static struct ttl_rule rule;
	struct exporter_config c = { .registry = { .space = span_str(space), .rule = &rule,
		.rules = 1, .max_series = max_series, .tell = note_event }, .bad_line = note_line };

	rule.ttl.ns = expire;
	told.len = faults.len = 0;
	return exporter_new(&c);
}

static struct registry_arrival
at(int64_t now)
{
	return (struct registry_arrival){ now, now };
}

static void
feed(struct exporter *e, const char *text, int64_t now)
{
	size_t n = exporter_feed(e, span_str(text), at(now));

	CHECK_CASE(n == strlen(text), text);
}

/* The page without the metrics of promexport itself; without # lines where bare. */
static struct span
page(struct exporter *e, int64_t now, bool bare, struct buf *out)
{
	struct buf all = { 0 };
	char *line, *next;

	out->len = 0;
	CHECK(exporter_page(e, EXPOSE_TEXT, now, 0, &all));
	buf_str(&all);
	for (line = all.p; *line; line = next) {
		next = strchr(line, '\n') + 1;
		if (!strstr(line, "canpipe_") || strstr(line, "canpipe_") > next)
			if (!bare || *line != '#')
				buf_put(out, line, (size_t)(next - line));
	}
	buf_free(&all);
	return buf_span(out);
}

/* The value of one of promexport's own metrics. */
static double
own(struct exporter *e, int64_t now, const char *name)
{
	struct buf all = { 0 };
	const char *at;
	double v = -1;

	CHECK(exporter_page(e, EXPOSE_TEXT, now, 0, &all));
	at = strstr(buf_str(&all), name);
	while (at && at[-1] != '\n')
		at = strstr(at + 1, name);
	if (at)
		v = atof(at + strlen(name));
	buf_free(&all);
	return v;
}

#define IS(v, want) ((v) > (want) - 1e-9 && (v) < (want) + 1e-9)

/* What one input looks like on the page. */
static void
pages(void)
{
	static const struct {
		const char *in, *want;
	} row[] = {
		{ "", "" },
		{ "# only a comment\n\n", "" },
		{ "BMS_Status PackVoltage=400.5\n", "can_bms_status_pack_voltage 400.5\n" },
		{ "m,bus=can0,a=b x=1 1700000000123456000\n", "can_m_x{a=\"b\",bus=\"can0\"} 1\n" },
		/* values as they stand, the last one of a series */
		{ "m x=1\nm x=2\n", "can_m_x 2\n" },
		{ "m a=3i,b=-3i,c=18446744073709551615u,d=9223372036854775807i\n",
			"can_m_a 3\ncan_m_b -3\ncan_m_c 18446744073709551615\n"
			"can_m_d 9223372036854775807\n" },
		{ "m a=1.50,b=1e3,c=.5,d=-0.0\n", "can_m_a 1.50\ncan_m_b 1e3\ncan_m_c .5\ncan_m_d -0.0\n" },
		{ "m a=0.10000000000000000000000000000000001\n", "can_m_a 0.1\n" },
		{ "m a=t,b=FALSE\n", "can_m_a 1\ncan_m_b 0\n" },
		/* short ones become long, and the other way round */
		{ "m a=123456789012345,b=12345678901234,c=-0.12345678901234567890123456\n"
			"m a=12345678901234,b=-18446744073709551615.12345678,c=1\n"
			"n d=123456789.1234567890123456789\n",
			"can_m_a 12345678901234\ncan_m_b -18446744073709551615.12345678\ncan_m_c 1\n"
			"can_n_d 123456789.1234567890123456789\n" },
		{ "m a=123456789012345,b=123456789012346\nm a=\"x\"\nm c=123456789012347\n",
			"can_m_a_info{value=\"x\"} 1\ncan_m_b 123456789012346\ncan_m_c 123456789012347\n" },
		/* strings */
		{ "m,bus=can0 s=\"Drive\"\nm,bus=can0 s=\"Park\"\n",
			"can_m_s_info{bus=\"can0\",value=\"Park\"} 1\n" },
		{ "m s=\"\"\n", "can_m_s_info{value=\"\"} 1\n" },
		{ "m s=\"a\\\"b\\\\c\nd\xff\"\n", "can_m_s_info{value=\"a\\\"b\\\\c\\nd\\\\xff\"} 1\n" },
		/* a field that changes its type leaves one series */
		{ "m s=1\nm s=\"x\"\n", "can_m_s_info{value=\"x\"} 1\n" },
		{ "m s=\"x\",t=1\nm s=1,t=2\n", "can_m_s 1\ncan_m_t 2\n" },
		/* the same tags in another order, and written otherwise, are the same series */
		{ "m,a=1,b=2 x=1\nm,b=2,a=1 x=2\n", "can_m_x{a=\"1\",b=\"2\"} 2\n" },
		{ "m,a=x\\,y x=1\nm\\ n x=2\n", "can_m_n_x 2\ncan_m_x{a=\"x,y\"} 1\n" },
		{ "m\\ n,b=1,a=2 x=1\nm\\ n,a=2,b=1 x=2\n", "can_m_n_x{a=\"2\",b=\"1\"} 2\n" },
		{ "a,k=1,l=2 x=1\nb,l=2,k=1 x=2\nb,k=1,l=2 x=3\n",
			"can_a_x{k=\"1\",l=\"2\"} 1\ncan_b_x{k=\"1\",l=\"2\"} 3\n" },
		/* what only looks like another one in a table */
		{ "m\\,b=c x=1\nm,b=c x=2\nm\\,b=c y=3\nm,b=c y=4\n",
			"can_m_b_c_x 1\ncan_m_b_c_y 3\ncan_m_x{b=\"c\"} 2\ncan_m_y{b=\"c\"} 4\n" },
		{ "m a\\ b=1\nm a\\ b=2\n", "can_m_a_b 2\n" },
		{ "m a\xff=1,c=2\nm a\\xff=3\nm a\xff=4\n", "can_m_a_xff 4\ncan_m_c 2\n" },
		{ "m\xff a=1\nm\\xff a=2\nm\xff a=3\n", "can_m_xff_a 3\n" },
		/* a bad field makes the line bad */
		{ "m a=1,b=NaN\nm c=1\n", "can_m_c 1\n" },
		{ "m a=1,b=1e999\nm b=inf\nm b=9223372036854775808i\nm b=-1u\n", "" },
		/* families stand together, in order of names */
		{ "b x=1\na,k=2 x=1\nb,k=1 x=2\na,k=1 x=3\n",
			"can_a_x{k=\"1\"} 3\ncan_a_x{k=\"2\"} 1\ncan_b_x 1\ncan_b_x{k=\"1\"} 2\n" },
	};
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct exporter *e = start("can", 0, 100);

		feed(e, row[i].in, 1);
		CHECK_TEXT(page(e, 1, true, &out), row[i].want);
		exporter_free(e);
	}
	buf_free(&out);
}

static void
help(void)
{
	static const struct {
		const char *in, *want;
	} row[] = {
		{ "M f=1\n", "# HELP can_m_f M.f\n" },
		{ "#meta\tM\tf\tunit\tV\nM f=1\n", "# HELP can_m_f M.f (V)\n" },
		{ "#meta\tM,bus=can0\tf\tunit\tV\thelp\tIt is\nM,bus=can0 f=1\n",
			"# HELP can_m_f It is (M.f, V)\n" },
		{ "#meta\tcan\tf\tunit\tV\thelp\tIt is\tmin\t0\tsignal\tM.S\ncan f=1\n",
			"# HELP can_can_f It is (M.S, V)\n" },
		/* one family, several signals: nobody's text */
		{ "#meta\tcan,signal=a\tvalue\tunit\tV\n#meta\tcan,signal=b\tvalue\tunit\tA\n"
		    "#meta\tcan,signal=a\tvalue\tunit\tV\ncan,signal=a value=1\n",
			"# HELP can_can_value can.value\n" },
		/* behind its point; the newest holds */
		{ "M f=1\n#meta\tM\tf\thelp\told\n#meta\tM\tf\thelp\tnew\n", "# HELP can_m_f new (M.f)\n" },
		{ "#meta\tM\tf\thelp\t\\q\\\\\\n\\t\nM f=1\n", "# HELP can_m_f \"\\\\\\n\t (M.f)\n" },
		{ "#meta\tM\\ x\tf\\,\tunit\tV\nM\\ x f\\,=1\n", "# HELP can_m_x_f M x.f, (V)\n" },
		{ "#meta\tOther\tf\tunit\tV\n#meta\tM\n#metaM\tf\tunit\tV\nM f=1\n", "# HELP can_m_f M.f\n" },
		{ "#meta\tM\tf\tunit\tV\nM f=\"x\"\n", "# HELP can_m_f_info M.f (V)\n" },
	};
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct exporter *e = start("can", 0, 100);

		feed(e, row[i].in, 1);
		page(e, 1, false, &out);
		CHECK_CASE(!strncmp(buf_str(&out), row[i].want, strlen(row[i].want)), row[i].want);
		exporter_free(e);
	}
	buf_free(&out);
}

/* A page that has been made shows a HELP that comes later. */
static void
help_later(void)
{
	struct exporter *e = start("can", 0, 100);
	struct buf out = { 0 };

	feed(e, "M f=1\n", 1);
	CHECK_TEXT(page(e, 1, false, &out), "# HELP can_m_f M.f\n# TYPE can_m_f gauge\ncan_m_f 1\n");
	feed(e, "#meta\tM\tf\tunit\tV\n", 1);
	CHECK_TEXT(page(e, 1, false, &out),
	    "# HELP can_m_f M.f (V)\n# TYPE can_m_f gauge\ncan_m_f 1\n");
	buf_free(&out);
	exporter_free(e);
}

/* #meta that belongs to nothing does not fill the memory, nor keep out what belongs. */
static void
help_bounded(void)
{
	struct exporter *e = start("can", 0, 10);
	struct buf out = { 0 }, in = { 0 };
	int i;

	for (i = 0; i < 1000; i++)
		buf_printf(&in, "#meta\tM%d\tf\tunit\tV\n", i);
	buf_puts(&in, "#meta\tM\tf\tunit\tV\nM f=1\n");
	feed(e, buf_str(&in), 1);
	CHECK_TEXT(page(e, 1, false, &out),
	    "# HELP can_m_f M.f (V)\n# TYPE can_m_f gauge\ncan_m_f 1\n");
	buf_free(&in);
	buf_free(&out);
	exporter_free(e);
}

/* The other format, where it differs. */
static void
openmetrics(void)
{
	static const char want[] = "# HELP can_m_s_info M.s\n# TYPE can_m_s_info gauge\n"
	    "can_m_s_info{value=\"x\"} 1\n"
	    "# HELP can_m_speed M.speed (rpm)\n# TYPE can_m_speed gauge\ncan_m_speed 2\n"
	    "# HELP can_m_speed_rpm say \\\"hi\\\" (M.speed_rpm, rpm)\n"
	    "# TYPE can_m_speed_rpm gauge\n# UNIT can_m_speed_rpm rpm\ncan_m_speed_rpm 1\n"
	    "# HELP canpipe_build Version";
	static const char text[] = "# HELP can_m_s_info M.s\n# TYPE can_m_s_info gauge\n"
	    "can_m_s_info{value=\"x\"} 1\n"
	    "# HELP can_m_speed M.speed (rpm)\n# TYPE can_m_speed gauge\ncan_m_speed 2\n"
	    "# HELP can_m_speed_rpm say \"hi\" (M.speed_rpm, rpm)\n"
	    "# TYPE can_m_speed_rpm gauge\ncan_m_speed_rpm 1\n";
	struct exporter *e = start("can", 0, 100);
	struct buf out = { 0 };

	feed(e, "#meta\tM\tspeed_rpm\tunit\trpm\thelp\tsay \\qhi\\q\n"
	    "#meta\tM\tspeed\tunit\trpm\nM speed_rpm=1,speed=2,s=\"x\"\n", 1);
	CHECK(exporter_page(e, EXPOSE_OPENMETRICS, 1, 0, &out));
	CHECK(!strncmp(buf_str(&out), want, sizeof want - 1));
	CHECK(strstr(out.p, "\n# TYPE canpipe_lines counter\ncanpipe_lines_total 3\n"));
	CHECK(strstr(out.p, "\n# TYPE canpipe_build info\ncanpipe_build_info{version="));
	CHECK(strstr(out.p, "\n# UNIT canpipe_input_bytes bytes\ncanpipe_input_bytes_total "));
	CHECK(!strcmp(out.p + out.len - 6, "# EOF\n"));
	/* The text format from the same frame; and both show the same after a change. */
	CHECK_TEXT(page(e, 1, false, &out), text);
	feed(e, "M t=1\n", 1);
	out.len = 0;
	CHECK(exporter_page(e, EXPOSE_OPENMETRICS, 1, 0, &out));
	CHECK(strstr(buf_str(&out), "\ncan_m_t 1\n"));
	page(e, 1, true, &out);
	CHECK(strstr(buf_str(&out), "\ncan_m_t 1\n"));
	buf_free(&out);
	exporter_free(e);
}

/* With a configuration of its own: the page of an input. */
static struct span
page_with(const struct registry_config *r, enum expose_format format, const char *in,
    struct buf *out)
{
	struct exporter_config c = { .registry = *r };
	struct exporter *e;
	const char *own;

	c.registry.space = span_str("can");
	c.registry.max_series = 100;
	e = exporter_new(&c);
	feed(e, in, 1);
	out->len = 0;
	CHECK(exporter_page(e, format, 1, 0, out));
	own = strstr(buf_str(out), "# HELP canpipe_build");
	out->len = own ? (size_t)(own - out->p) : 0;
	exporter_free(e);
	return buf_span(out);
}

static void
value_tables(void)
{
	static const struct registry_config c = { .states = true };
	struct buf out = { 0 };

	CHECK_TEXT(page_with(&c, EXPOSE_OPENMETRICS,
	    "#meta\tM\tg\tvalues\t0 Off\\n1 On\\n2 On\\n-3 say \\qx\\q\nM,b=1 g=2\nM g=7i\n", &out),
	    "# HELP can_m_g M.g\n# TYPE can_m_g gauge\ncan_m_g 7\ncan_m_g{b=\"1\"} 2\n"
	    "# HELP can_m_g_state M.g\n# TYPE can_m_g_state stateset\n"
	    "can_m_g_state{can_m_g_state=\"Off\"} 0\ncan_m_g_state{can_m_g_state=\"On\"} 0\n"
	    "can_m_g_state{can_m_g_state=\"say \\\"x\\\"\"} 0\n"
	    "can_m_g_state{can_m_g_state=\"other\"} 1\n"
	    "can_m_g_state{b=\"1\",can_m_g_state=\"Off\"} 0\n"
	    "can_m_g_state{b=\"1\",can_m_g_state=\"On\"} 1\n"
	    "can_m_g_state{b=\"1\",can_m_g_state=\"say \\\"x\\\"\"} 0\n"
	    "can_m_g_state{b=\"1\",can_m_g_state=\"other\"} 0\n");
	/* The number alone: without the option, with a unit, without a table, as a string. */
	CHECK_TEXT(page_with(&(struct registry_config){ 0 }, EXPOSE_TEXT,
	    "#meta\tM\tg\tvalues\t0 Off\nM g=0\n", &out),
	    "# HELP can_m_g M.g\n# TYPE can_m_g gauge\ncan_m_g 0\n");
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT, "#meta\tM\tg\tunit\tV\tvalues\t0 Off\nM g=0\n", &out),
	    "# HELP can_m_g M.g (V)\n# TYPE can_m_g gauge\ncan_m_g 0\n");
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT, "#meta\tM\tg\tvalues\tx Off\nM g=0\n", &out),
	    "# HELP can_m_g M.g\n# TYPE can_m_g gauge\ncan_m_g 0\n");
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT, "#meta\tM\tg\tvalues\t0 Off\nM g=\"0\"\n", &out),
	    "# HELP can_m_g_info M.g\n# TYPE can_m_g_info gauge\ncan_m_g_info{value=\"0\"} 1\n");
	/* A field that has the name of the states. */
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT,
	    "M g_state=5\n#meta\tM\tg\tvalues\t0 other\\n1\nM g=1\n", &out),
	    "# HELP can_m_g M.g\n# TYPE can_m_g gauge\ncan_m_g 1\n"
	    "# HELP can_m_g_state_ccf9bd M.g\n# TYPE can_m_g_state_ccf9bd gauge\n"
	    "can_m_g_state_ccf9bd{can_m_g_state_ccf9bd=\"other\"} 0\n"
	    "can_m_g_state_ccf9bd{can_m_g_state_ccf9bd=\"1\"} 1\n"
	    "can_m_g_state_ccf9bd{can_m_g_state_ccf9bd=\"other_\"} 0\n"
	    "# HELP can_m_g_state M.g_state\n# TYPE can_m_g_state gauge\ncan_m_g_state 5\n");
	/* A table that comes later, and one that goes. */
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT, "M g=1\n#meta\tM\tg\tvalues\t1 x\n", &out),
	    "# HELP can_m_g M.g\n# TYPE can_m_g gauge\ncan_m_g 1\n"
	    "# HELP can_m_g_state M.g\n# TYPE can_m_g_state gauge\n"
	    "can_m_g_state{can_m_g_state=\"x\"} 1\ncan_m_g_state{can_m_g_state=\"other\"} 0\n");
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT,
	    "#meta\tM\tg\tvalues\t1 x\nM g=1\n#meta\tM\tg\tunit\tV\nM g_state=1\n", &out),
	    "# HELP can_m_g M.g (V)\n# TYPE can_m_g gauge\ncan_m_g 1\n"
	    "# HELP can_m_g_state M.g_state\n# TYPE can_m_g_state gauge\ncan_m_g_state 1\n");
	buf_free(&out);
}

static void
base_units(void)
{
	static const struct registry_config c = { .base_units = true };
	struct buf out = { 0 };

	CHECK_TEXT(page_with(&c, EXPOSE_OPENMETRICS,
	    "#meta\tM\tv\tunit\tkm/h\n#meta\tM\tx_volts\tunit\tmV\n#meta\tM\tf\tunit\tfurlong\n"
	    "#meta\tM\ts\tunit\tV\nM v=36,x_volts=5i,f=2,s=\"x\"\n", &out),
	    "# HELP can_m_f M.f (furlong)\n# TYPE can_m_f gauge\ncan_m_f 2\n"
	    "# HELP can_m_s_info M.s (V)\n# TYPE can_m_s_info gauge\ncan_m_s_info{value=\"x\"} 1\n"
	    "# HELP can_m_v_meters_per_second M.v (km/h)\n# TYPE can_m_v_meters_per_second gauge\n"
	    "# UNIT can_m_v_meters_per_second meters_per_second\ncan_m_v_meters_per_second 10\n"
	    "# HELP can_m_x_volts M.x_volts (mV)\n# TYPE can_m_x_volts gauge\n"
	    "# UNIT can_m_x_volts volts\ncan_m_x_volts 0.005\n");
	/* Not while it lives, nor for signals that share a field. */
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT, "M v=36\n#meta\tM\tv\tunit\tkm/h\nM v=37\n", &out),
	    "# HELP can_m_v M.v (km/h)\n# TYPE can_m_v gauge\ncan_m_v 37\n");
	CHECK_TEXT(page_with(&c, EXPOSE_TEXT,
	    "#meta\tM,signal=a\tv\tunit\tkm/h\nM,signal=a v=36\n", &out),
	    "# HELP can_m_v M.v (km/h)\n# TYPE can_m_v gauge\ncan_m_v{signal=\"a\"} 36\n");
	buf_free(&out);
}

static void
timestamps(void)
{
	static const struct registry_config c = { .timestamps = true };
	static const char in[] = "M a=1 1700000000123456789\nM b=1\nM c=\"x\" 1000000000\nM d=1 -5\n";
	struct buf out = { 0 };

	page_with(&c, EXPOSE_TEXT, in, &out);
	CHECK(strstr(buf_str(&out), "\ncan_m_a 1 1700000000123\n"));
	CHECK(strstr(out.p, "\ncan_m_b 1\n") && strstr(out.p, "\ncan_m_d 1\n"));
	CHECK(strstr(out.p, "\ncan_m_c_info{value=\"x\"} 1 1000\n"));
	page_with(&c, EXPOSE_OPENMETRICS, in, &out);
	CHECK(strstr(buf_str(&out), "\ncan_m_a 1 1700000000.123\n"));
	CHECK(strstr(out.p, "\ncan_m_c_info{value=\"x\"} 1 1.000\n"));
	buf_free(&out);
}

/* What is remembered of messages whose series have gone. */
static void
messages(void)
{
	struct exporter_config c = { .registry = { .space = span_str("can"), .max_series = 100 },
		.last_seen = true };
	static const struct ttl_rule rule[] = { { NULL, { .ns = 10 } }, { "B", { .cycles = 2 } } };
	struct exporter *e;
	struct buf in = { 0 };
	int i;

	c.registry.rule = rule;
	c.registry.rules = 2;
	e = exporter_new(&c);
	feed(e, "#meta\tB\ta\tcycle_ms\t2000\n#meta\tB\tb\tcycle_ms\t1000\nA a=1\nA a=2\nB a=1\n",
	    1500000000);
	CHECK(IS(own(e, 1500000020, "canpipe_series "), 1));
	CHECK(IS(own(e, 1500000000 + 4 * CLOCK_SECOND - 1, "canpipe_series "), 1));
	CHECK(IS(own(e, 1500000000 + 4 * CLOCK_SECOND, "canpipe_series "), 0));
	CHECK(IS(own(e, 0, "canpipe_points_total{message=\"A\"} "), 2));
	CHECK(IS(own(e, 0, "canpipe_last_seen_timestamp_seconds{message=\"A\"} "), 1.5));
	feed(e, "A a=3\n", 2500000000);
	CHECK(IS(own(e, 2500000000, "canpipe_points_total{message=\"A\"} "), 3));
	CHECK(IS(own(e, 2500000000, "canpipe_last_seen_timestamp_seconds{message=\"A\"} "), 2.5));
	/* A bounded number of them, the last ones. */
	for (i = 0; i < REGISTRY_IDLE_MAX + 50; i++) {
		in.len = 0;
		buf_printf(&in, "M%d a=1\n", i);
		feed(e, buf_str(&in), 3000000000 + i * 10);
		if (i % 50 == 0)
			exporter_expire(e, 3000000000 + i * 10);
	}
	exporter_expire(e, 4000000000);
	CHECK(IS(own(e, 0, "canpipe_points_total{message=\"M49\"} "), -1));
	CHECK(IS(own(e, 0, "canpipe_points_total{message=\"M50\"} "), 1));
	CHECK(IS(own(e, 0, "canpipe_points_total{message=\"M10049\"} "), 1));
	CHECK(IS(own(e, 0, "canpipe_points_total{message=\"\"} "), -1));	/* those forgotten */
	buf_free(&in);
	exporter_free(e);
}

static void
clashes(void)
{
	struct exporter *e = start("can", 10, 100);
	struct buf out = { 0 };

	feed(e, "BMS_Status Volt=1\nbms_status volt=2\nbms status_volt=3\n", 1);
	CHECK_TEXT(page(e, 1, true, &out), "can_bms_status_volt 1\n"
	    "can_bms_status_volt_17ac1d 2\ncan_bms_status_volt_f461ad 3\n");
	CHECK_TEXT(buf_span(&told), "0 bms_status.volt -> can_bms_status_volt_17ac1d\n"
	    "0 bms.status_volt -> can_bms_status_volt_f461ad\n");
	CHECK(IS(own(e, 1, "canpipe_name_clashes_total "), 2));
	/* Each keeps its name while it comes, and is not told again. */
	feed(e, "bms_status volt=4\n", 9);
	CHECK_TEXT(page(e, 12, true, &out), "can_bms_status_volt_17ac1d 4\n");
	feed(e, "BMS_Status Volt=5\nbms status_volt=6\n", 12);
	CHECK_TEXT(page(e, 12, true, &out), "can_bms_status_volt 5\n"
	    "can_bms_status_volt_17ac1d 4\ncan_bms_status_volt_f461ad 6\n");
	told.len = 0;
	feed(e, "m,a.b=1,a-b=2 x=1\nn,a-b=2,a.b=1 x=1\n", 12);
	CHECK_TEXT(buf_span(&told), "1 a.b -> a_b_2\n");
	exporter_free(e);
	/* Own metrics and those of two kinds stay apart as well. */
	e = start("canpipe", 0, 100);
	feed(e, "lines total=1\nlines x=1\nseries_ limit=1\nbuild info=1\n", 1);
	CHECK(strstr(buf_str(&told), "lines.total -> canpipe_lines_total_"));
	CHECK(strstr(buf_str(&told), "build.info -> canpipe_build_info_"));
	CHECK(strstr(buf_str(&told), "series_.limit -> canpipe_series_limit_"));
	exporter_free(e);
	e = start("can", 0, 100);
	feed(e, "m gear=\"D\"\nm gear_info=1\n", 1);
	CHECK(strstr(buf_str(&told), "0 m.gear_info -> can_m_gear_info_"));
	buf_free(&out);
	exporter_free(e);
}

static void
expiry(void)
{
	struct exporter *e = start("can", 100, 100);
	struct buf out = { 0 };

	feed(e, "m,k=1 a=1,b=1,s=\"x\"\n", 0);
	feed(e, "m,k=1 b=2\n", 50);
	CHECK_TEXT(page(e, 99, true, &out),
	    "can_m_a{k=\"1\"} 1\ncan_m_b{k=\"1\"} 2\ncan_m_s_info{k=\"1\",value=\"x\"} 1\n");
	CHECK_TEXT(page(e, 100, true, &out), "can_m_b{k=\"1\"} 2\n");
	CHECK(IS(own(e, 100, "canpipe_expired_series_total "), 2));
	/* What had expired comes back, in the place that it left in the line. */
	feed(e, "m,k=1 a=3,b=3,s=\"y\"\n", 120);
	CHECK_TEXT(page(e, 120, true, &out),
	    "can_m_a{k=\"1\"} 3\ncan_m_b{k=\"1\"} 3\ncan_m_s_info{k=\"1\",value=\"y\"} 1\n");
	exporter_expire(e, 220);
	CHECK(IS(own(e, 0, "canpipe_series "), 0));
	CHECK(IS(own(e, 0, "canpipe_families "), 0));
	CHECK_TEXT(page(e, 0, true, &out), "");
	exporter_free(e);
	e = start("can", 0, 100);
	feed(e, "m a=1\n", 0);
	CHECK_TEXT(page(e, INT64_MAX / 2, true, &out), "can_m_a 1\n");
	buf_free(&out);
	exporter_free(e);
}

static void
limits(void)
{
	struct exporter *e = start("can", 100, 3);
	struct buf out = { 0 }, in = { 0 };
	int i;

	feed(e, "m a=1,b=2\nn a=3,b=4\nn a=5\no a=6\n", 0);
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 1\ncan_m_b 2\ncan_n_a 5\n");
	CHECK_TEXT(buf_span(&told), "2  -> \n");
	CHECK(IS(own(e, 0, "canpipe_refused_values_total "), 2));
	CHECK(IS(own(e, 0, "canpipe_series "), 3) && IS(own(e, 0, "canpipe_series_limit "), 3));
	/* Room that came back is used. */
	feed(e, "o a=7\n", 200);
	exporter_expire(e, 200);
	feed(e, "o a=8\n", 200);
	CHECK_TEXT(page(e, 200, true, &out), "can_o_a 8\n");
	exporter_free(e);

	/* The same series written in many ways does not grow without bound. */
	e = start("can", 0, 3);
	for (i = 0; i < 32; i++)
		buf_printf(&in, "m%s%s%s%s%s a=%d\n", i & 1 ? ",b=1" : "", i & 2 ? ",c=1" : "",
		    i & 4 ? ",d=1" : "", i & 1 ? "" : ",b=1", i & 2 ? "" : ",c=1", i);
	feed(e, buf_str(&in), 0);
	CHECK(IS(own(e, 0, "canpipe_series "), 2));
	exporter_free(e);

	/* One is one. */
	e = start("can", 0, 1);
	feed(e, "m a=1\nm b=1\n", 0);
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 1\n");
	exporter_free(e);

	/* Names without end. */
	e = start("can", 0, 3);
	in.len = 0;
	for (i = 0; i < 9000; i++)
		buf_putc(&in, 'x');
	buf_puts(&in, " a=1\n");
	feed(e, buf_str(&in), 0);
	CHECK_TEXT(page(e, 0, true, &out), "");
	CHECK(told.len > 9000 && told.p[0] == '3');
	buf_free(&in);
	buf_free(&out);
	exporter_free(e);
}

static void
long_strings(void)
{
	struct exporter *e = start("can", 0, 3);
	struct buf out = { 0 }, in = { 0 };
	int i;

	buf_puts(&in, "m s=\"");
	for (i = 0; i < REGISTRY_STRING_MAX - 1; i++)
		buf_putc(&in, 'x');
	buf_puts(&in, "\xc3\xa4\"\n");
	feed(e, buf_str(&in), 0);
	page(e, 0, true, &out);
	CHECK(out.len == strlen("can_m_s_info{value=\"") + REGISTRY_STRING_MAX - 1
	    + strlen("...\"} 1\n"));
	CHECK(strstr(buf_str(&out), "xx...\"} 1\n"));
	CHECK(IS(own(e, 0, "canpipe_cut_strings_total "), 1));
	buf_free(&in);
	buf_free(&out);
	exporter_free(e);
}

static void
bad_lines(void)
{
	struct exporter *e = start("can", 0, 100);
	struct buf in = { 0 };
	int i;

	feed(e, "# fine\n\nm a=1\nrubbish\nm a=1,b=nan\n", 0);
	CHECK_TEXT(buf_span(&faults), "4:7 fields behind the measurement\n"
	    "5:8 a finite number, an integer of 64 bits, a boolean or a string\n");
	CHECK(IS(own(e, 0, "canpipe_lines_total "), 5));
	CHECK(IS(own(e, 0, "canpipe_bad_lines_total "), 2));
	faults.len = 0;
	buf_puts(&in, "m");
	for (i = 0; i <= LABELS_MAX; i++)
		buf_printf(&in, ",t%d=1", i);
	buf_puts(&in, " a=1\n");
	feed(e, buf_str(&in), 0);
	CHECK_TEXT(buf_span(&faults), "6:2 no more than 64 tags\n");
	buf_free(&in);
	exporter_free(e);
}

/* Lines longer than the buffer may be, and what comes behind them. */
static void
long_lines(void)
{
	struct exporter *e = start("can", 0, 100);
	struct buf in = { 0 }, out = { 0 };
	size_t n;

	/* A string that is never closed: given up at its first newline. */
	buf_puts(&in, "m s=\"open\nm a=1\n");
	while (in.len < 100)
		buf_puts(&in, "m b=2\n");
	n = exporter_feed(e, buf_span(&in), at(0));
	CHECK(n == 0);
	while (in.len <= LINEIN_MAX_LINE)
		buf_puts(&in, "m b=2\n");
	n = exporter_feed(e, buf_span(&in), at(0));
	CHECK(n == in.len);
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 1\ncan_m_b 2\n");
	CHECK(!strncmp(buf_str(&faults), "1:", 2) && strchr(faults.p, '\n') == faults.p + faults.len - 1);

	/* No newline at all: dropped up to the one that comes later. */
	in.len = 0;
	while (in.len <= LINEIN_MAX_LINE)
		buf_puts(&in, "xxxxxxxxxxxxxxxx");
	CHECK(exporter_feed(e, buf_span(&in), at(0)) == in.len);
	CHECK(exporter_feed(e, span_str("more"), at(0)) == 4);
	CHECK(exporter_feed(e, span_str("end\nm a=7\n"), at(0)) == 10);
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 7\ncan_m_b 2\n");
	CHECK(IS(own(e, 0, "canpipe_bad_lines_total "), 2));
	buf_free(&in);
	buf_free(&out);
	exporter_free(e);
}

static void
end_of_input(void)
{
	struct exporter *e = start("can", 0, 100);
	struct buf out = { 0 };

	CHECK(exporter_feed(e, span_str("m a=1\nm a=2"), at(0)) == 6);
	exporter_end(e, span_str("m a=2"), false, at(0));
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 1\n");
	CHECK(IS(own(e, 0, "canpipe_bad_lines_total "), 1) && faults.len);
	CHECK(IS(own(e, 0, "canpipe_input_ended "), 1));
	CHECK(IS(own(e, 0, "canpipe_input_bytes_total "), 11));
	exporter_free(e);
	e = start("can", 0, 100);
	CHECK(IS(own(e, 0, "canpipe_input_ended "), 0));
	exporter_end(e, span_str("m a=2"), true, at(0));
	CHECK_TEXT(page(e, 0, true, &out), "can_m_a 2\n");
	CHECK(IS(own(e, 0, "canpipe_bad_lines_total "), 0));
	buf_free(&out);
	exporter_free(e);
}

/* Many series that come and go leave no memory behind and disturb none that stays. */
static void
coming_and_going(void)
{
	struct exporter *e = start("can", 50, 1000);
	struct buf in = { 0 }, out = { 0 };
	int now, k;

	for (now = 0; now < 400; now++) {
		in.len = 0;
		for (k = 0; k < 10; k++)
			buf_printf(&in, "m%d,n=%d,long=%0200d f%d=%d,g=\"%d\"\n", k, now / 3, k, now % 7,
			    now, now);
		/* by tags, in another order, and by names that are written otherwise */
		buf_printf(&in, "stays a=1\nstays,l=1,k=2 a=%d\nstays,k=2,l=1 a=%d\n"
		    "al\\ so,k=2,l=1 b\\ c=%d\n", now, now, now);
		feed(e, buf_str(&in), now);
		if (now % 10 == 0)
			exporter_expire(e, now);
	}
	CHECK(IS(own(e, now - 1, "canpipe_refused_values_total "), 0));
	CHECK(own(e, now - 1, "canpipe_expired_series_total ") > 2000);
	CHECK(own(e, now - 1, "canpipe_series ") < 900);
	page(e, now - 1, true, &out);
	CHECK(strstr(buf_str(&out), "can_stays_a 1\ncan_stays_a{k=\"2\",l=\"1\"} 399\n") != NULL);
	CHECK(strstr(out.p, "can_al_so_b_c{k=\"2\",l=\"1\"} 399\n") != NULL);
	CHECK_TEXT(page(e, now + 49, true, &out), "");
	feed(e, "stays a=1\n", now + 49);
	CHECK_TEXT(page(e, now + 49, true, &out), "can_stays_a 1\n");
	buf_free(&in);
	buf_free(&out);
	exporter_free(e);
}

/* So many fields that they are found through an index, in any order, and as they come and go. */
static void
many_fields(void)
{
	enum { FIELDS = 61, LINES = 200 };
	struct exporter *e = start("can", 100, 1000);
	struct buf in = { 0 }, out = { 0 }, want = { 0 };
	int i, k, f;

	for (i = 0; i < LINES; i++) {
		in.len = 0;
		buf_puts(&in, i % 3 ? "m,b=2,a=1" : "m,a=1,b=2");
		for (k = 0; k < FIELDS; k++) {
			f = k * (i % 60 + 1) % FIELDS;	/* 61 is prime: each of them once */
			if (f % 7 == 3 && i % 5 != 4)
				continue;	/* and some hardly ever: they expire in between */
			buf_printf(&in, "%cf%02d=%d", k ? ',' : ' ', f, i * 100 + f);
		}
		buf_putc(&in, '\n');
		if (i == LINES / 2)
			buf_puts(&in, "m,a=1,b=2 f05=\"text\",f06=\"text\"\n");
		exporter_expire(e, i * 40);
		feed(e, buf_str(&in), i * 40);
	}
	for (f = 0; f < FIELDS; f++)
		buf_printf(&want, "can_m_f%02d{a=\"1\",b=\"2\"} %d\n", f, (LINES - 1) * 100 + f);
	CHECK_TEXT(page(e, LINES * 40, true, &out), buf_str(&want));
	CHECK(IS(own(e, LINES * 40, "canpipe_series "), FIELDS));
	CHECK(own(e, LINES * 40, "canpipe_expired_series_total ") > 100);
	buf_free(&in);
	buf_free(&out);
	buf_free(&want);
	exporter_free(e);
}

struct reader {
	struct exporter *e;
	atomic_bool stop;
	atomic_uint pages, wrong;
};

/* In each page all series of the message have the same value: no line is seen in half. */
static void *
read_pages(void *arg)
{
	struct reader *r = arg;
	struct buf out = { 0 };
	const char *a, *b;

	while (!atomic_load(&r->stop) || !r->pages) {
		page(r->e, 1, true, &out);
		a = strstr(buf_str(&out), "can_m_a ");
		b = strstr(out.p, "can_m_b ");
		if (!a || !b || atoi(a + 8) != atoi(b + 8))
			r->wrong++;
		r->pages++;
	}
	buf_free(&out);
	return NULL;
}

static void
threads(void)
{
	struct exporter *e = start("can", 0, 5000);
	struct reader r = { .e = e };
	struct buf in = { 0 };
	pthread_t t[2];
	int i, k;

	feed(e, "m a=0,b=0\n", 0);
	for (i = 0; i < 2; i++)
		CHECK(pthread_create(&t[i], NULL, read_pages, &r) == 0);
	for (k = 0; k < 30; k++) {
		in.len = 0;
		for (i = 0; i < 100; i++)
			buf_printf(&in, "m a=%d,b=%d\nn%d c=1,s=\"%d\"\n", i, i, k * 100 + i, i);
		feed(e, buf_str(&in), 0);
	}
	atomic_store(&r.stop, true);
	for (i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	CHECK(r.wrong == 0);
	CHECK(r.pages > 0);
	buf_free(&in);
	exporter_free(e);
}

int
main(void)
{
	TEST(pages);
	TEST(help);
	TEST(help_later);
	TEST(help_bounded);
	TEST(openmetrics);
	TEST(value_tables);
	TEST(base_units);
	TEST(timestamps);
	TEST(messages);
	TEST(clashes);
	TEST(expiry);
	TEST(limits);
	TEST(long_strings);
	TEST(bad_lines);
	TEST(long_lines);
	TEST(end_of_input);
	TEST(coming_and_going);
	TEST(many_fields);
	TEST(threads);
	buf_free(&told);
	buf_free(&faults);
	return test_end();
}
