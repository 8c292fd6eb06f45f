#include "source/bridge.h"

#include "base/num.h"
#include "can/frame.h"

/* 52 bits and the number of a bus, 40 bits and the number of a bus. */
#define VERSION_1 UINT64_C(0x5472697469756)
#define VERSION_2 UINT64_C(0x547269FDD6)

enum { FLAG_HEARTBEAT = 0x80, FLAG_SETTING = 0x40, FLAG_REMOTE = 0x02, FLAG_EXTENDED = 0x01 };

static const char default_group[] = "239.255.60.60";

static uint64_t
big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static unsigned char *
put(unsigned char *p, uint64_t v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (unsigned char)(v >> 8 * (n - 1 - i));
	return p + n;
}

bool
bridge_header(const unsigned char p[static BRIDGE_HEADER], uint16_t *bus)
{
	uint64_t id = big_endian(p + 1, 7);

	if (id >> 4 == VERSION_1)
		*bus = id & 15;
	else if (id >> 16 == VERSION_2)
		*bus = (uint16_t)id;
	else
		return false;
	return true;
}

enum bridge_result
bridge_record(const unsigned char p[static BRIDGE_RECORD], struct merge_item *it)
{
	unsigned flags = p[4];
	uint32_t id = (uint32_t)big_endian(p, 4);

	if (flags & ~(unsigned)(FLAG_HEARTBEAT | FLAG_SETTING | FLAG_REMOTE | FLAG_EXTENDED))
		return BRIDGE_BAD;
	if (flags & FLAG_HEARTBEAT)
		return BRIDGE_HEARTBEAT;
	if (flags & FLAG_SETTING)
		return BRIDGE_SETTING;
	if (p[5] > 8 || id > (flags & FLAG_EXTENDED ? FRAME_ID_MASK : FRAME_STANDARD_MAX))
		return BRIDGE_BAD;
	it->id = id;
	it->flags = (uint16_t)((flags & FLAG_EXTENDED ? FRAME_EXTENDED : 0)
	    | (flags & FLAG_REMOTE ? FRAME_REMOTE : 0));
	it->len = p[5];
	memcpy(it->data, p + 6, 8);
	return BRIDGE_FRAME;
}

void
bridge_hello(const struct bridge_name *n, uint64_t client, unsigned char out[static BRIDGE_HELLO])
{
	unsigned char *p = put(out, n->first, 4);

	p = put(p, n->last - n->first + 1, 4);
	*p++ = 0;
	p = n->bus < 16 ? put(p, VERSION_1 << 4 | n->bus, 7) : put(p, VERSION_2 << 16 | n->bus, 7);
	*p++ = 0;
	put(p, client, 7);
}

/* Takes what is before the first c off s; all of it where there is none. */
static struct span
cut(struct span *s, char c)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	struct span first = span_of(s->p, at ? (size_t)(at - s->p) : s->n);
	size_t n = first.n + (at != NULL);

	*s = span_of(s->p + n, s->n - n);
	return first;
}

static bool
parse_range(struct span s, struct bridge_name *n)
{
	struct span first = cut(&s, '-');
	uint64_t a, b;

	if (!num_hex(first, &a) || !num_hex(s, &b) || a > b || b > FRAME_ID_MASK)
		return false;
	n->first = (uint32_t)a;
	n->last = (uint32_t)b;
	return true;
}

const char *
bridge_parse(struct span s, struct bridge_name *n, struct span *bad)
{
	struct span part;
	uint64_t bus = BRIDGE_BUS;

	*n = (struct bridge_name){ .bus = BRIDGE_BUS, .last = FRAME_ID_MASK };
	n->tcp = s.n >= 4 && memcmp(s.p, "tcp:", 4) == 0;
	if (n->tcp)
		s = span_of(s.p + 4, s.n - 4);
	*bad = part = n->tcp ? cut(&s, '/') : s;
	if (!n->tcp && !part.n)
		part = span_str(default_group);
	if (!endpoint_parse(part, BRIDGE_PORT, &n->at))
		return "an address like 239.255.60.60:4876 or tcp:HOST:4876";
	if (!n->tcp || !s.n)
		return NULL;
	*bad = part = cut(&s, '/');
	if (!num_u64(part, &bus) || bus > UINT16_MAX)
		return "the number of a bus, up to 65535";
	n->bus = (uint16_t)bus;
	*bad = s;
	return !s.n || parse_range(s, n) ? NULL : "a range of ids in hex like 100-1FF";
}
