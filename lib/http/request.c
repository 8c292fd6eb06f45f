#include "http/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/mem.h"

struct slot {
	CURL *easy;
	struct curl_slist *headers;
	struct http_answer answer;
	char error[CURL_ERROR_SIZE];
	bool tls, done;
};

struct http {
	CURLM *multi;
	struct http_config c;
	unsigned slots, done;
	struct slot *slot;
};

enum { CONNECT_MS = 10000 };

static size_t
take_bytes(struct buf *b, size_t max, const char *p, size_t n)
{
	buf_put(b, p, b->len >= max ? 0 : n < max - b->len ? n : max - b->len);
	return n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *slot)
{
	return take_bytes(&((struct slot *)slot)->answer.body, HTTP_BODY_MAX, p, size * n);
}

/* A status line starts the block anew: "100 Continue" and proxies send blocks before the last. */
static size_t
on_header(char *p, size_t size, size_t n, void *slot)
{
	struct buf *head = &((struct slot *)slot)->answer.head;

	if (size * n > 5 && memcmp(p, "HTTP/", 5) == 0)
		head->len = 0;
	return take_bytes(head, HTTP_HEAD_MAX, p, size * n);
}

static void
set_common(struct http *h, struct slot *s)
{
	curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(s->easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(s->easy, CURLOPT_USERAGENT, h->c.agent);
	curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
}

static void
set_trust(struct http *h, CURL *easy)
{
	if (h->c.cacert) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, h->c.cacert);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	if (h->c.cert)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, h->c.cert);
	if (h->c.key)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, h->c.key);
	if (h->c.unix_socket)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, h->c.unix_socket);
	if (h->c.insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

struct http *
http_new(unsigned slots, const struct http_config *c)
{
	struct http *h = mem_zero(1, sizeof *h);
	unsigned i;

	h->c = *c;
	h->slots = slots;
	h->slot = mem_zero(slots, sizeof *h->slot);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(h->multi = curl_multi_init()))
		mem_fail();
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)slots);
	for (i = 0; i < slots; i++) {
		h->slot[i].easy = curl_easy_init();
		if (!h->slot[i].easy)
			mem_fail();
		set_common(h, &h->slot[i]);
		set_trust(h, h->slot[i].easy);
	}
	return h;
}

void
http_free(struct http *h)
{
	unsigned i;

	if (!h)
		return;
	for (i = 0; i < h->slots; i++) {
		curl_multi_remove_handle(h->multi, h->slot[i].easy);
		curl_easy_cleanup(h->slot[i].easy);
		curl_slist_free_all(h->slot[i].headers);
		buf_free(&h->slot[i].answer.head);
		buf_free(&h->slot[i].answer.body);
	}
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	free(h->slot);
	free(h);
}

/* Nothing asks for "100 Continue": a server that refuses a body is rarer than a slow link. */
static void
set_headers(struct slot *s, const char *lines)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;
	const char *nl;
	char *line;

	for (; list && *lines; lines = nl + 1) {
		nl = strchrnul(lines, '\n');
		line = mem_strndup(lines, (size_t)(nl - lines));
		more = curl_slist_append(list, line);
		free(line);
		if (!more)
			break;
		list = more;
		if (!*nl)
			break;
	}
	curl_slist_free_all(s->headers);
	s->headers = list;
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, list);
}

void
http_start(struct http *h, unsigned slot, const struct http_request *r)
{
	struct slot *s = &h->slot[slot];

	s->answer.status = 0;
	s->answer.torn = false;
	s->answer.head.len = s->answer.body.len = 0;
	s->error[0] = '\0';
	s->tls = strncmp(r->url, "https:", 6) == 0;
	set_headers(s, r->headers);
	curl_easy_setopt(s->easy, CURLOPT_URL, r->url);
	curl_easy_setopt(s->easy, CURLOPT_TIMEOUT_MS, (long)(r->timeout / 1000000));
	if (r->post) {
		curl_easy_setopt(s->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
		curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
	} else {
		curl_easy_setopt(s->easy, CURLOPT_HTTPGET, 1L);
	}
	curl_multi_add_handle(h->multi, s->easy);
}

/* libcurl's texts for a failed connection hold times, which would make each of them a new one. */
static const char *
failure_text(struct slot *s, CURLcode code)
{
	long err = 0;

	curl_easy_getinfo(s->easy, CURLINFO_OS_ERRNO, &err);
	if (code == CURLE_COULDNT_CONNECT && err)
		return strerror((int)err);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return "no answer in time";
	if (code == CURLE_SSL_CONNECT_ERROR && strstr(s->error, "wrong version number"))
		return "wrong version number, so this is no TLS";
	return s->error[0] && code != CURLE_COULDNT_CONNECT ? s->error : curl_easy_strerror(code);
}

static void
note_peer(struct slot *s)
{
	char *ip = NULL;
	long port = 0;

	curl_easy_getinfo(s->easy, CURLINFO_PRIMARY_IP, &ip);
	curl_easy_getinfo(s->easy, CURLINFO_PRIMARY_PORT, &port);
	s->answer.peer[0] = '\0';
	if (ip && *ip)
		snprintf(s->answer.peer, sizeof s->answer.peer, strchr(ip, ':') ? "[%s]:%ld" : "%s:%ld", ip,
		    port);
}

/* libcurl has an address from when it is connected, and a time of what has gone well. */
static enum http_stage
find_stage(const struct slot *s)
{
	curl_off_t name = 0, tls = 0;
	long tunnel = 0;

	curl_easy_getinfo(s->easy, CURLINFO_NAMELOOKUP_TIME_T, &name);
	curl_easy_getinfo(s->easy, CURLINFO_APPCONNECT_TIME_T, &tls);
	curl_easy_getinfo(s->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (!name)
		return HTTP_NAME;
	if (!s->answer.peer[0] || (tunnel && tunnel / 100 != 2))
		return HTTP_CONNECTION;
	return s->tls && !tls ? HTTP_TLS : HTTP_EXCHANGE;
}

static void
finish(struct http *h, struct slot *s, CURLcode code)
{
	struct http_answer *a = &s->answer;
	long status = 0;

	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	a->torn = code != CURLE_OK;
	note_peer(s);
	a->stage = find_stage(s);
	if (a->torn) {
		const char *text = failure_text(s, code);
		size_t n = strnlen(text, sizeof a->failure_text - 1);

		memcpy(a->failure_text, text, n);
		a->failure_text[n] = '\0';
		a->failure = a->failure_text;
	}
	curl_multi_remove_handle(h->multi, s->easy);
	s->done = true;
	h->done++;
}

static void
drive(struct http *h)
{
	CURLMsg *m;
	int running, left;
	char *slot;

	curl_multi_perform(h->multi, &running);
	while ((m = curl_multi_info_read(h->multi, &left))) {
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &slot);
		finish(h, (struct slot *)(void *)slot, m->data.result);
	}
}

void
http_wait(struct http *h, struct pollfd *fds, unsigned n, int64_t timeout)
{
	struct curl_waitfd w[HTTP_WAIT_MAX];
	int64_t ms = (timeout + 999999) / 1000000;
	unsigned i;

	drive(h);
	for (i = 0; i < n; i++)
		w[i] = (struct curl_waitfd){ .fd = fds[i].fd, .events = (short)(
		    (fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0)
		    | (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0)) };
	if (h->done)
		ms = 0;
	curl_multi_poll(h->multi, w, n, ms < 0 ? 0 : ms > 3600000 ? 3600000 : (int)ms, NULL);
	for (i = 0; i < n; i++)
		fds[i].revents = w[i].revents;
	drive(h);
}

const struct http_answer *
http_take(struct http *h, unsigned *slot)
{
	unsigned i;

	for (i = 0; i < h->slots && h->done; i++)
		if (h->slot[i].done) {
			h->slot[i].done = false;
			h->done--;
			*slot = i;
			return &h->slot[i].answer;
		}
	return NULL;
}
