#include "point/layout.h"

#include "point/field.h"

/* Ends a line whose fields go from body to out; start when it has none. */
static inline char *
end_line(char *start, char *body, char *out, int64_t ns, struct writer_time *time,
    struct point_counts *c)
{
	if (out == body)
		return start;
	*body = ' ';		/* in place of the first field's comma */
	*out = ' ';
	out = writer_put_time(out + 1, time, ns);
	*out = '\n';
	c->points++;
	return out + 1;
}

static inline char *
put_head(char *out, struct span head)
{
	field_put_lead(out, head.p, (uint32_t)head.n);
	return out + head.n;
}

char *
layout_wide(const struct route *r, const struct decode_value *v, size_t n, int64_t ns, char *out,
    struct writer_time *time, struct point_counts *c)
{
	char *body = put_head(out, r->head), *at = body, *was;
	size_t i;

	for (i = 0; i < n; i++) {
		was = at;
		at = field_put(at, v[i].signal, v[i].raw);
		c->left_out += at == was;
	}
	return end_line(out, body, at, ns, time, c);
}

char *
layout_narrow(const struct route *r, const struct decode_value *v, size_t n, int64_t ns, char *out,
    struct writer_time *time, struct point_counts *c)
{
	char *body, *at;
	size_t i;

	for (i = 0; i < n; i++) {
		body = put_head(out, r->heads[v[i].signal - r->message->signal]);
		at = field_put(body, v[i].signal, v[i].raw);
		c->left_out += at == body;
		out = end_line(out, body, at, ns, time, c);
	}
	return out;
}

void
layout_compile(struct plan_list *list, struct arena *a)
{
	struct layout_op *op = arena_aligned(a, list->signals * sizeof *op, sizeof *op);
	uint32_t i;

	for (i = 0; i < list->signals; i++) {
		const struct plan_signal *s = list->signal[i];

		op[i] = (struct layout_op){ .signal = s, .byte = s->byte, .need = s->need,
			.left = s->left, .right = s->right, .big_endian = s->big_endian };
		if (!s->plain || s->lead_len > sizeof op->lead)
			continue;
		op[i].small = s->scale.small;
		op[i].lead_len = (uint8_t)s->lead_len;
		memcpy(op[i].lead, s->lead, s->lead_len);
	}
	list->view = op;
}

/* A signal of few bits: these are the index of its text. */
static inline char *
put_small(char *out, const struct layout_op *op, const uint8_t *data)
{
	uint64_t w, text;

	memcpy(&w, data + op->byte, 8);
	w = op->big_endian ? be64toh(w) : le64toh(w);
	text = op->small[w << op->left >> op->right];
	memcpy(out, op->lead, sizeof op->lead);
	out += op->lead_len;
	memcpy(out, &text, 8);
	return out + (text >> 56);
}

char *
layout_wide_frame(const struct route *r, const struct frame *f,
    const struct plan_list *const *list, size_t lists, char *out, struct writer_time *time,
    struct point_counts *c)
{
	char *body = put_head(out, r->head), *at = body, *was;
	const struct layout_op *op, *end;
	size_t k;

	for (k = 0; k < lists; k++) {
		op = list[k]->view;
		for (end = op + list[k]->signals; op < end; op++) {
			if (__builtin_expect(f->len < op->need, 0))
				continue;
			if (op->small) {
				at = put_small(at, op, f->data);
				continue;
			}
			was = at;
			at = field_put(at, op->signal, decode_raw(op->signal, f->data));
			c->left_out += at == was;
		}
	}
	return end_line(out, body, at, f->ns, time, c);
}
