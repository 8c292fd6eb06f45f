#include "influx/verdict.h"

#include <string.h>

#include "base/num.h"
#include "http/header.h"
#include "http/url.h"
#include "influx/answer.h"
#include "influx/conflict.h"

/* How the bad lines are told. */
enum telling { TELLS_NOTHING, TELLS_QUOTED, TELLS_NUMBER, TELLS_COUNT };

/*
 * The first row that fits counts. Measured on influxdb 1.6.7, victoria-metrics and vmauth 1.79.5;
 * of the others from their sources and documentation.
 */
static const struct row {
	int low, high;
	const char *message;	/* must be in the message; NULL: any */
	const char *also;	/* this one too */
	enum verdict_kind kind;
	enum telling telling;
	enum verdict_check check;
} table[] = {
	{ 0, 0, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_NOTHING },
	{ 204, 204, NULL, NULL, VERDICT_DONE, TELLS_NOTHING, VERDICT_NOTHING },
	/* InfluxDB Dedicated and Clustered before September 2024, with the others stored */
	{ 201, 201, "errors encountered on line(s)", NULL, VERDICT_REFUSED, TELLS_NUMBER,
		VERDICT_NOTHING },
	/* 200 comes from what stands in between: the login page of a hotspot, a wrong port */
	{ 100, 299, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_URL },
	{ 300, 399, NULL, NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_URL },
	{ 400, 400, "partial write of line protocol", NULL, VERDICT_STORED, TELLS_NUMBER,
		VERDICT_NOTHING },
	{ 400, 400, "partial write", "unable to parse", VERDICT_STORED, TELLS_QUOTED, VERDICT_NOTHING },
	{ 400, 400, "partial write", "dropped=", VERDICT_STORED, TELLS_COUNT, VERDICT_NOTHING },
	{ 400, 400, "unable to parse '", NULL, VERDICT_REFUSED, TELLS_QUOTED, VERDICT_NOTHING },
	{ 400, 400, "auth token", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_LOGIN },	/* vmauth */
	{ 400, 400, "HTTP request to an HTTPS server", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_URL },
	/* VictoriaMetrics has no 404 */
	{ 400, 400, "unsupported path", NULL, VERDICT_ENDPOINT, TELLS_NOTHING, VERDICT_URL },
	{ 400, 400, "orgID", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_BUCKET },
	{ 400, 400, NULL, NULL, VERDICT_REFUSED, TELLS_NUMBER, VERDICT_NOTHING },
	{ 401, 401, NULL, NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_LOGIN },
	{ 402, 402, NULL, NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_PLAN },
	{ 403, 403, NULL, NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_RIGHT },
	{ 404, 404, "database not found", NULL, VERDICT_MISSING, TELLS_NOTHING, VERDICT_BUCKET },
	{ 404, 404, "bucket", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_BUCKET },
	{ 404, 404, "organization", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_BUCKET },
	{ 404, 405, NULL, NULL, VERDICT_ENDPOINT, TELLS_NOTHING, VERDICT_URL },
	{ 408, 408, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_NOTHING },
	{ 413, 413, NULL, NULL, VERDICT_HALVE, TELLS_NOTHING, VERDICT_NOTHING },
	{ 415, 415, NULL, NULL, VERDICT_IDENTITY, TELLS_NOTHING, VERDICT_NOTHING },
	{ 422, 422, "dropped=", NULL, VERDICT_STORED, TELLS_COUNT, VERDICT_NOTHING },
	{ 422, 422, "unable to parse '", NULL, VERDICT_REFUSED, TELLS_QUOTED, VERDICT_NOTHING },
	{ 422, 422, NULL, NULL, VERDICT_REFUSED, TELLS_NUMBER, VERDICT_NOTHING },
	{ 429, 429, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_NOTHING },
	{ 400, 499, NULL, NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_URL },
	/* influxd 1.6.7 of a line that it has taken apart in two ways; the same each time */
	{ 500, 500, "engine: unable to parse", NULL, VERDICT_UNNAMED, TELLS_NOTHING, VERDICT_NOTHING },
	{ 500, 500, "retention policy not found", NULL, VERDICT_HOLD, TELLS_NOTHING, VERDICT_POLICY },
	/* InfluxDB Enterprise: taken, and on its way to a node that was away */
	{ 500, 500, "hinted handoff queue not empty", NULL, VERDICT_DONE, TELLS_NOTHING,
		VERDICT_NOTHING },
	{ 501, 501, NULL, NULL, VERDICT_ENDPOINT, TELLS_NOTHING, VERDICT_URL },
	{ 500, 599, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_NOTHING },
	{ 0, 999, NULL, NULL, VERDICT_RETRY, TELLS_NOTHING, VERDICT_URL },
};

static bool
contains(struct span s, const char *word)
{
	return !word || (s.n && memmem(s.p, s.n, word, strlen(word)));
}

static const struct row *
find_row(int status, struct span message)
{
	const struct row *r = table;

	while (status < r->low || status > r->high || !contains(message, r->message)
	    || !contains(message, r->also))
		r++;
	return r;
}

/* A page is a proxy's: it has nothing to say about the lines. */
static const struct row *
find_page_row(int status)
{
	static const struct row page = { .kind = VERDICT_HOLD, .check = VERDICT_URL };

	return status == 400 || status == 422 ? &page : find_row(status, span_of(NULL, 0));
}

/*
 * A refusal that broke off is one all the same. influxd 1.6.7 puts the bad line into a header as it
 * is, and a NUL byte in it makes libcurl end there, each time: the line must be searched for.
 */
static const struct row *
find_torn_row(int status)
{
	static const struct row refused = { .kind = VERDICT_UNNAMED };

	return status == 400 ? &refused : find_row(status == 413 ? 413 : 0, span_of(NULL, 0));
}

void
verdict_free(struct verdict *v)
{
	naming_free(&v->named);
	buf_free(&v->text);
	*v = (struct verdict){ 0 };
}

/* The number behind the last "dropped="; at least 1, for something was refused. */
static uint64_t
dropped(struct span message)
{
	static const char word[] = "dropped=";
	const char *at, *last = NULL;
	struct span digits = { 0 };
	uint64_t n = 1;

	for (at = message.p; (at = memmem(at, (size_t)(message.p + message.n - at), word,
	    sizeof word - 1)); at++)
		last = at;
	if (!last)
		return 1;
	digits.p = last + sizeof word - 1;
	while (digits.p + digits.n < message.p + message.n && digits.p[digits.n] >= '0'
	    && digits.p[digits.n] <= '9')
		digits.n++;
	return num_u64(digits, &n) && n ? n : 1;
}

/*
 * Names the lines whose numbers the answer gives, those without a reason of their own with the one
 * of all; returns how many of these are not there.
 */
static uint64_t
name_by_number(struct naming *m, const struct answer *a, struct span reason, size_t from,
    size_t lines)
{
	uint64_t strange = 0;
	size_t i;

	for (i = 0; i < a->lines; i++) {
		const struct answer_line *l = &a->line[i];

		if (l->number > lines)
			strange++;
		else
			naming_add(m, from + (size_t)l->number - 1, l->n
			    ? span_of(a->reasons.p + l->at, l->n) : reason);
	}
	return strange;
}

/* What the row says about naming, done. Where nothing can be named the kind changes. */
static void
name_lines(struct verdict *v, const struct row *r, const struct api *api, const struct answer *a,
    const struct batch *b, size_t from, size_t to)
{
	struct span message = buf_span(&a->message);
	size_t lines = to - from, quoted;
	uint64_t strange;

	switch (r->telling) {
	case TELLS_NOTHING:
		return;
	case TELLS_QUOTED:
		quoted = naming_by_quote(&v->named, message, b, from, to);
		if (v->kind == VERDICT_STORED)
			v->unnamed = quoted - v->named.count;
		break;
	case TELLS_NUMBER:
		strange = name_by_number(&v->named, a, message.n ? message : buf_span(&v->text), from,
		    lines);
		if (v->kind == VERDICT_STORED)
			v->unnamed = strange || v->named.count ? strange : 1;
		break;
	case TELLS_COUNT:
		/* v1 keeps silent about lines that it could not parse when it drops others */
		naming_by_check(&v->named, b, from, to, api->unsigned_fields);
		v->unnamed = dropped(message);
		v->unnamed -= conflict_name(&v->named, message, b, from, to, v->unnamed);
		break;
	}
	if (v->kind == VERDICT_REFUSED && !v->named.count)
		v->kind = VERDICT_UNNAMED;
	if (v->unnamed && v->unnamed + v->named.count >= lines) {
		naming_all(&v->named, from, to, message);
		v->unnamed = 0;
	}
}

/* Where a redirect points, without what may be secret in it. */
static void
put_place(struct buf *out, struct span place)
{
	const char *expected;
	struct url u;

	place = url_without_query(place);
	buf_puts(out, " redirects to ");
	if (url_split(place, &u, &expected))
		url_put(out, &u);
	else
		buf_put_span(out, place);
}

static void
put_text(struct verdict *v, const struct verdict_answer *a, const struct answer *body)
{
	struct span place;

	if (a->torn || !a->status) {
		if (a->status >= 400)
			buf_printf(&v->text, "%d, broken off: ", a->status);
		buf_puts(&v->text, a->failure ? a->failure : "no answer");
		return;
	}
	buf_printf(&v->text, "%d", a->status);
	if (a->status < 300)
		buf_puts(&v->text, " instead of 204");
	else if (a->status < 400 && header_find(a->head, "Location", &place))
		put_place(&v->text, place);
	answer_say(body, &v->text);
}

static const char *
what_to_check(enum verdict_check check, const struct api *api)
{
	switch (check) {
	case VERDICT_NOTHING:
		break;
	case VERDICT_LOGIN:
		return api->check_login;
	case VERDICT_RIGHT:
		return api->check_right;
	case VERDICT_BUCKET:
		return api->check_bucket;
	case VERDICT_URL:
		return "check --url";
	case VERDICT_POLICY:
		return "check --retention-policy or the part of --bucket behind /";
	case VERDICT_PLAN:
		return "check what the account allows";
	}
	return NULL;
}

/* A date counts by the clock that wrote it: ours may have come up in 1970. */
static int64_t
server_time(const struct verdict_answer *a)
{
	struct span date;
	int64_t ns;

	return header_find(a->head, "Date", &date) && header_date(date, &ns) ? ns : a->now;
}

/*
 * The login page of a hotspot may also be behind a redirect, to another host than ours: that is no
 * answer of a server, and is over when somebody has logged in.
 */
static bool
leads_away(const struct verdict_answer *a)
{
	struct span place;

	return a->status / 100 == 3 && !a->torn && header_find(a->head, "Location", &place)
	    && url_leads_away(a->base, place);
}

void
verdict_judge(struct verdict *v, const struct api *api, const struct verdict_answer *a,
    const struct batch *b, size_t from, size_t to)
{
	struct answer body = { 0 };
	const struct row *r;
	struct span value;

	naming_clear(&v->named);
	v->text.len = 0;
	v->wait = 0;
	v->unnamed = 0;
	answer_parse(&body, a->body);
	r = a->torn ? find_torn_row(a->status) : body.page ? find_page_row(a->status)
	    : find_row(a->status, buf_span(&body.message));
	v->kind = leads_away(a) ? VERDICT_RETRY : r->kind;
	v->what = r->check;
	v->check = what_to_check(r->check, api);
	put_text(v, a, &body);
	name_lines(v, r, api, &body, b, from, to);
	if (header_find(a->head, "Retry-After", &value))
		header_retry_after(value, server_time(a), &v->wait);
	answer_free(&body);
}
