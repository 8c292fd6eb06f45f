#include "point/layout.h"

#include "point/field.h"
#include "point/routes.h"

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

enum { LEAD = 32 };

/*
 * A signal as the wide layout reads it: in one cache line, those of a list one behind the other,
 * what stands before the value included. Where that is longer, ops without a value come first.
 */
enum kind {
	SMALL,			/* few bits: a table of texts */
	COMPUTED,		/* raw * factor + offset in units of 10^-places */
	OTHER,			/* lead and value are field_put()'s */
};

struct layout_op {
	char lead[LEAD];
	union {
		const uint64_t *small;
		struct {
			int32_t factor, offset;
		};
	};
	const struct plan_signal *signal;
	uint16_t byte, need;
	uint8_t left, right;
	bool big_endian;
	uint8_t lead_len;
	uint8_t kind;		/* enum kind */
	uint8_t places;
	bool is_signed;
	uint8_t unused[5];	/* makes 64 bytes */
};

/* The value of an op without one, for any bit. */
static const uint64_t no_text[2];

static enum kind
kind_of(const struct plan_signal *s)
{
	const struct scale *x = &s->scale;

	if (s->special || s->ninth || x->kind == SCALE_SLOW)
		return OTHER;
	if (x->kind == SCALE_SMALL)
		return SMALL;
	return x->places < 8 && x->factor == (int32_t)x->factor && x->offset == (int32_t)x->offset
	    ? COMPUTED : OTHER;
}

static size_t
count_ops(const struct plan_signal *s)
{
	return kind_of(s) == OTHER ? 1 : (s->lead_len + LEAD - 1) / LEAD;
}

/* Writes count_ops() of them. */
static struct layout_op *
compile_signal(struct layout_op *op, const struct plan_signal *s)
{
	enum kind kind = kind_of(s);
	const char *lead = s->lead;
	size_t left = s->lead_len;

	for (; kind != OTHER && left > LEAD; op++) {
		*op = (struct layout_op){ .small = no_text, .need = s->need, .left = 63, .right = 63,
			.lead_len = LEAD };
		memcpy(op->lead, lead, LEAD);
		lead += LEAD;
		left -= LEAD;
	}
	*op = (struct layout_op){ .signal = s, .byte = s->byte, .need = s->need, .left = s->left,
		.right = s->right, .big_endian = s->big_endian, .is_signed = s->is_signed,
		.kind = (uint8_t)kind };
	if (kind == OTHER)
		return op + 1;
	if (kind == SMALL) {
		op->small = s->scale.small;
	} else {
		op->factor = (int32_t)s->scale.factor;
		op->offset = (int32_t)s->scale.offset;
		op->places = s->scale.places;
	}
	op->lead_len = (uint8_t)left;
	memcpy(op->lead, lead, left);
	return op + 1;
}

void
layout_compile(struct plan_list *list, struct arena *a)
{
	struct layout_ops *l = arena_alloc(a, sizeof *l);
	struct layout_op *op;
	uint32_t i;

	*l = (struct layout_ops){ 0 };
	for (i = 0; i < list->signals; i++)
		l->n += (uint32_t)count_ops(list->signal[i]);
	l->op = op = arena_aligned(a, l->n * sizeof *op, sizeof *op);
	for (i = 0; i < list->signals; i++) {
		op = compile_signal(op, list->signal[i]);
		if (list->signal[i]->need > l->need)
			l->need = list->signal[i]->need;
	}
	list->view = l;
}

static inline char *
put_lead(char *out, const struct layout_op *op)
{
	memcpy(out, op->lead, LEAD);
	return out + op->lead_len;
}

/* A signal of few bits: these, at the end of w, are the index of its text. */
static inline char *
put_small(char *out, const struct layout_op *op, uint64_t w)
{
	uint64_t text = op->small[w << op->left >> op->right];

	out = put_lead(out, op);
	memcpy(out, &text, 8);
	return out + (text >> 56);
}

static inline char *
put_computed(char *out, const struct layout_op *op, uint64_t w)
{
	int64_t v;
	uint64_t u;

	out = put_lead(out, op);
	w <<= op->left;
	w = op->is_signed ? (uint64_t)((int64_t)w >> op->right) : w >> op->right;
	v = (int64_t)(w * (uint64_t)op->factor + (uint64_t)op->offset);
	u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	if (__builtin_expect(u >= 100000000, 0))
		return scale_put_computed(out, &op->signal->scale, w);
	*out = '-';
	return digits_put_decimal(out + (v < 0), (uint32_t)u, op->places);
}

static __attribute__((noinline)) char *
put_larger(char *out, const struct layout_op *op, uint64_t w, const struct frame *f,
    struct point_counts *c)
{
	char *end;

	if (op->kind == COMPUTED)
		return put_computed(out, op, w);
	end = field_put(out, op->signal, decode_raw(op->signal, f->data));
	c->left_out += end == out;
	return end;
}

static inline char *
put_op(char *out, const struct layout_op *op, uint64_t w, const struct frame *f,
    struct point_counts *c)
{
	return op->kind == SMALL ? put_small(out, op, w) : put_larger(out, op, w, f, c);
}

/* The signals of a list, all of which are in the first eight bytes of the frame. */
static inline char *
put_short(char *out, const struct layout_ops *l, const struct frame *f, struct point_counts *c)
{
	const struct layout_op *op = l->op, *end = op + l->n;
	uint64_t w[2];

	memcpy(w, f->data, 8);
	w[1] = be64toh(w[0]);
	w[0] = le64toh(w[0]);
	for (; op < end; op++)
		out = put_op(out, op, w[op->big_endian], f, c);
	return out;
}

/* Those that are wholly inside what arrived. */
static inline char *
put_any(char *out, const struct layout_ops *l, const struct frame *f, struct point_counts *c)
{
	const struct layout_op *op = l->op, *end = op + l->n;
	uint64_t w;

	for (; op < end; op++) {
		if (f->len < op->need)
			continue;
		memcpy(&w, f->data + op->byte, 8);
		out = put_op(out, op, op->big_endian ? be64toh(w) : le64toh(w), f, c);
	}
	return out;
}

static inline char *
put_list(char *out, const struct layout_ops *l, const struct frame *f, struct point_counts *c)
{
	return l->need <= 8 && l->need <= f->len ? put_short(out, l, f, c) : put_any(out, l, f, c);
}

char *
layout_wide_frame(const struct route *r, const struct frame *f,
    const struct plan_list *const *further, size_t n, char *out, struct writer_time *time,
    struct point_counts *c)
{
	char *body = put_head(out, r->head), *at = put_list(body, &r->ops, f, c);
	size_t i;

	for (i = 0; i < n; i++)
		at = put_list(at, further[i]->view, f, c);
	return end_line(out, body, at, f->ns, time, c);
}
