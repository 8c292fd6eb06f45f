#include "decode/big.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BASE = 1000000000 };

static void
push(struct big *b, uint64_t limb)
{
	if (b->n == BIG_LIMBS)
		b->full = true;
	else
		b->limb[b->n++] = (uint32_t)limb;
}

static void
trim(struct big *b)
{
	while (b->n && !b->limb[b->n - 1])
		b->n--;
	if (!b->n)
		b->minus = false;
}

void
big_set(struct big *b, uint64_t v, bool minus)
{
	b->n = 0;
	b->full = false;
	b->minus = minus && v;
	for (; v; v /= BASE)
		push(b, v % BASE);
}

/* b = b * m + add, without its sign */
static void
mul_add(struct big *b, uint32_t m, uint32_t add)
{
	uint64_t carry = add;
	unsigned i;

	for (i = 0; i < b->n; i++) {
		carry += (uint64_t)b->limb[i] * m;
		b->limb[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	for (; carry; carry /= BASE)
		push(b, carry % BASE);
}

void
big_set_dec(struct big *b, const struct dec *d)
{
	size_t i;

	big_set(b, 0, false);
	for (i = 0; i < d->digits.n; i++)
		mul_add(b, 10, (uint32_t)(d->digits.p[i] - '0'));
	b->minus = d->minus && b->n;
}

void
big_mul_power(struct big *b, uint32_t base, unsigned exp)
{
	uint32_t chunk = base;
	unsigned k = 1, i;

	for (; chunk < UINT32_MAX / 10; k++)
		chunk *= base;
	for (i = 0; i < exp / k && !b->full; i++)
		mul_add(b, chunk, 0);
	for (i = 0; i < exp % k; i++)
		mul_add(b, base, 0);
}

void
big_mul(struct big *out, const struct big *a, const struct big *b)
{
	unsigned i, j;
	uint64_t carry;

	*out = (struct big){ .minus = a->minus != b->minus, .full = a->full || b->full };
	if (a->n + b->n > BIG_LIMBS) {
		out->full = true;
		return;
	}
	out->n = a->n + b->n;
	for (i = 0; i < a->n; i++) {
		carry = 0;
		for (j = 0; j < b->n || carry; j++) {
			carry += out->limb[i + j] + (j < b->n ? (uint64_t)a->limb[i] * b->limb[j] : 0);
			out->limb[i + j] = (uint32_t)(carry % BASE);
			carry /= BASE;
		}
	}
	trim(out);
}

static int
compare(const struct big *a, const struct big *b)
{
	unsigned i;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (i = a->n; i-- > 0;)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

/* a = a + b without signs */
static void
add_plain(struct big *a, const struct big *b)
{
	uint64_t carry = 0;
	unsigned i;

	for (i = 0; i < b->n || carry; i++) {
		carry += i < b->n ? b->limb[i] : 0;
		if (i == a->n)
			push(a, 0);
		if (a->full)
			return;
		carry += a->limb[i];
		a->limb[i] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
}

/* a = larger - smaller, of which one may be a, without signs */
static void
subtract(struct big *a, const struct big *larger, const struct big *smaller)
{
	int64_t d, borrow = 0;
	unsigned i, n = larger->n, m = smaller->n;

	for (i = 0; i < n; i++) {
		d = (int64_t)larger->limb[i] - (i < m ? smaller->limb[i] : 0) - borrow;
		borrow = d < 0;
		a->limb[i] = (uint32_t)(d + (borrow ? BASE : 0));
	}
	a->n = n;
}

void
big_add(struct big *a, const struct big *b)
{
	a->full |= b->full;
	if (a->full || !b->n)
		return;
	if (!a->n) {
		a->minus = b->minus;
		add_plain(a, b);
	} else if (a->minus == b->minus) {
		add_plain(a, b);
	} else if (compare(a, b) >= 0) {
		subtract(a, a, b);
	} else {
		subtract(a, b, a);
		a->minus = b->minus;
	}
	trim(a);
}

size_t
big_digits(const struct big *b, char out[static BIG_DIGITS])
{
	char text[12];
	size_t n = 0;
	unsigned i;

	for (i = b->n; i-- > 0;) {
		snprintf(text, sizeof text, "%0*" PRIu32, n ? 9 : 1, b->limb[i]);
		memcpy(out + n, text, strlen(text));
		n += strlen(text);
	}
	return n;
}
