#include "can/filter.h"

#include "base/num.h"

#define EFF 0x80000000u
#define RTR 0x40000000u

static const char want_item[] =
	"a filter like 123:7FF, 123~7FF, ~123:7FF, #FF or j, with at most 8 hex digits a number";

static bool
take_hex(struct span s, uint32_t *v)
{
	uint64_t x;

	if (s.n > 8 || !num_hex(s, &x))
		return false;
	*v = (uint32_t)x;
	return true;
}

/* The kernel does the same to what it is given (af_can.c find_rcv_list()). */
static struct filter_item
normal(uint32_t id, uint32_t mask, bool invert)
{
	mask &= ~(uint32_t)FRAME_ERROR_BIT;
	if (mask & EFF && !(id & EFF))
		mask &= FRAME_STANDARD_MAX | EFF | RTR;
	return (struct filter_item){ (id & mask) | (invert ? FILTER_INVERT : 0u), mask };
}

static bool
parse_id(struct span s, struct filter *f)
{
	bool invert = s.n && *s.p == '~';
	struct span id = span_of(s.p + invert, 0);
	uint32_t v, mask;

	s = span_of(s.p + invert, s.n - invert);
	while (id.n < s.n && s.p[id.n] != ':' && (invert || s.p[id.n] != '~'))
		id.n++;
	if (id.n == s.n || !take_hex(id, &v)
	    || !take_hex(span_of(s.p + id.n + 1, s.n - id.n - 1), &mask))
		return false;
	f->item[f->items++] = normal(v | (id.n == 8 ? EFF : 0), mask, invert || s.p[id.n] == '~');
	return true;
}

static bool
parse_item(struct span s, struct filter *f)
{
	if (span_is(s, "j") || span_is(s, "J")) {
		f->join = true;
		return true;
	}
	if (s.n && *s.p == '#') {
		if (!take_hex(span_of(s.p + 1, s.n - 1), &f->error_mask))
			return false;
		f->error_mask &= FRAME_ID_MASK;
		return true;
	}
	return parse_id(s, f);
}

bool
filter_parse(struct span s, struct filter *f, struct arena *a, size_t *where,
    const char **expected)
{
	size_t at, n, items = 1;

	for (at = 0; at < s.n; at++)
		items += s.p[at] == ',';
	*where = 0;
	*expected = "at most 512 filters";
	if (items > FILTER_MAX)
		return false;
	*f = (struct filter){ .item = arena_array(a, items, sizeof *f->item) };
	for (at = 0; at <= s.n; at += n + 1) {
		const char *comma = at < s.n ? memchr(s.p + at, ',', s.n - at) : NULL;

		n = comma ? (size_t)(comma - s.p) - at : s.n - at;
		if (!parse_item(span_of(s.p + at, n), f)) {
			*where = at;
			*expected = want_item;
			return false;
		}
	}
	return true;
}

static bool
item_match(const struct filter_item *i, uint32_t id)
{
	return ((id & i->mask) == (i->id & i->mask)) == !(i->id & FILTER_INVERT);
}

bool
filter_match(const struct filter *f, const struct frame *fr)
{
	uint32_t id = frame_socketcan_id(fr);
	size_t i, hits = 0;

	/* A joined socket waits for as many matches as it has filters: an error frame makes one. */
	if (fr->flags & FRAME_ERROR)
		return id & f->error_mask && !(f->join && f->items > 1);
	if (f->items == 0)
		return true;
	for (i = 0; i < f->items; i++)
		hits += item_match(&f->item[i], id);
	return f->join ? hits == f->items : hits > 0;
}
