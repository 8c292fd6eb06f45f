#include "point/thin.h"

#include <fnmatch.h>
#include <math.h>

#include "base/buf.h"

/* floor(delta / |factor|) in whole steps; false when 38 digits do not hold the factor. */
static bool
steps(const struct dec *delta, const struct dec *factor, uint64_t *out)
{
	dec_int d, f;
	int exp = delta->exp < factor->exp ? delta->exp : factor->exp, i;

	if (dec_is_zero(factor) || !dec_mantissa(delta, &d) || !dec_mantissa(factor, &f))
		return false;
	*out = UINT64_MAX;
	for (i = exp; i < delta->exp; i++)
		if (__builtin_mul_overflow(d, 10, &d))
			return true;
	for (i = exp; i < factor->exp; i++)
		if (__builtin_mul_overflow(f, 10, &f))
			return false;
	d /= f < 0 ? -f : f;
	*out = d > (dec_int)UINT64_MAX ? UINT64_MAX : (uint64_t)d;
	return true;
}

struct thin_band
thin_band_of(const struct point_options *o, const struct db_message *m, const struct db_signal *s)
{
	struct thin_band band = { 0 };
	struct buf name = { 0 };
	size_t i;

	buf_put_span(&name, m->name);
	buf_putc(&name, '.');
	buf_put_span(&name, s->name);
	for (i = 0; i < o->deadbands; i++) {
		if (fnmatch(o->deadband[i].glob, buf_str(&name), 0) != 0)
			continue;
		band.value = dec_double(&o->deadband[i].delta);
		if (!steps(&o->deadband[i].delta, &s->factor, &band.raw))
			band.raw = 0;
		break;
	}
	buf_free(&name);
	return band;
}

static bool
is_na(const struct plan_signal *s, uint64_t raw)
{
	unsigned size = s->db->size;
	uint64_t bits = raw & UINT64_MAX >> (64 - size);

	if (s->db->type == DB_FLOAT || size < 2)
		return false;
	return size < 8 ? bits >= (UINT64_C(1) << size) - 2 : bits >> (size - 8) >= 0xfe;
}

size_t
thin_drop_na(struct decode_value *v, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (!is_na(v[i].signal, v[i].raw))
			v[k++] = v[i];
	return k;
}

static bool
moved(const struct plan_signal *s, uint64_t a, uint64_t b, const struct thin_band *band)
{
	if (a == b)
		return false;
	if (s->db->type == DB_FLOAT)
		return !(fabs(scale_double(&s->scale, a) - scale_double(&s->scale, b)) <= band->value);
	if (s->is_signed ? (int64_t)a < (int64_t)b : a < b)
		return b - a > band->raw;
	return a - b > band->raw;
}

static bool
due(const struct plan_signal *s, const struct thin_state *t, uint64_t raw,
    const struct thin_band *band, const struct point_options *o, int64_t ns)
{
	int64_t age = ns - t->written_at;

	if (!t->has_written || age < 0)		/* time that jumps back begins anew */
		return true;
	return (o->repeat && age >= o->repeat)
	    || (age >= o->change_interval && moved(s, t->written, raw, band));
}

size_t
thin_changes(struct decode_value *v, size_t n, const struct plan_signal *first,
    struct thin_state *state, const struct thin_band *band, const struct point_options *o,
    int64_t ns)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		struct thin_state *t = &state[v[i].signal - first];

		if (!due(v[i].signal, t, v[i].raw, &band[v[i].signal - first], o, ns))
			continue;
		t->written = v[i].raw;
		t->written_at = ns;
		t->has_written = true;
		v[k++] = v[i];
	}
	return k;
}

void
thin_store(const struct decode_value *v, size_t n, const struct plan_signal *first,
    struct thin_state *state, int64_t ns)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct thin_state *t = &state[v[i].signal - first];

		t->raw = v[i].raw;
		t->seen = ns;
		t->has_seen = true;
	}
}

size_t
thin_load(struct decode_value *v, const struct plan_message *m, const struct thin_state *state,
    int64_t since)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < m->signals; i++)
		if (m->signal[i].wanted && state[i].has_seen && state[i].seen >= since)
			v[n++] = (struct decode_value){ &m->signal[i], state[i].raw };
	return n;
}
