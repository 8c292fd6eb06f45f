#include "test.h"

#include "base/clock.h"
#include "prom/exporter.h"
#include "prom/live.h"

static const struct ttl_rule rule = { NULL, { .ns = 60 * CLOCK_SECOND } };
static struct exporter *e;
static int64_t now;		/* each question comes a second after the one before */
static struct buf out;

static void
start(uint32_t max_series)
{
	struct exporter_config c = { .registry = { .space = span_str("can"), .rule = &rule,
		.rules = 1, .max_series = max_series }, .history = true };

	e = exporter_new(&c);
	now = CLOCK_SECOND;
}

static void
stop(void)
{
	exporter_free(e);
	buf_free(&out);
}

static void
feed(const char *text)
{
	struct registry_arrival at = { now, now };

	CHECK_CASE(exporter_feed(e, span_str(text), at) == strlen(text), text);
}

static const char *
ask(const char *since)
{
	now += CLOCK_SECOND;
	out.len = 0;
	CHECK_CASE(exporter_live(e, span_str(since), now, &out), since);
	return buf_str(&out);
}

/* The cursor of the last answer. */
static const char *
cursor(void)
{
	static char text[LIVE_CURSOR_TEXT];

	text[0] = '\0';
	CHECK(sscanf(buf_str(&out), "{\"cursor\":\"%31[0-9a-f-]", text) == 1);
	return text;
}

/* A member of the last answer, a list, without brackets. */
static struct span
list(const char *name)
{
	char member[32];
	const char *p, *end;

	snprintf(member, sizeof member, "\n\"%s\":[", name);
	p = strstr(buf_str(&out), member);

	CHECK_CASE(p, name);
	p = p ? strchr(p, '[') + 1 : "";
	end = strstr(p, "],\n");
	return span_of(p, (size_t)((end ? end : strstr(p, "]}\n")) - p));
}

static void
cursors(void)
{
	static const struct {
		const char *text;
		bool good;
	} row[] = {
		{ "0123456789abcdef-0", true }, { "ffffffffffffffff-4294967295", true },
		{ "ffffffffffffffff-4294967296", false }, { "", false }, { "-", false },
		{ "0123456789abcdef", false }, { "0123456789abcdef-", false },
		{ "123456789abcdef-1", false }, { "0123456789abcdef0-1", false },
		{ "0123456789abcdeg-1", false }, { "0123456789abcdef--1", false },
		{ "0123456789abcdef-1 ", false }, { "0123456789abcdef-+1", false },
	};
	struct live_cursor c = { 0 };
	char text[LIVE_CURSOR_TEXT];
	size_t i, n;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		CHECK_CASE(live_read_cursor(span_str(row[i].text), &c) == row[i].good, row[i].text);
		if (!row[i].good)
			continue;
		n = live_put_cursor(text, &c);
		CHECK_TEXT(span_of(text, n), row[i].text);
	}
	start(10);
	CHECK(!exporter_live(e, span_str("x"), 1, &out) && !out.len);
	stop();
}

static void
answer(void)
{
	start(10);
	ask("");
	CHECK(strstr(out.p, "\"reset\":true,\"ended_ms\":null,\"points\":0,\"bad_lines\":0,"
	    "\"refused_values\":0,\n\"removed\":[],\n\"series\":[],\n\"values\":[]}\n"));
	feed("#meta\tM\tv\tunit\tkm/h\thelp\tSays \\qhi\\q\\n\xff\tcycle_ms\t100\n"
	    "#meta\tM\tg\tvalues\t0 Park\\n1 Drive <b>\\nx y\\n2\n"
	    "M,bus=can0,who=a\\ \"b\"\\c v=1.50,g=1i,t=true,f=F,s=\"\\\"x\\\"\ty\",big=18446744073709551615u\n"
	    "rubbish\n");
	ask(cursor());
	CHECK(strstr(out.p, "\"reset\":false,\"ended_ms\":null,\"points\":1,\"bad_lines\":1,"));
	CHECK_TEXT(list("values"), "[0,\"1.50\",1000,1],[1,\"1\",1000,1],[2,true,1000,1],"
	    "[3,false,1000,1],[4,{\"text\":\"\\\"x\\\"\\ty\"},1000,1],"
	    "[5,\"18446744073709551615\",1000,1]");
	CHECK(strstr(out.p, "{\"id\":0,\"message\":\"M\",\"labels\":{\"bus\":\"can0\",\"who\":\"a \\\"b\\\"\\\\c\"},"
	    "\"field\":\"v\",\"metric\":\"can_m_v\",\"unit\":\"km/h\","
	    "\"help\":\"Says \\\"hi\\\"\\n\\\\xff\",\"cycle_ms\":100}"));
	CHECK(strstr(out.p, "\"field\":\"g\",\"metric\":\"can_m_g\",\"cycle_ms\":100,"
	    "\"states\":[[\"0\",\"Park\"],[\"1\",\"Drive <b>\"]]}"));
	CHECK(strstr(out.p, "\"metric\":\"can_m_s_info\""));
	exporter_end(e, span_of(NULL, 0), false, (struct registry_arrival){ now, now });
	ask(cursor());
	CHECK(strstr(out.p, "\"ended_ms\":1000,"));
	CHECK_TEXT(list("values"), "");
	stop();
}

static void
deltas(void)
{
	char old[LIVE_CURSOR_TEXT];

	start(10);
	feed("M a=1,b=2\n");
	ask("");
	strcpy(old, cursor());
	CHECK_TEXT(list("values"), "[0,\"1\",1000,1],[1,\"2\",1000,1]");
	ask(cursor());
	CHECK_TEXT(list("series"), "");
	CHECK_TEXT(list("values"), "");
	feed("M b=2\n");		/* the same again is news, too */
	ask(cursor());
	CHECK_TEXT(list("series"), "");
	CHECK_TEXT(list("values"), "[1,\"2\",1000,2]");
	feed("M c=3\nM a=5\nM a=6\n");
	ask(cursor());
	CHECK_TEXT(list("series"), "{\"id\":2,\"message\":\"M\",\"labels\":{},\"field\":\"c\","
	    "\"metric\":\"can_m_c\"}");
	CHECK_TEXT(list("values"), "[0,\"6\",1000,3],[2,\"3\",1000,1]");
	/* Who has an older cursor gets all that came since. */
	ask(old);
	CHECK_TEXT(list("values"), "[0,\"6\",2000,3],[1,\"2\",3000,2],[2,\"3\",2000,1]");
	/* A description that changes comes again, with its value. */
	feed("#meta\tM\ta\tunit\tV\n");
	ask(cursor());
	CHECK(list("series").n && strstr(out.p, "\"unit\":\"V\""));
	CHECK_TEXT(list("values"), "[0,\"6\",3000,3]");
	/* The cursor of another run, and one from the future. */
	old[0] = old[0] == '0' ? '1' : '0';
	CHECK(strstr(ask(old), "\"reset\":true") && list("values").n > 40);
	strcpy(strchr(strcpy(old, cursor()), '-'), "-4000");
	CHECK(strstr(ask(old), "\"reset\":true"));
	stop();
}

static void
removal(void)
{
	char line[64];
	int i;

	start(10000);
	feed("M a=1\nN a=1\n");
	ask("");
	now += 50 * CLOCK_SECOND;
	feed("M a=1\n");
	ask(cursor());
	now += 20 * CLOCK_SECOND;	/* N has expired */
	ask(cursor());
	CHECK_TEXT(list("removed"), "1");
	CHECK_TEXT(list("values"), "");
	/* A number that is used again is both. */
	feed("O a=1\n");
	now += 40 * CLOCK_SECOND;
	ask(cursor());
	CHECK_TEXT(list("removed"), "0");
	CHECK(strstr(out.p, "{\"id\":1,\"message\":\"O\""));
	/* Text for number: another series. */
	feed("O a=\"x\"\n");
	ask(cursor());
	CHECK_TEXT(list("removed"), "1");
	CHECK(strstr(out.p, "can_o_a_info"));
	/* More than are remembered. */
	for (i = 0; i < 2000; i++) {
		snprintf(line, sizeof line, "P f%d=1\n", i);
		feed(line);
	}
	ask(cursor());
	CHECK(strstr(out.p, "\"reset\":false"));
	now += 70 * CLOCK_SECOND;
	ask(cursor());
	CHECK(strstr(out.p, "\"reset\":true"));
	CHECK_TEXT(list("removed"), "");
	CHECK_TEXT(list("values"), "");
	stop();
}

/* When many ask, ingestion goes first: the answer is empty, and nothing is missing in the next. */
static void
crowd(void)
{
	struct buf first = { 0 };

	start(10);
	feed("M a=1\n");
	ask("");
	CHECK(exporter_live(e, span_str(""), now, &first));
	CHECK(strstr(buf_str(&first), "{\"cursor\":\"0000000000000000-0\",\"reset\":false,"));
	CHECK(strstr(first.p, "\"values\":[]}"));
	CHECK(strstr(ask("0000000000000000-0"), "\"reset\":true"));
	CHECK_TEXT(list("values"), "[0,\"1\",2000,1]");
	buf_free(&first);
	stop();
}

/* A page that is opened late gets the minutes before. */
static void
past(void)
{
	char line[64];
	int i;

	start(10);
	exporter_expire(e, now);
	for (i = 0; i < 5; i++) {
		now += CLOCK_SECOND;
		snprintf(line, sizeof line, "M a=%d.5,b=7,s=\"x\",huge=1e300\n", i);
		feed(line);
		now += CLOCK_SECOND;
		exporter_expire(e, now);
	}
	ask("");
	CHECK(strstr(out.p, "\"field\":\"a\",\"metric\":\"can_m_a\","
	    "\"history\":[[9000,0.5],[7000,1.5],[5000,2.5],[3000,3.5],[1000,4.5]]}"));
	CHECK(strstr(out.p, "\"metric\":\"can_m_b\",\"history\":[[9000,7]]}"));
	CHECK(strstr(out.p, "\"metric\":\"can_m_s_info\"}"));
	CHECK(strstr(out.p, "\"metric\":\"can_m_huge\",\"history\":[]}"));
	/* What does not come has none; what comes in the place of another has not its past. */
	for (i = 0; i < 7; i++)
		exporter_expire(e, now += 2 * CLOCK_SECOND);
	ask("");
	CHECK(strstr(out.p, "[15000,4.5],[5000,null]]}"));
	now += 60 * CLOCK_SECOND;
	exporter_expire(e, now);
	feed("New x=1\n");
	ask("");
	CHECK(strstr(out.p, "\"metric\":\"can_new_x\"}"));
	exporter_expire(e, now += 2 * CLOCK_SECOND);
	ask("");
	CHECK(strstr(out.p, "\"metric\":\"can_new_x\",\"history\":[[1000,1]]}"));
	/* As long ago as it goes. */
	for (i = 0; i < 1000; i++) {
		snprintf(line, sizeof line, "New x=%d\n", i);
		feed(line);
		exporter_expire(e, now += HISTORY_STEP * CLOCK_SECOND);
	}
	ask("");
	CHECK(strstr(out.p, "\"metric\":\"can_new_x\",\"history\":[[299000,850],[297000,851],"));
	stop();
}

int
main(void)
{
	TEST(cursors);
	TEST(answer);
	TEST(deltas);
	TEST(removal);
	TEST(crowd);
	TEST(past);
	return test_end();
}
