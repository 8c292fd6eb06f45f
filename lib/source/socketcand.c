#include "source/socketcand.h"

#include "base/num.h"
#include "can/stamp.h"

enum { WORDS = 4 };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

static struct span
trim(struct span s)
{
	while (s.n && is_blank(*s.p))
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static struct span
word(struct span *s)
{
	struct span w;
	size_t n = 0;

	*s = trim(*s);
	while (n < s->n && !is_blank(s->p[n]))
		n++;
	w = span_of(s->p, n);
	*s = span_of(s->p + n, s->n - n);
	return w;
}

/* An id of 8 digits is extended, else it has at most 3. */
static bool
take_id(struct span w, struct merge_item *it)
{
	uint64_t id;

	if (!num_hex(w, &id) || (w.n != 8 && w.n > 3))
		return false;
	it->flags |= w.n == 8 ? FRAME_EXTENDED : 0;
	it->id = (uint32_t)id;
	return id <= (w.n == 8 ? FRAME_ID_MASK : FRAME_STANDARD_MAX);
}

static bool
take_time(struct span w, struct merge_item *it)
{
	if (!num_seconds(w, &it->ns))
		return false;
	if (it->ns < STAMP_FIRST_ABSOLUTE)
		it->ns = 0;
	return true;
}

/* "1122" as socketcand writes it, "11 22" as its documentation does; one digit may stand alone. */
static bool
take_data(struct span s, size_t max, struct merge_item *it)
{
	for (;;) {
		struct span w = word(&s), byte;
		uint64_t v;

		if (!w.n)
			return true;
		if (w.n > 1 && w.n % 2)
			return false;
		for (; w.n; w = span_of(w.p + byte.n, w.n - byte.n)) {
			byte = span_of(w.p, w.n < 2 ? 1 : 2);
			if (it->len == max || !num_hex(byte, &v))
				return false;
			it->data[it->len++] = (uint8_t)v;
		}
	}
}

static bool
frame(struct span s, struct merge_item *it)
{
	return take_id(word(&s), it) && take_time(word(&s), it) && take_data(s, 8, it);
}

static bool
fd_frame(struct span s, struct merge_item *it)
{
	uint64_t flags;
	bool good;

	it->flags = FRAME_FD;
	good = take_id(word(&s), it) && num_hex(word(&s), &flags) && flags < 256;
	if (!good || !take_time(word(&s), it) || !take_data(s, sizeof it->data, it))
		return false;
	it->fd_flags = (uint8_t)((flags & 3) | FRAME_FDF);
	return true;
}

static bool
remote(struct span s, struct merge_item *it)
{
	uint64_t len;

	it->flags = FRAME_REMOTE;
	if (!take_id(word(&s), it) || !take_time(word(&s), it) || !num_u64(word(&s), &len) || len > 8)
		return false;
	it->len = (uint16_t)len;
	return trim(s).n == 0;
}

/* The class alone is sent, without the bytes that say more. */
static bool
error_frame(struct span s, struct merge_item *it)
{
	uint64_t class;

	it->flags = FRAME_ERROR;
	if (!num_hex(word(&s), &class) || class > FRAME_ID_MASK || !take_time(word(&s), it))
		return false;
	it->id = (uint32_t)class;
	it->len = 8;
	return trim(s).n == 0;
}

/* What stands between the brackets. */
static enum socketcand_result
read_message(struct span s, struct socketcand_message *m)
{
	static const struct {
		const char *name;
		enum socketcand_result result;
		bool (*read)(struct span s, struct merge_item *it);
	} row[] = {
		{ "frame", SOCKETCAND_FRAME, frame }, { "fdframe", SOCKETCAND_FRAME, fd_frame },
		{ "rtr", SOCKETCAND_FRAME, remote }, { "error", SOCKETCAND_FRAME, error_frame },
		{ "hi", SOCKETCAND_HI, NULL }, { "ok", SOCKETCAND_OK, NULL },
		{ "echo", SOCKETCAND_ECHO, NULL },
	};
	struct span first;
	size_t i;

	m->text = trim(s);
	first = word(&s);
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (!span_is(first, row[i].name))
			continue;
		if (!row[i].read)
			return trim(s).n ? SOCKETCAND_BAD : row[i].result;
		m->it = (struct merge_item){ 0 };
		if (row[i].read(s, &m->it))
			return row[i].result;
		if (row[i].read != error_frame)
			return SOCKETCAND_BAD;
		m->text = trim(s);
		return SOCKETCAND_ERROR;
	}
	m->text = first.n ? first : m->text;
	return first.n ? SOCKETCAND_OTHER : SOCKETCAND_BAD;
}

/* Up to where a message may begin, at least one byte. */
static enum socketcand_result
rubbish(const char *p, size_t n, struct socketcand_message *m)
{
	const char *next = n > 1 ? memchr(p + 1, '<', n - 1) : NULL;

	m->used = next ? (size_t)(next - p) : n;
	m->text = trim(span_of(p, m->used));
	return SOCKETCAND_BAD;
}

enum socketcand_result
socketcand_parse(const char *p, size_t n, struct socketcand_message *m)
{
	enum socketcand_result r;
	size_t lead = 0, most;
	const char *end, *again;

	*m = (struct socketcand_message){ 0 };
	while (lead < n && is_blank(p[lead]))
		lead++;
	p += lead;
	n -= lead;
	m->used = lead;
	if (!n)
		return SOCKETCAND_MORE;
	most = n < SOCKETCAND_MESSAGE_MAX ? n : SOCKETCAND_MESSAGE_MAX;
	end = *p == '<' ? memchr(p, '>', most) : NULL;
	again = *p == '<' && most > 1 ? memchr(p + 1, '<', most - 1) : NULL;
	if (*p == '<' && !end && !again && n < SOCKETCAND_MESSAGE_MAX)
		return SOCKETCAND_MORE;
	if (!end || (again && again < end)) {
		r = rubbish(p, n, m);
		m->used += lead;
		return r;
	}
	r = read_message(span_of(p + 1, (size_t)(end - p) - 1), m);
	m->used = lead + (size_t)(end + 1 - p);
	return r;
}
