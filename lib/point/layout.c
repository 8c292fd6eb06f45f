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

char *
layout_wide_frame(const struct route *r, const struct frame *f,
    const struct plan_list *const *list, size_t lists, char *out, struct writer_time *time,
    struct point_counts *c)
{
	char *body = put_head(out, r->head), *at = body, *was;
	const struct plan_signal *const *next, *const *end, *s;
	size_t k;

	for (k = 0; k < lists; k++) {
		end = list[k]->signal + list[k]->signals;
		for (next = list[k]->signal; next < end; next++) {
			s = *next;
			if (__builtin_expect(f->len < s->need, 0))
				continue;
			if (s->plain) {
				at = field_put_plain(at, s, decode_bits(s, f->data));
				continue;
			}
			was = at;
			at = field_put(at, s, decode_raw(s, f->data));
			c->left_out += at == was;
		}
	}
	return end_line(out, body, at, f->ns, time, c);
}
