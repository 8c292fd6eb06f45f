#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "influx/push.h"

#define SECOND INT64_C(1000000000)

/* What people were told, as text. */
struct told {
	struct buf text;
};

static void
on_rejected(void *ctx, uint64_t number, struct span line, struct span reason)
{
	buf_printf(&((struct told *)ctx)->text, "[%d %.*s: %.*s]", (int)number, (int)line.n, line.p,
	    (int)reason.n, reason.p);
}

static void
on_unnamed(void *ctx, const struct push_unnamed *u)
{
	const struct batch_line *l = u->batch->line;

	buf_printf(&((struct told *)ctx)->text, "[%d of %d-%d: %.*s]", (int)u->count,
	    (int)l[u->from].number, (int)l[u->to - 1].number, (int)u->reason.n, u->reason.p);
}

static void
on_trouble(void *ctx, struct span text, const char *check)
{
	buf_printf(&((struct told *)ctx)->text, "{%.*s%s%s}", (int)text.n, text.p, check ? "; " : "",
	    check ? check : "");
}

static void
on_recovered(void *ctx, int64_t after)
{
	buf_printf(&((struct told *)ctx)->text, "{well after %d s}", (int)(after / SECOND));
}

/* An engine with small batches: 3 lines, 100 bytes; 2 requests. */
struct bench {
	struct push push;
	struct accounting sum;
	struct told told;
	uint64_t lines;
};

static const struct push_config small = { .in_flight = 2, .lines = 3, .bytes = 100,
	.flush = SECOND, .give_up = -1 };

static void
begin(struct bench *b, const struct push_config *c)
{
	struct push_events on = { &b->told, on_rejected, on_unnamed, on_trouble, on_recovered };

	*b = (struct bench){ 0 };
	push_init(&b->push, c, &on, &api_table[API_V1], &b->sum, false, 1);
}

static void
end(struct bench *b)
{
	push_pending(&b->push);
	CHECK(accounting_balances(&b->sum));
	push_free(&b->push);
	buf_free(&b->told.text);
}

static void
put(struct bench *b, const char *line, int64_t now)
{
	CHECK(push_has_room(&b->push));
	b->sum.read++;
	push_line(&b->push, span_str(line), ++b->lines, now);
}

static int
next(struct bench *b, int64_t now)
{
	push_tick(&b->push, now);
	return push_next(&b->push, now);
}

static enum push_advice
answer(struct bench *b, int slot, int status, const char *body, int64_t now)
{
	struct verdict_answer a = { .status = status, .torn = !status, .failure = "no answer",
		.body = span_str(body) };

	return push_answer(&b->push, slot, &a, now);
}

static void
check_told(struct bench *b, const char *want)
{
	CHECK_TEXT(buf_span(&b->told.text), want);
	b->told.text.len = 0;
}

static void
check_body(struct bench *b, int slot, const char *want)
{
	bool packed;

	CHECK_TEXT(push_body(&b->push, slot, &packed), want);
	CHECK(!packed);
}

/* With --validate what VictoriaMetrics would misread never gets there. */
static void
misread(void)
{
	struct push_config c = small;
	struct bench b;
	int slot;

	c.validate = true;
	begin(&b, &c);
	b.push.api = &api_table[API_VICTORIA];
	put(&b, "m f=1 1", 0);
	put(&b, "m f=.5 2", 0);
	put(&b, "m f=2 3", 0);
	put(&b, "m f=.5 4", 0);	/* a batch of which nothing is left */
	put(&b, "m f=.5 5", 0);
	put(&b, "m f=.5 6", 0);
	put(&b, "m f=3 7", 0);
	slot = next(&b, 0);
	check_body(&b, slot, "m f=1 1\nm f=2 3\n");
	answer(&b, slot, 503, "", 0);
	slot = next(&b, 90 * SECOND);
	check_body(&b, slot, "m f=1 1\nm f=2 3\n");
	answer(&b, slot, 204, "", 90 * SECOND);
	CHECK(next(&b, 90 * SECOND) == -1 && b.sum.rejected == 4);
	slot = next(&b, 90 * SECOND);
	check_body(&b, slot, "m f=3 7\n");
	answer(&b, slot, 204, "", 90 * SECOND);
	CHECK(b.sum.delivered == 3 && b.sum.requests == 3);
	end(&b);
}

/* A line that VictoriaMetrics may refuse when it has stored others goes alone. */
static void
apart(void)
{
	struct push_config c = small;
	char *line = mem_zero(1, (256 << 10) + 2);
	struct bench b;
	int slot;

	c.bytes = 1 << 20;
	c.lines = 6;
	begin(&b, &c);
	b.push.api = &api_table[API_VICTORIA];
	memset(line, 'x', (256 << 10) + 1);
	put(&b, "a", 0);
	put(&b, "b", 0);
	put(&b, line, 0);
	put(&b, line + 1, 0);	/* one that is just taken */
	put(&b, line, 0);
	put(&b, "c", 0);
	slot = next(&b, 0);
	check_body(&b, slot, "a\nb\n");
	answer(&b, slot, 204, "", 0);
	slot = next(&b, 0);
	CHECK(b.push.slot[slot].from == 2 && b.push.slot[slot].to == 3);
	answer(&b, slot, 400, "too long line", 0);
	slot = next(&b, 0);
	CHECK(b.push.slot[slot].from == 3 && b.push.slot[slot].to == 4);
	answer(&b, slot, 204, "", 0);
	slot = next(&b, 0);
	CHECK(b.push.slot[slot].from == 4 && b.push.slot[slot].to == 5);
	answer(&b, slot, 503, "", 0);
	slot = next(&b, 90 * SECOND);
	CHECK(b.push.slot[slot].from == 4 && b.push.slot[slot].to == 5);
	answer(&b, slot, 204, "", 90 * SECOND);
	slot = next(&b, 90 * SECOND);
	check_body(&b, slot, "c\n");
	answer(&b, slot, 204, "", 90 * SECOND);
	CHECK(b.sum.delivered == 5 && b.sum.rejected == 1 && b.sum.requests == 6);
	end(&b);
	free(line);
}

/* A stream that does not fill batches: one request at a time, in order, a second after the first line. */
static void
live(void)
{
	struct bench b;
	int slot;

	begin(&b, &small);
	CHECK(push_deadline(&b.push, 0) == 0);
	put(&b, "a", 5);
	CHECK(next(&b, 5) == -1 && push_deadline(&b.push, 5) == 5 + SECOND);
	put(&b, "b", 9);
	CHECK(next(&b, 4 + SECOND) == -1);
	slot = next(&b, 5 + SECOND);
	CHECK(slot >= 0);
	check_body(&b, slot, "a\nb\n");
	put(&b, "c", 6 + SECOND);
	CHECK(next(&b, 90 * SECOND) == -1 && push_deadline(&b.push, 90 * SECOND) == 0);
	put(&b, "d", 7 + SECOND);
	CHECK(answer(&b, slot, 204, "", 91 * SECOND) == PUSH_ON);
	slot = next(&b, 91 * SECOND);
	check_body(&b, slot, "c\nd\n");
	answer(&b, slot, 204, "", 92 * SECOND);
	CHECK(push_pending(&b.push) == 0 && b.sum.delivered == 4 && b.sum.requests == 2);
	check_told(&b, "");
	end(&b);
}

/* Full batches: side by side once the first was accepted, and no more than there is room for. */
static void
bulk(void)
{
	struct bench b;
	int slot[3], i;

	begin(&b, &small);
	for (i = 0; i < 6; i++)
		put(&b, "x", 0);
	slot[0] = next(&b, 0);
	CHECK(slot[0] >= 0 && next(&b, 0) == -1);
	for (i = 0; i < 2; i++)
		put(&b, "y", 0);
	put(&b, "z", 0);
	CHECK(!push_has_room(&b.push) && push_pending(&b.push) == 9);
	answer(&b, slot[0], 204, "", 1);
	CHECK(push_has_room(&b.push));
	slot[0] = next(&b, 1);
	slot[1] = next(&b, 1);
	CHECK(slot[0] >= 0 && slot[1] >= 0 && next(&b, 1) == -1);
	check_body(&b, slot[0], "x\nx\nx\n");
	check_body(&b, slot[1], "y\ny\nz\n");
	push_end(&b.push);
	answer(&b, slot[1], 204, "", 2);
	answer(&b, slot[0], 204, "", 2);
	CHECK(push_pending(&b.push) == 0 && b.sum.delivered == 9 && b.sum.retries == 0);
	end(&b);
}

/* Fills all batches; how many go out at once is answered with status. */
static unsigned
round_of(struct bench *b, int status, int64_t now)
{
	int slot[9];
	unsigned n = 0, i;

	while (push_has_room(&b->push))
		put(b, "x", now);
	while (n < 9 && (slot[n] = next(b, now)) >= 0)
		n++;
	for (i = 0; i < n; i++)
		answer(b, slot[i], status, "", now);
	return n;
}

/* One request comes first; all follow when it is well, but after a failure not at once. */
static void
widening(void)
{
	struct push_config c = small;
	struct bench b;
	int64_t now;

	c.in_flight = 8;
	c.lines = 1;
	begin(&b, &c);
	CHECK(round_of(&b, 204, 1) == 1);
	CHECK(round_of(&b, 204, 2) == 8);
	CHECK(round_of(&b, 503, 3) == 8);
	now = b.push.backoff.until;
	CHECK(round_of(&b, 204, now) == 1);
	CHECK(round_of(&b, 204, now) == 2);
	/* each of the two has doubled it */
	CHECK(round_of(&b, 204, now) == 8);
	end(&b);
}

static void
sizes(void)
{
	char line[61];
	struct bench b;
	int slot;

	begin(&b, &small);
	memset(line, 'x', 60);
	line[60] = '\0';
	put(&b, line, 0);
	put(&b, line, 0);
	slot = next(&b, 0);
	CHECK(slot >= 0 && b.push.slot[slot].batch.lines == 1);
	answer(&b, slot, 204, "", 0);
	put(&b, line, 0);
	slot = next(&b, 0);
	answer(&b, slot, 204, "", 0);
	push_end(&b.push);
	slot = next(&b, 0);
	CHECK(slot >= 0);
	answer(&b, slot, 204, "", 0);
	CHECK(b.sum.delivered == 3);
	end(&b);
}

/* An outage: what was on its way comes again, one request first, told once, and its end. */
static void
outage(void)
{
	struct bench b;
	int slot[2], i;
	int64_t now = SECOND;

	begin(&b, &small);
	put(&b, "w", 0);
	push_end(&b.push);
	answer(&b, next(&b, now), 204, "", now);
	for (i = 0; i < 6; i++)
		put(&b, "x", now);
	slot[0] = next(&b, now);
	slot[1] = next(&b, now);
	answer(&b, slot[0], 0, "", now);
	check_told(&b, "");
	CHECK(b.push.backoff.failures == 1);
	answer(&b, slot[1], 503, "", now);
	CHECK(b.push.backoff.failures == 1);	/* together is once */
	for (i = 0; i < 20; i++) {
		CHECK(push_deadline(&b.push, now) == b.push.backoff.until);
		CHECK(next(&b, b.push.backoff.until - 1) == -1);
		now = b.push.backoff.until;
		slot[0] = next(&b, now);
		CHECK(slot[0] >= 0 && next(&b, now) == -1);
		check_body(&b, slot[0], "x\nx\nx\n");
		answer(&b, slot[0], 0, "", now);
	}
	check_told(&b, "{no answer}");
	answer(&b, next(&b, b.push.backoff.until), 503, "", b.push.backoff.until);
	check_told(&b, "{503}");
	now = b.push.backoff.until;
	answer(&b, next(&b, now), 204, "", SECOND + 100 * SECOND);
	check_told(&b, "{well after 100 s}");
	slot[0] = next(&b, now);
	CHECK(slot[0] >= 0);
	answer(&b, slot[0], 204, "", now);
	CHECK(b.sum.delivered == 7 && b.sum.retries == 23 && push_pending(&b.push) == 0);
	end(&b);
}

static void
retry_after(void)
{
	struct verdict_answer a = { .status = 429, .head = span_str("Retry-After: 90\r\n") };
	struct bench b;

	begin(&b, &small);
	put(&b, "x", 0);
	push_end(&b.push);
	push_answer(&b.push, next(&b, 5), &a, 5);
	CHECK(b.push.backoff.until == 5 + 90 * SECOND);
	end(&b);
}

static void
give_up(void)
{
	struct push_config c = small;
	struct bench b;

	c.give_up = 10 * SECOND;
	begin(&b, &c);
	push_fail(&b.push, span_str("down"), NULL, 5, 0);
	CHECK(!push_gave_up(&b.push, 99 * SECOND));	/* there is nothing to give up */
	put(&b, "x", 6);
	CHECK(!push_gave_up(&b.push, 5 + 10 * SECOND - 1) && push_gave_up(&b.push, 5 + 10 * SECOND));
	CHECK(push_deadline(&b.push, 7) == 6 + SECOND);
	push_end(&b.push);
	push_retry_now(&b.push);
	answer(&b, next(&b, 8), 0, "", 8 * SECOND);
	b.push.backoff.until = 60 * SECOND;
	CHECK(push_deadline(&b.push, 8 * SECOND) == 5 + 10 * SECOND);
	end(&b);
}

/* Refused before anything was accepted, and after. */
static void
holding(void)
{
	static const char denied[] = "{\"error\":\"authorization failed\"}";
	struct bench b;
	int slot;

	begin(&b, &small);
	put(&b, "x", 0);
	push_end(&b.push);
	CHECK(answer(&b, next(&b, 0), 401, denied, 0) == PUSH_REFUSED);
	CHECK(push_pending(&b.push) == 1);
	check_told(&b, "");
	slot = next(&b, 0);
	answer(&b, slot, 204, "", 0);
	put(&b, "y", 0);
	push_end(&b.push);
	CHECK(answer(&b, next(&b, SECOND), 401, denied, SECOND) == PUSH_LOGIN);
	check_told(&b, "{401 authorization failed; check --username and --password-file}");
	CHECK(next(&b, SECOND) == -1);
	slot = next(&b, b.push.backoff.until);
	CHECK(answer(&b, slot, 401, denied, b.push.backoff.until) == PUSH_LOGIN);
	check_told(&b, "");
	CHECK(answer(&b, next(&b, b.push.backoff.until), 204, "", 4 * SECOND) == PUSH_ON);
	check_told(&b, "{well after 3 s}");
	CHECK(b.sum.delivered == 2);
	end(&b);
}

static void
missing(void)
{
	static const char body[] = "{\"error\":\"database not found: \\\"can\\\"\"}";
	struct push_config c = small;
	struct bench b;

	begin(&b, &c);
	put(&b, "x", 0);
	push_end(&b.push);
	CHECK(answer(&b, next(&b, 0), 404, body, 0) == PUSH_REFUSED);
	end(&b);
	c.can_create = c.can_switch = true;
	begin(&b, &c);
	put(&b, "x", 0);
	push_end(&b.push);
	CHECK(answer(&b, next(&b, 0), 404, body, 0) == PUSH_CREATE);
	push_retry_now(&b.push);
	CHECK(answer(&b, next(&b, 1), 404, "404 page not found", 1) == PUSH_SWITCH);
	b.push.api = api_other(b.push.api);
	CHECK(answer(&b, next(&b, 2), 404, "404 page not found", 2) == PUSH_REFUSED);
	check_told(&b, "");
	end(&b);
	/* where points were accepted the endpoint is there, and away for a while */
	begin(&b, &c);
	put(&b, "x", 0);
	push_end(&b.push);
	answer(&b, next(&b, 0), 204, "", 0);
	put(&b, "y", 0);
	push_end(&b.push);
	CHECK(answer(&b, next(&b, 0), 404, "404 page not found", 0) == PUSH_LOGIN);
	answer(&b, next(&b, SECOND), 204, "", SECOND);
	CHECK(b.sum.delivered == 2);
	end(&b);
}

/* Bad lines that are named: with the others stored (v1), and with none stored. */
static void
named(void)
{
	struct bench b;
	int slot;

	begin(&b, &small);
	put(&b, "a", 0);
	put(&b, "b", 0);
	put(&b, "c", 0);
	slot = next(&b, 0);
	answer(&b, slot, 400, "{\"error\":\"unable to parse 'b': why\"}", 0);
	check_told(&b, "[2 b: why]");
	CHECK(!b.push.accepted);
	slot = next(&b, 0);
	check_body(&b, slot, "a\nc\n");
	answer(&b, slot, 400, "{\"error\":\"partial write: unable to parse 'c': so dropped=0\"}", 0);
	check_told(&b, "[3 c: so]");
	CHECK(b.push.accepted && b.sum.delivered == 1 && b.sum.rejected == 2);
	put(&b, "d", 0);
	push_end(&b.push);
	answer(&b, next(&b, 0), 400, "{\"error\":\"unable to parse 'd': x\"}", 0);
	check_told(&b, "[4 d: x]");
	CHECK(push_pending(&b.push) == 0);
	end(&b);
}

static void
unnamed(void)
{
	static const char body[] = "{\"error\":\"partial write: field type conflict dropped=1\"}";
	struct bench b;

	begin(&b, &small);
	put(&b, "m f=1", 0);
	put(&b, "m f=2", 0);
	put(&b, "m f=3", 0);
	answer(&b, next(&b, 0), 400, body, 0);
	check_told(&b, "[1 of 1-3: 400 partial write: field type conflict dropped=1]");
	CHECK(b.sum.delivered == 2 && b.sum.rejected == 1);
	put(&b, "m f=4", 0);
	push_end(&b.push);
	answer(&b, next(&b, 0), 400, body, 0);
	check_told(&b, "[4 m f=4: partial write: field type conflict dropped=1]");
	end(&b);
}

/* Nothing says which lines are refused: halves, down to the one. */
static void
searching(void)
{
	struct push_config c = small;
	struct bench b;
	bool packed;
	int slot, i;

	c.lines = 16;
	begin(&b, &c);
	for (i = 0; i < 16; i++)
		put(&b, i == 5 || i == 14 ? "bad" : "good", 0);
	for (i = 0; i < 99 && (slot = next(&b, 0)) >= 0; i++) {
		struct span s = push_body(&b.push, slot, &packed);

		answer(&b, slot, memmem(s.p, s.n, "bad", 3) ? 400 : 204, "", 0);
	}
	check_told(&b, "[6 bad: 400][15 bad: 400]");
	CHECK(b.sum.delivered == 14 && b.sum.rejected == 2 && i < 30);
	end(&b);
	/* settings that are wrong refuse every line */
	begin(&b, &c);
	for (i = 0; i < 16; i++)
		put(&b, "good", 0);
	for (i = 0; i < 99; i++)
		if (answer(&b, next(&b, 0), 400, "", 0) == PUSH_REFUSED)
			break;
	CHECK(i < 20 && b.sum.rejected == 3);
	end(&b);
}

static void
too_large(void)
{
	struct push_config c = small;
	struct bench b;
	int slot, i;

	c.lines = 8;
	begin(&b, &c);
	for (i = 0; i < 7; i++)
		put(&b, "123456789", 0);
	put(&b, "a line that is longer than the limit", 0);
	push_end(&b.push);
	for (i = 0; i < 99 && (slot = next(&b, 0)) >= 0; i++) {
		bool packed;

		answer(&b, slot, push_body(&b.push, slot, &packed).n > 25 ? 413 : 204, "", 0);
	}
	CHECK(b.sum.delivered == 7 && b.sum.rejected == 1 && b.push.limit <= 25);
	check_told(&b, "[8 a line that is longer than the limit: 413]");
	for (i = 0; i < 8; i++)
		put(&b, "123456789", 0);
	for (i = 0; i < 99 && (slot = next(&b, 0)) >= 0; i++) {
		bool packed;

		CHECK(push_body(&b.push, slot, &packed).n <= 25);	/* it has learnt */
		answer(&b, slot, 204, "", 0);
	}
	CHECK(b.sum.delivered == 15);
	end(&b);
}

static void
compression(void)
{
	struct push_events on = { NULL, on_rejected, on_unnamed, on_trouble, on_recovered };
	struct push_config c = { .in_flight = 1, .lines = 100, .bytes = 100000, .give_up = -1 };
	struct accounting sum = { 0 };
	struct buf out = { 0 };
	struct span body;
	struct push p;
	bool packed;
	int i, slot;

	push_init(&p, &c, &on, &api_table[API_V2], &sum, true, 1);
	for (i = 0; i < 100; i++)
		push_line(&p, span_str("m f=1 7"), 1, 0);
	slot = push_next(&p, 0);
	body = push_body(&p, slot, &packed);
	CHECK(packed && gzip_unpack(body, 800, &out) && out.len == 800);
	push_answer(&p, slot, &(struct verdict_answer){ .status = 415 }, 0);
	slot = push_next(&p, 0);
	CHECK(push_body(&p, slot, &packed).n == 800 && !packed);
	CHECK(push_answer(&p, slot, &(struct verdict_answer){ .status = 415 }, 0) == PUSH_REFUSED);
	push_free(&p);
	buf_free(&out);
}

/* Two compressed requests are refused for that: neither goes so again, and that is no trouble. */
static void
compression_side_by_side(void)
{
	struct push_events on = { NULL, on_rejected, on_unnamed, on_trouble, on_recovered };
	struct push_config c = { .in_flight = 2, .lines = 100, .bytes = 100000, .give_up = -1 };
	struct accounting sum = { 0 };
	struct push p;
	bool packed;
	int i, slot, other;

	push_init(&p, &c, &on, &api_table[API_V2], &sum, true, 1);
	for (i = 0; i < 300; i++) {
		push_line(&p, span_str("m f=1 7"), 1, 0);
		if (i != 99)
			continue;
		slot = push_next(&p, 0);
		push_body(&p, slot, &packed);
		push_answer(&p, slot, &(struct verdict_answer){ .status = 204 }, 0);
	}
	slot = push_next(&p, 0);
	other = push_next(&p, 0);
	CHECK(slot >= 0 && other >= 0);
	push_body(&p, slot, &packed);
	push_body(&p, other, &packed);
	CHECK(push_answer(&p, slot, &(struct verdict_answer){ .status = 415 }, 0) == PUSH_ON);
	CHECK(push_answer(&p, other, &(struct verdict_answer){ .status = 415 }, 0) == PUSH_ON);
	CHECK(!p.trouble_since && push_next(&p, 0) == slot && push_next(&p, 0) == other);
	CHECK(push_body(&p, slot, &packed).n == 800 && !packed);
	CHECK(push_body(&p, other, &packed).n == 800 && !packed);
	push_free(&p);
}

/* Somebody else compresses: what he has made is what is sent. */
static void
packed_elsewhere(void)
{
	struct push_events on = { NULL, on_rejected, on_unnamed, on_trouble, on_recovered };
	struct push_config c = { .in_flight = 4, .lines = 100, .bytes = 100000, .give_up = -1 };
	struct accounting sum = { 0 };
	struct span lines;
	struct buf *out;
	struct push p;
	bool packed;
	int i, slot;

	push_init(&p, &c, &on, &api_table[API_V2], &sum, true, 1);
	for (i = 0; i < 101; i++)
		push_line(&p, span_str("m f=1 7"), 1, 0);
	slot = push_next(&p, 0);
	CHECK(!push_hurries(&p, 0));	/* one at a time so far */
	CHECK(push_unpacked(&p, slot, &lines, &out) && lines.n == 800 && !out->len);
	buf_puts(out, "small");
	CHECK(!push_unpacked(&p, slot, &lines, &out));
	CHECK_TEXT(push_body(&p, slot, &packed), "small");
	CHECK(packed);
	push_answer(&p, slot, &(struct verdict_answer){ .status = 204 }, 0);
	for (i = 0; i < 400; i++)
		push_line(&p, span_str("m f=1 7"), 1, 0);
	CHECK(push_next(&p, 0) >= 0 && push_hurries(&p, 0));	/* nothing on the wire but this */
	CHECK(push_next(&p, 0) >= 0 && push_hurries(&p, 0) && push_hurries(&p, 1));
	CHECK(push_next(&p, 0) >= 0 && !push_hurries(&p, 0) && push_hurries(&p, 1));
	CHECK(push_next(&p, 0) >= 0 && !push_hurries(&p, 1) && push_hurries(&p, 2));
	p.filling = NULL;		/* and no more comes */
	CHECK(!push_hurries(&p, 2));
	push_free(&p);
}

/* A wrong guess, put right: the lines go out as that server wants them, compressed anew. */
static void
another_server(void)
{
	struct push_events on = { NULL, on_rejected, on_unnamed, on_trouble, on_recovered };
	struct push_config c = { .in_flight = 1, .lines = 100, .bytes = 100000, .give_up = -1,
		.can_switch = true };
	enum api_id wrong[] = { API_V1, API_V2 };
	struct accounting sum = { 0 };
	struct buf out = { 0 };
	struct push p;
	unsigned k;
	bool packed;
	int i, slot;

	for (k = 0; k < 2; k++) {
		push_init(&p, &c, &on, &api_table[wrong[k]], &sum, true, 1);
		for (i = 0; i < 100; i++)
			push_line(&p, span_str("m f=1u,g=2i 7"), (uint64_t)i + 1, 0);
		slot = push_next(&p, 0);
		out.len = 0;
		CHECK(gzip_unpack(push_body(&p, slot, &packed), 2000, &out) && !push_is_sure(&p));
		CHECK_TEXT(span_of(out.p, 14), wrong[k] == API_V1 ? "m f=1i,g=2i 7\n" : "m f=1u,g=2i 7\n");
		CHECK(push_answer(&p, slot, &(struct verdict_answer){ .status = 404 }, 0) == PUSH_SWITCH);
		p.api = api_other(p.api);
		CHECK(push_is_sure(&p));
		slot = push_next(&p, 0);
		out.len = 0;
		CHECK(gzip_unpack(push_body(&p, slot, &packed), 2000, &out) && out.len == 1400);
		CHECK_TEXT(span_of(out.p, 14), wrong[k] == API_V1 ? "m f=1u,g=2i 7\n" : "m f=1i,g=2i 7\n");
		push_free(&p);
	}
	buf_free(&out);
}

/* --- a server that does anything it likes, and the sum in the end --- */

enum { POINTS = 3000 };

struct server {
	uint64_t seed;
	unsigned char stored[POINTS];	/* how often the point's last store was acknowledged */
};

static unsigned
dice(struct server *s, unsigned n)
{
	s->seed = s->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(s->seed >> 33) % n;
}

/* Lines are "good N" or "bad N". Stores what is good and says which one is bad. */
static int
serve(struct server *s, struct span body, bool store, struct buf *message)
{
	struct span line;
	int bad = 0;

	for (; body.n; body = span_of(body.p + line.n + 1, body.n - line.n - 1)) {
		line = span_of(body.p, (size_t)((const char *)memchr(body.p, '\n', body.n) - body.p));
		if (*line.p == 'b') {
			buf_printf(message, "%sunable to parse '%.*s': bad", bad++ ? "\\n" : "",
			    (int)line.n, line.p);
		} else if (store) {
			s->stored[atoi(line.p + 5)] = 1;
		}
	}
	return bad;
}

static int
respond(struct server *s, struct span body, struct buf *answer_body)
{
	struct buf message = { 0 };
	int status = 204, bad;

	answer_body->len = 0;
	switch (dice(s, 10)) {
	case 0:
		return dice(s, 2) ? 0 : 503;
	case 1:
		serve(s, body, true, &message);	/* stored, and the answer got lost */
		buf_free(&message);
		return 0;
	case 2:
		return body.n > 60 ? 413 : 429;
	case 3:
		bad = serve(s, body, false, &message);
		status = bad ? 400 : 500;
		if (bad)
			buf_printf(answer_body, "{\"error\":\"%.*s\"}", (int)message.len, message.p);
		break;
	default:
		if (serve(s, body, true, &message)) {
			status = 400;
			buf_printf(answer_body, "{\"error\":\"partial write: %.*s dropped=0\"}",
			    (int)message.len, message.p);
		}
	}
	buf_free(&message);
	return status;
}

static void
chaos_once(uint64_t seed)
{
	struct push_config c = { .in_flight = 3, .lines = 20, .bytes = 300, .flush = SECOND,
		.give_up = -1 };
	struct server *s = mem_zero(1, sizeof *s);
	struct buf body = { 0 };
	struct bench b;
	int under_way[4], n = 0, slot, i = 0, k, status;
	int64_t now = 0;
	char line[32];
	bool packed;

	s->seed = seed;
	begin(&b, &c);
	while (i < POINTS || push_pending(&b.push)) {
		while (i < POINTS && push_has_room(&b.push) && dice(s, 50)) {
			snprintf(line, sizeof line, "%s %d", i % 97 == 5 ? "bad" : "good", i);
			put(&b, line, now);
			if (++i == POINTS)
				push_end(&b.push);
		}
		while ((slot = next(&b, now)) >= 0)
			under_way[n++] = slot;
		if (n) {
			k = (int)dice(s, (unsigned)n);
			slot = under_way[k];
			under_way[k] = under_way[--n];
			status = respond(s, push_body(&b.push, slot, &packed), &body);
			CHECK(answer(&b, slot, status, buf_str(&body), now) == PUSH_ON);
		}
		now += dice(s, 2) ? SECOND / 3 : 0;
		push_pending(&b.push);
		CHECK(accounting_balances(&b.sum));
	}
	for (i = 0; i < POINTS; i++)
		CHECK(s->stored[i] == (i % 97 != 5));
	CHECK(b.sum.rejected == (POINTS - 6) / 97 + 1 && b.sum.delivered == POINTS - b.sum.rejected);
	end(&b);
	free(s);
	buf_free(&body);
}

static void
chaos(void)
{
	uint64_t seed;

	for (seed = 1; seed <= 20; seed++)
		chaos_once(seed);
}

int
main(void)
{
	TEST(live);
	TEST(bulk);
	TEST(widening);
	TEST(sizes);
	TEST(outage);
	TEST(retry_after);
	TEST(give_up);
	TEST(holding);
	TEST(missing);
	TEST(named);
	TEST(unnamed);
	TEST(searching);
	TEST(too_large);
	TEST(apart);
	TEST(misread);
	TEST(compression);
	TEST(compression_side_by_side);
	TEST(packed_elsewhere);
	TEST(another_server);
	TEST(chaos);
	return test_end();
}
