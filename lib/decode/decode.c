#include "decode/decode.h"

/* A signal over nine bytes: the bits above, then the byte that does not fit. */
uint64_t
decode_raw_ninth(const struct plan_signal *s, const uint8_t *data)
{
	unsigned size = s->db->size, bit = s->db->start % 8, used = s->big_endian ? 7 - bit : bit;
	const uint8_t *p = data + s->byte;
	uint64_t w, v;

	memcpy(&w, p, 8);
	if (s->big_endian)
		v = be64toh(w) << used | (uint64_t)p[8] >> (8 - used);
	else
		v = (le64toh(w) >> used | (uint64_t)p[8] << (64 - used)) << (64 - size);
	return s->is_signed ? (uint64_t)((int64_t)v >> s->right) : v >> s->right;
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

size_t
decode_lists_selected(const struct frame *f, const struct plan_list **list)
{
	const struct plan_signal *s;
	size_t n = 1, at;
	uint32_t i;

	for (at = 0; at < n; at++) {
		for (i = 0; i < list[at]->selectors; i++) {
			s = list[at]->selector[i];
			if (f->len < s->need)
				continue;
			list[n] = find_case(s->selector, decode_raw(s, f->data));
			n += list[n] != NULL;
		}
	}
	return n;
}

size_t
decode_frame(const struct plan_message *m, const struct frame *f, const struct plan_list **list,
    struct decode_value *v)
{
	size_t n = 0, lists = decode_lists(m, f, list), k;
	uint32_t i;

	for (k = 0; k < lists; k++) {
		for (i = 0; i < list[k]->signals; i++) {
			const struct plan_signal *s = list[k]->signal[i];

			if (f->len >= s->need)
				v[n++] = (struct decode_value){ s, decode_raw(s, f->data) };
		}
	}
	return n;
}
