#include "base/dec.h"

#include <stdlib.h>

#include "base/buf.h"

/* Takes the exponent off the end of s; false when what follows the e is no number. */
static bool
cut_exponent(struct span *s, int *exp)
{
	size_t i, k;
	int e = 0;
	bool minus;

	*exp = 0;
	for (i = 0; i < s->n && s->p[i] != 'e' && s->p[i] != 'E'; i++)
		;
	if (i == s->n)
		return true;
	k = i + 1;
	minus = k < s->n && s->p[k] == '-';
	k += k < s->n && (s->p[k] == '-' || s->p[k] == '+');
	if (k == s->n)
		return false;
	for (; k < s->n; k++) {
		if (s->p[k] < '0' || s->p[k] > '9' || e > DEC_EXP_MAX)
			return false;
		e = 10 * e + (s->p[k] - '0');
	}
	*exp = minus ? -e : e;
	s->n = i;
	return e <= DEC_EXP_MAX;
}

/* Digits alone: they stay where they are. False for anything else. */
static bool
parse_digits(struct span s, struct dec *d)
{
	bool minus = s.n && s.p[0] == '-';
	size_t i = minus, end;

	if (i == s.n)
		return false;
	for (; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	for (i = minus; i < s.n && s.p[i] == '0'; i++)
		;
	for (end = s.n; end > i && s.p[end - 1] == '0'; end--)
		;
	*d = (struct dec){ 0 };
	if (end > i)
		*d = (struct dec){ span_of(s.p + i, end - i), (int)(s.n - end), minus };
	return true;
}

bool
dec_parse(struct span s, struct arena *a, struct dec *d)
{
	bool minus = s.n && s.p[0] == '-', point = false, any = false;
	size_t i, n = 0;
	char *out;
	int exp;

	if (parse_digits(s, d))
		return true;
	*d = (struct dec){ 0 };
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = span_of(s.p + 1, s.n - 1);
	if (!cut_exponent(&s, &exp))
		return false;
	out = arena_alloc(a, s.n + 1);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		any = true;
		exp -= point;
		if (n || s.p[i] != '0')
			out[n++] = s.p[i];
	}
	for (; n && out[n - 1] == '0'; n--)
		exp++;
	if (n)
		*d = (struct dec){ span_of(out, n), exp, minus };
	return any;
}

bool
dec_mantissa(const struct dec *d, dec_int *m)
{
	dec_int v = 0;
	size_t i;

	if (d->digits.n > 38)
		return false;
	for (i = 0; i < d->digits.n; i++)
		v = 10 * v + (d->digits.p[i] - '0');
	*m = d->minus ? -v : v;
	return true;
}

double
dec_double(const struct dec *d)
{
	struct buf text = { 0 };
	double v;

	if (dec_is_zero(d))
		return 0;
	if (d->minus)
		buf_putc(&text, '-');
	buf_put_span(&text, d->digits);
	buf_printf(&text, "e%d", d->exp);
	v = strtod(buf_str(&text), NULL);
	buf_free(&text);
	return v;
}

struct span
dec_text(const struct dec *d, char *out, size_t cap)
{
	size_t n = d->digits.n, o = 0, i;
	size_t whole = d->exp >= 0 ? n + (size_t)d->exp : n > (size_t)-d->exp ? n - (size_t)-d->exp : 0;
	size_t frac = d->exp < 0 ? (size_t)-d->exp : 0;

	if (n == 0)
		return span_of("0", 1);
	if (cap < whole + frac + 3)
		return span_of(out, 0);
	if (d->minus)
		out[o++] = '-';
	for (i = 0; i < whole; i++)
		out[o++] = i < n ? d->digits.p[i] : '0';
	if (!whole)
		out[o++] = '0';
	if (frac)
		out[o++] = '.';
	for (i = 0; frac > n && i < frac - n; i++)
		out[o++] = '0';
	for (i = whole; frac && i < n; i++)
		out[o++] = d->digits.p[i];
	return span_of(out, o);
}
