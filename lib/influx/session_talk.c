#include "influx/session_talk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/out.h"

#define ASK_TIMEOUT (10 * CLOCK_SECOND)
#define WRITE_TIMEOUT (30 * CLOCK_SECOND)	/* and a second for each 10 KiB */

void
session_talk_set_api(struct session *s, const struct api *api)
{
	s->push.api = s->health.api = api;
	push_allow(&s->push, s->c.push.in_flight ? s->c.push.in_flight : api->in_flight);
	s->target = s->c.target;
	if (api->policy)
		api_split_bucket(&s->target);
	s->url.len = 0;
	api_write_url(&s->url, api, &s->target);
	log_debug("%s: writing as %s", buf_str(&s->url), api->name);
}

void
session_talk_finish(struct session *s, enum session_end end)
{
	s->end = end;
	s->over = true;
}

/* --- requests --- */

static void
set_headers(struct session *s, const char *more)
{
	struct api_login l = login_spans(s->login);
	const struct api *api = s->push.api;

	s->headers.len = 0;
	/* while it is not known who is asked: as those want it that give no answer without */
	api_authorization(&s->headers, api ? api : &api_table[API_V3], &l);
	buf_puts(&s->headers, more);
}

static const char *const write_headers[] = {
	"Content-Type: text/plain; charset=utf-8\n",
	"Content-Type: text/plain; charset=utf-8\nContent-Encoding: gzip\n",
};

static void
send_write(struct session *s, int slot)
{
	struct http_request r = { .post = true };
	bool packed;

	r.body = push_body(&s->push, slot, &packed);
	set_headers(s, write_headers[packed]);
	r.url = buf_str(&s->url);
	r.headers = buf_str(&s->headers);
	r.timeout = WRITE_TIMEOUT + (int64_t)r.body.n / 10240 * CLOCK_SECOND;
	http_start(s->http, (unsigned)slot, &r);
}

/* What would be sent, shown; for the engine it is. */
static void
show_write(struct session *s, int slot, int64_t now)
{
	struct verdict_answer a = { .status = 204 };
	struct buf b = { 0 };
	bool packed;
	int err;

	buf_printf(&b, "# POST %s\n", buf_str(&s->url));
	buf_put_span(&b, push_body(&s->push, slot, &packed));
	err = out_write_all(STDOUT_FILENO, b.p, b.len);
	buf_free(&b);
	if (err) {
		log_error("standard output: %s", strerror(err));
		s->input_failed = true;
		session_talk_finish(s, SESSION_GAVE_UP);
		return;
	}
	push_answer(&s->push, slot, &a, now);
}

/* A thread has the slot's lines to compress: the request begins when it is done. */
static bool
pack_elsewhere(struct session *s, int slot)
{
	struct span lines;
	struct buf *out;

	return s->packer && push_hurries(&s->push, packer_busy(s->packer))
	    && push_unpacked(&s->push, slot, &lines, &out) && packer_start(s->packer, slot, lines, out);
}

void
session_talk_send_writes(struct session *s, int64_t now)
{
	int slot;

	while (!s->over && (slot = packer_take(s->packer)) >= 0)
		send_write(s, slot);
	push_tick(&s->push, now);
	while (s->push.api && !s->wants_create && !s->over && !reject_full(s->tell.reject)
	    && (slot = push_next(&s->push, now)) >= 0) {
		if (s->c.dry_run)
			show_write(s, slot, now);
		else if (!pack_elsewhere(s, slot))
			send_write(s, slot);
	}
}

static unsigned
ask_slot(const struct session *s)
{
	return s->push.c.in_flight + 1;
}

static void
ask_path(struct session *s, const char *path)
{
	struct buf url = { 0 };
	struct http_request r = { .timeout = ASK_TIMEOUT };

	buf_put_span(&url, s->c.target.base);
	buf_puts(&url, path);
	set_headers(s, "");
	r.url = buf_str(&url);
	r.headers = buf_str(&s->headers);
	http_start(s->http, ask_slot(s), &r);
	s->asking = SESSION_ASKS_HEALTH;
	buf_free(&url);
}

static void
ask_create(struct session *s)
{
	struct buf url = { 0 };
	struct http_request r = { .post = true, .timeout = ASK_TIMEOUT };

	api_create_url(&url, &s->target);
	s->body.len = 0;
	api_create_body(&s->body, &s->target);
	set_headers(s, "Content-Type: application/x-www-form-urlencoded\n");
	r.url = buf_str(&url);
	r.headers = buf_str(&s->headers);
	r.body = buf_span(&s->body);
	http_start(s->http, ask_slot(s), &r);
	s->asking = SESSION_ASKS_CREATE;
	buf_free(&url);
}

/* Health and database have one slot between them; the database is what the points wait for. */
void
session_talk_ask(struct session *s, int64_t now)
{
	if (s->asking != SESSION_ASKS_NOTHING)
		return;
	if (s->wants_create)
		ask_create(s);
	else if (!s->push.api ? now >= s->push.backoff.until : s->health_due && now >= s->health_due)
		ask_path(s, s->push.api ? health_begin(&s->health) : detect_begin(&s->detect));
}

/* --- answers --- */

static struct verdict_answer
to_be_judged(const struct session *s, const struct http_answer *a)
{
	return (struct verdict_answer){ a->status, a->torn, a->failure, buf_span(&a->head),
		buf_span(&a->body), clock_real(), s->c.target.base };
}

/*
 * The first answers of any kind tell which server it is, as far as it can be told. How it is, is
 * asked anew, the way that server wants to be asked.
 */
static void
find_api(struct session *s, const struct http_answer *a, int64_t now)
{
	struct api_login l = login_spans(s->login);
	const char *path;

	if (!a->status && !s->detect.step) {
		push_fail(&s->push, span_str(a->failure), NULL, now, 0);
		return;
	}
	if (detect_answer(&s->detect, a->torn ? 0 : a->status, buf_span(&a->head), buf_span(&a->body),
	    &path)) {
		ask_path(s, path);
		return;
	}
	session_talk_set_api(s, api_guess(&s->detect.signs, &s->c.target, &l));
	push_retry_now(&s->push);
}

static void
take_health(struct session *s, const struct http_answer *a, int64_t now)
{
	enum health_result r;
	const char *path;

	s->asking = SESSION_ASKS_NOTHING;
	if (!s->push.api) {
		find_api(s, a, now);
		return;
	}
	r = health_answer(&s->health, a->torn ? 0 : a->status, a->failure, buf_span(&a->body), &path);
	if (r == HEALTH_AGAIN) {
		ask_path(s, path);
		return;
	}
	if (r == HEALTH_CHANGED)
		tell_health(&s->tell, &s->health);
	s->health_due = s->c.health_interval ? now + s->c.health_interval : 0;
}

static void
take_create(struct session *s, const struct http_answer *a, int64_t now)
{
	struct verdict_answer v = to_be_judged(s, a);
	struct verdict *verdict = &s->push.verdict;
	static const char right[] = "the user needs the right to make databases";

	s->asking = SESSION_ASKS_NOTHING;
	s->wants_create = false;
	if (a->status == 200 && !a->torn) {
		log_note("database %.*s made", (int)s->target.bucket.n, s->target.bucket.p);
		if (s->push.backoff.failures < 2)
			push_retry_now(&s->push);
		return;
	}
	verdict_judge(verdict, s->push.api, &v, &(struct batch){ 0 }, 0, 0);
	if (a->status == 403)
		verdict->check = right;
	if (verdict->kind != VERDICT_RETRY && !s->push.accepted) {
		tell_refused(&s->tell, buf_span(&verdict->text), verdict->check);
		session_talk_finish(s, SESSION_REFUSED);
		return;
	}
	push_fail(&s->push, buf_span(&verdict->text), verdict->check, now, verdict->wait);
}

void
session_talk_load_login(struct session *s)
{
	struct buf why = { 0 };

	if (!login_load(s->login, &why))
		log_warn("%s", buf_str(&why));
	buf_free(&why);
}

static void
take_write(struct session *s, unsigned slot, const struct http_answer *a, int64_t now)
{
	struct verdict_answer v = to_be_judged(s, a);

	switch (push_answer(&s->push, (int)slot, &v, now)) {
	case PUSH_ON:
		break;
	case PUSH_LOGIN:
		session_talk_load_login(s);
		break;
	case PUSH_CREATE:
		s->wants_create = true;
		break;
	case PUSH_SWITCH:
		session_talk_set_api(s, api_other(s->push.api));
		break;
	case PUSH_REFUSED:
		tell_refused(&s->tell, buf_span(&s->push.verdict.text), s->push.verdict.check);
		session_talk_finish(s, SESSION_REFUSED);
		break;
	}
}

void
session_talk_take_answers(struct session *s)
{
	const struct http_answer *a;
	unsigned slot;

	while (!s->over && (a = http_take(s->http, &slot))) {
		if (slot != ask_slot(s))
			take_write(s, slot, a, clock_mono());
		else if (s->asking == SESSION_ASKS_CREATE)
			take_create(s, a, clock_mono());
		else
			take_health(s, a, clock_mono());
	}
}
