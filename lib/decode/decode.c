#include "decode/decode.h"

#include <string.h>

/* A signal over nine bytes: the bits above, then the byte that does not fit. */
static uint64_t
raw_ninth(const struct plan_signal *s, const uint8_t *p)
{
	unsigned size = s->db->size, bit = s->db->start % 8, used = s->big_endian ? 7 - bit : bit;
	uint64_t w, v;

	memcpy(&w, p, 8);
	if (s->big_endian)
		v = __builtin_bswap64(w) << used | (uint64_t)p[8] >> (8 - used);
	else
		v = (w >> used | (uint64_t)p[8] << (64 - used)) << (64 - size);
	return s->is_signed ? (uint64_t)((int64_t)v >> s->right) : v >> s->right;
}

static inline uint64_t
raw_inline(const struct plan_signal *s, const uint8_t *data)
{
	uint64_t w;

	if (__builtin_expect(s->ninth, 0))
		return raw_ninth(s, data + s->byte);
	memcpy(&w, data + s->byte, 8);
	if (s->big_endian)
		w = __builtin_bswap64(w);
	w <<= s->left;
	return s->is_signed ? (uint64_t)((int64_t)w >> s->right) : w >> s->right;
}

uint64_t
decode_raw(const struct plan_signal *s, const uint8_t *data)
{
	return raw_inline(s, data);
}

static const struct plan_list *
find_case(const struct plan_selector *sel, uint64_t v)
{
	uint32_t lo = 0, hi = sel->count, mid;

	v &= sel->mask;
	if (v < sel->direct_size)
		return sel->direct[v] ? &sel->cases[sel->direct[v] - 1].list : NULL;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (v > sel->cases[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sel->count && v >= sel->cases[lo].first ? &sel->cases[lo].list : NULL;
}

static struct decode_value *
run_list(const struct plan_list *l, const struct frame *f, struct decode_value *v)
{
	const struct plan_signal *s;
	const struct plan_list *inner;
	uint32_t i;

	if (__builtin_expect(f->len >= l->need, 1)) {
		for (i = 0; i < l->wanted; i++, v++) {
			v->signal = l->signal[i];
			v->raw = raw_inline(l->signal[i], f->data);
		}
	} else {
		for (i = 0; i < l->wanted; i++) {
			if (f->len < l->signal[i]->need)
				continue;
			v->signal = l->signal[i];
			v->raw = raw_inline(l->signal[i], f->data);
			v++;
		}
	}
	for (i = 0; l->selects && i < l->count; i++) {
		s = l->signal[i];
		if (!s->selector || f->len < s->need)
			continue;
		inner = find_case(s->selector, raw_inline(s, f->data));
		if (inner)
			v = run_list(inner, f, v);
	}
	return v;
}

size_t
decode_frame(const struct plan_message *m, const struct frame *f, struct decode_value *v)
{
	return (size_t)(run_list(&m->always, f, v) - v);
}
