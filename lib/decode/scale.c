#include "decode/scale.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "base/num.h"
#include "decode/big.h"

/* Up to here every integer is a double. */
#define DOUBLE_EXACT (INT64_C(1) << 53)

/* What stands behind SCALE_SLOW. */
enum slow {
	SLOW_WIDE,		/* 128 bits hold every value */
	SLOW_BIG,
	SLOW_DOUBLE,		/* not even big does: doubles must */
	SLOW_FLOAT,		/* IEEE, scaled */
	SLOW_FLOAT_PLAIN,	/* IEEE, factor 1, offset 0 */
};

struct scale_exact {
	enum slow slow;
	unsigned size;		/* of the signal, bits */
	int exp;		/* value = (raw * factor + offset) * 10^exp, exp <= 0 */
	dec_int factor, offset;
	const struct big *big_factor, *big_offset;	/* with SLOW_BIG and SLOW_FLOAT */
	double double_factor, double_offset;
};

/* a * b + c when it stays within 126 bits. */
static bool
fits_wide(dec_int a, dec_int b, dec_int c, dec_int *v)
{
	return !__builtin_mul_overflow(a, b, v) && !__builtin_add_overflow(*v, c, v)
	    && *v < (dec_int)1 << 126 && *v > -((dec_int)1 << 126);
}

/* The mantissa of d in units of 10^exp; false when 38 digits do not hold it. */
static bool
aligned(const struct dec *d, int exp, dec_int *v)
{
	int i;

	if (!dec_mantissa(d, v))
		return false;
	for (i = exp; *v && i < d->exp; i++)
		if (__builtin_mul_overflow(*v, 10, v))
			return false;
	return true;
}

static const struct big *
big_aligned(const struct dec *d, int exp, struct arena *a)
{
	struct big *b = arena_alloc(a, sizeof *b);

	big_set_dec(b, d);
	if (d->exp > exp && b->n)
		big_mul_power(b, 10, (unsigned)(d->exp - exp));
	return b;
}

static dec_int
magnitude(dec_int v)
{
	return v < 0 ? -v : v;
}

static bool
fits_int64(dec_int v)
{
	return v >= INT64_MIN && v <= INT64_MAX;
}

/* The fast kinds, where 64 bits hold everything. lo and hi: raw * factor + offset at the ends. */
static void
compile_fast(struct scale *s, const struct scale_exact *x, dec_int lo, dec_int hi)
{
	int i;

	if (!fits_int64(lo) || !fits_int64(hi) || !fits_int64(x->factor) || !fits_int64(x->offset))
		return;
	s->factor = (int64_t)x->factor;
	s->offset = (int64_t)x->offset;
	s->power = 1;
	if (x->exp == 0) {
		s->kind = SCALE_WHOLE;
		return;
	}
	if (x->exp < -16)
		return;
	s->kind = SCALE_FRACTION;
	s->places = (uint8_t)-x->exp;
	for (i = 0; i < s->places; i++)
		s->power *= 10;
}

/* SLOW_WIDE, or false when 128 bits do not do. */
static bool
compile_integer(struct scale *s, struct scale_exact *x, const struct db_signal *sig)
{
	dec_int first, last, lo, hi;

	s->is_signed = sig->type == DB_SIGNED;
	first = s->is_signed ? -((dec_int)1 << (sig->size - 1)) : 0;
	last = ((dec_int)1 << (sig->size - s->is_signed)) - 1;
	if (!aligned(&sig->factor, x->exp, &x->factor) || !aligned(&sig->offset, x->exp, &x->offset)
	    || !fits_wide(first, x->factor, x->offset, &lo)
	    || !fits_wide(last, x->factor, x->offset, &hi))
		return false;
	s->integer = x->exp == 0 && fits_int64(lo) && fits_int64(hi);
	s->beyond_double = magnitude(lo) > DOUBLE_EXACT || magnitude(hi) > DOUBLE_EXACT;
	x->slow = SLOW_WIDE;
	compile_fast(s, x, lo, hi);
	return true;
}

static void
compile_big(struct scale_exact *x, const struct db_signal *sig, struct arena *a, enum slow slow)
{
	x->slow = slow;
	x->big_factor = big_aligned(&sig->factor, x->exp, a);
	x->big_offset = big_aligned(&sig->offset, x->exp, a);
	if (slow == SLOW_BIG && (x->big_factor->full || x->big_offset->full))
		x->slow = SLOW_DOUBLE;
}

static bool
is_one(const struct dec *d)
{
	return span_is(d->digits, "1") && d->exp == 0 && !d->minus;
}

enum { SMALL_MAX = 8 };

/* A table of texts, shared by signals with the same arithmetic. */
struct scale_table {
	struct scale_table *next;
	uint64_t *text;
	int64_t factor, offset;
	uint8_t size, places;
	bool is_signed;
};

/* Fills the table; false when some text is too long for it. */
static bool
fill_table(struct scale_table *t, const struct scale *s)
{
	char text[64] = "", *end;
	uint64_t raw, sign, w;
	size_t n;

	for (raw = 0; raw < UINT64_C(1) << t->size; raw++) {
		sign = t->is_signed && raw >> (t->size - 1) ? UINT64_MAX << t->size : 0;
		end = scale_put(text, s, raw | sign);
		n = (size_t)(end - text);
		if (n > 7)
			return false;
		memcpy(&w, text, 8);
		w = le64toh(w) & ~(UINT64_MAX << 8 * n);
		t->text[raw] = htole64(w | (uint64_t)n << 56);
	}
	return true;
}

static const struct scale_table *
find_table(struct scale_tables *all, const struct scale *s, uint8_t size, struct arena *a)
{
	struct scale_table **at, *t;

	for (at = &all->first; (t = *at); at = &t->next) {
		if (t->size != size || t->factor != s->factor || t->offset != s->offset
		    || t->places != s->places || t->is_signed != s->is_signed)
			continue;
		*at = t->next;		/* to the front: signals scaled alike stand together */
		t->next = all->first;
		all->first = t;
		return t->text ? t : NULL;
	}
	t = arena_alloc(a, sizeof *t);
	*t = (struct scale_table){ all->first, arena_array(a, (size_t)1 << size, sizeof *t->text),
		s->factor, s->offset, size, s->places, s->is_signed };
	all->first = t;
	if (!fill_table(t, s))
		t->text = NULL;
	return t->text ? t : NULL;
}

/* A signal of few bits is looked up rather than computed. */
static void
compile_small(struct scale *s, const struct db_signal *sig, struct scale_tables *all,
    struct arena *a)
{
	const struct scale_table *t;

	if (sig->size > SMALL_MAX || s->kind == SCALE_SLOW)
		return;
	t = find_table(all, s, (uint8_t)sig->size, a);
	if (!t)
		return;
	s->kind = SCALE_SMALL;
	s->small = t->text;
	s->small_mask = (uint8_t)((1u << sig->size) - 1);
}

static struct scale
compile(const struct db_signal *sig, struct scale_tables *all, struct arena *a)
{
	struct scale s = { .kind = SCALE_SLOW };
	struct scale_exact x = { .size = sig->size }, *kept;

	x.exp = sig->factor.exp < sig->offset.exp ? sig->factor.exp : sig->offset.exp;
	if (x.exp > 0)
		x.exp = 0;
	if (sig->type == DB_FLOAT) {
		x.slow = SLOW_FLOAT_PLAIN;
		if (!is_one(&sig->factor) || !dec_is_zero(&sig->offset))
			compile_big(&x, sig, a, SLOW_FLOAT);
	} else if (!compile_integer(&s, &x, sig)) {
		compile_big(&x, sig, a, SLOW_BIG);
	}
	if (s.kind == SCALE_SLOW) {
		x.double_factor = dec_double(&sig->factor);
		x.double_offset = dec_double(&sig->offset);
		kept = arena_alloc(a, sizeof *kept);
		*kept = x;
		s.exact = kept;
	}
	compile_small(&s, sig, all, a);
	return s;
}

static bool
same_decimal(const struct dec *a, const struct dec *b)
{
	return a->exp == b->exp && a->minus == b->minus && span_equal(a->digits, b->digits);
}

struct scale
scale_compile(const struct db_signal *sig, struct scale_tables *all, struct arena *a)
{
	const struct dec *f = &sig->factor;
	unsigned first = f->digits.n ? (unsigned char)*f->digits.p : 0;
	unsigned at = sig->size + 5 * (unsigned)f->exp + first;
	const struct db_signal *was = all->seen[at % SCALE_SEEN].signal;

	if (was && was->size == sig->size && was->type == sig->type
	    && same_decimal(&was->factor, f) && same_decimal(&was->offset, &sig->offset))
		return all->seen[at % SCALE_SEEN].scale;
	all->seen[at % SCALE_SEEN].signal = sig;
	return all->seen[at % SCALE_SEEN].scale = compile(sig, all, a);
}

unsigned
scale_room(const struct scale *s)
{
	return s->kind == SCALE_SLOW ? SCALE_TEXT_MAX : 48;
}

/*
 * n digits standing for digits * 10^exp, as plain decimal without trailing zeros. What would
 * take more than 64 further zeros is written with an exponent.
 */
static char *
put_digits(char *out, const char *d, size_t n, int exp, bool minus)
{
	size_t places, whole;

	for (; n && d[n - 1] == '0'; n--)
		exp++;
	if (n == 0) {
		*out++ = '0';
		return out;
	}
	if (minus)
		*out++ = '-';
	if (exp > 64 || exp < -64 - (int)n) {
		memcpy(out, d, n);
		return out + n + snprintf(out + n, 16, "e%d", exp);
	}
	places = exp < 0 ? (size_t)-exp : 0;
	whole = n > places ? n - places : 0;
	memcpy(out, whole ? d : "0", whole ? whole : 1);
	out += whole ? whole : 1;
	for (; exp > 0; exp--)
		*out++ = '0';
	if (!places)
		return out;
	*out++ = '.';
	for (; places > n; places--)
		*out++ = '0';
	memcpy(out, d + whole, n - whole);
	return out + (n - whole);
}

static char *
put_wide(char *out, const struct scale *s, uint64_t raw)
{
	const struct scale_exact *x = s->exact;
	dec_int r = s->is_signed ? (dec_int)(int64_t)raw : (dec_int)raw;
	dec_int v = r * x->factor + x->offset;
	dec_uint u = (dec_uint)magnitude(v);
	char text[64], *end = text + sizeof text, *p = end;

	for (; u; u /= 10)
		*--p = (char)('0' + (int)(u % 10));
	return put_digits(out, p, (size_t)(end - p), x->exp, v < 0);
}

static char *
put_big(char *out, const struct scale *s, uint64_t raw)
{
	const struct scale_exact *x = s->exact;
	bool minus = s->is_signed && (int64_t)raw < 0;
	struct big r, v;
	char text[BIG_DIGITS];
	size_t n;

	big_set(&r, minus ? 0 - raw : raw, minus);
	big_mul(&v, &r, x->big_factor);
	big_add(&v, x->big_offset);
	n = big_digits(&v, text);
	return put_digits(out, text, n, x->exp, v.minus);
}

static char *
put_double(char *out, double v)
{
	return isfinite(v) ? out + num_put_double(out, v) : NULL;
}

/* IEEE 754 binary16. */
static double
half(uint64_t raw)
{
	int exp = (int)(raw >> 10 & 31);
	double m = (double)(raw & 1023), v;

	if (exp == 31)
		v = m > 0 ? (double)NAN : (double)INFINITY;
	else
		v = exp ? ldexp(m + 1024, exp - 25) : ldexp(m, -24);
	return raw >> 15 & 1 ? -v : v;
}

static double
float_of(const struct scale_exact *x, uint64_t raw)
{
	uint32_t bits = (uint32_t)raw;
	float f;
	double d;

	if (x->size == 16)
		return half(raw);
	if (x->size == 32) {
		memcpy(&f, &bits, sizeof f);
		return (double)f;
	}
	memcpy(&d, &raw, sizeof d);
	return d;
}

/* |f| = mant * 2^k, mant odd or zero. */
static uint64_t
take_apart(double f, int *k)
{
	uint64_t mant = (uint64_t)ldexp(frexp(fabs(f), k), 53);

	*k -= 53;
	for (; mant && !(mant & 1); ++*k)
		mant >>= 1;
	if (!mant)
		*k = 0;
	return mant;
}

/* f * factor + offset, exact in integers, rounded once (by strtod). */
static double
scaled_float(const struct scale_exact *x, double f)
{
	struct big m, v, o = *x->big_offset;
	char text[BIG_DIGITS + 32];
	int k, exp = x->exp;
	uint64_t mant = take_apart(f, &k);
	size_t n;

	big_set(&m, mant, f < 0);
	big_mul_power(&m, k < 0 ? 5 : 2, (unsigned)abs(k));
	big_mul(&v, &m, x->big_factor);
	if (k < 0) {		/* m * 2^k = m * 5^-k * 10^k */
		big_mul_power(&o, 10, (unsigned)-k);
		exp += k;
	}
	big_add(&v, &o);
	if (v.full)
		return f * x->double_factor + x->double_offset;
	text[0] = '-';
	n = big_digits(&v, text + 1);
	if (!n)
		return 0;
	snprintf(text + 1 + n, 24, "e%d", exp);
	return strtod(text + !v.minus, NULL);
}

static __attribute__((noinline)) char *
put_slow(char *out, const struct scale *s, uint64_t raw)
{
	const struct scale_exact *x = s->exact;
	double f;

	switch (x->slow) {
	case SLOW_WIDE:
		return put_wide(out, s, raw);
	case SLOW_BIG:
		return put_big(out, s, raw);
	case SLOW_DOUBLE:
		return put_double(out, scale_double(s, raw));
	case SLOW_FLOAT:
		f = float_of(x, raw);
		return isfinite(f) ? put_double(out, scaled_float(x, f)) : NULL;
	case SLOW_FLOAT_PLAIN:
		return put_double(out, float_of(x, raw));
	}
	return NULL;
}

/* The fraction r / 10^places, without trailing zeros; nothing for 0. */
static char *
put_fraction(char *out, uint64_t r, unsigned places)
{
	uint64_t first, rest, power = 1;
	unsigned i;
	char *end;

	if (places <= 8)
		return digits_put_fraction(out, (uint32_t)r, places);
	for (i = 8; i < places; i++)
		power *= 10;
	first = r / power;
	rest = r % power;
	if (!rest)
		return digits_put_fraction(out, (uint32_t)first, 8);
	end = digits_put_fraction(out + 8, (uint32_t)rest, places - 8);
	*out = '.';
	digits_put_eight(out + 1, (uint32_t)first);	/* in place of the other point */
	return end;
}

/* u = |raw * factor + offset| from 10^8 on, or with eight places and more. */
static __attribute__((noinline)) char *
put_large(char *out, const struct scale *s, uint64_t u)
{
	if (s->kind == SCALE_WHOLE)
		return digits_put(out, u);
	return put_fraction(digits_put(out, u / s->power), u % s->power, s->places);
}

char *
scale_put_computed(char *out, const struct scale *s, uint64_t raw)
{
	uint64_t u;
	int64_t v;

	if (__builtin_expect(s->kind == SCALE_SLOW, 0))
		return put_slow(out, s, raw);
	v = (int64_t)(raw * (uint64_t)s->factor + (uint64_t)s->offset);
	*out = '-';
	out += v < 0;
	u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	if (__builtin_expect(u < 100000000 && s->places < 8, 1))
		return digits_put_decimal(out, (uint32_t)u, s->places);
	return put_large(out, s, u);
}

double
scale_double(const struct scale *s, uint64_t raw)
{
	const struct scale_exact *x = s->exact;
	double r;

	if (s->kind != SCALE_SLOW)
		return (double)((int64_t)raw * s->factor + s->offset) / (double)s->power;
	if (x->slow == SLOW_FLOAT || x->slow == SLOW_FLOAT_PLAIN)
		r = float_of(x, raw);
	else
		r = s->is_signed ? (double)(int64_t)raw : (double)raw;
	return r * x->double_factor + x->double_offset;
}
