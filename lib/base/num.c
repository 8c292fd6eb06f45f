#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/digits.h"
#include "base/shortest.h"

#define R16 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
#define AF 255, 10, 11, 12, 13, 14, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255
const unsigned char num_hex_digit[256] = {
	R16, R16, R16,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 255, 255, 255, 255, 255,
	AF, R16, AF, R16,
	R16, R16, R16, R16, R16, R16, R16, R16,
};

bool
num_u64(struct span s, uint64_t *v)
{
	uint64_t r = 0;
	unsigned d;
	size_t i;

	if (s.n == 0)
		return false;
	for (i = 0; i < s.n; i++) {
		d = (unsigned)(unsigned char)s.p[i] - '0';
		if (d > 9 || __builtin_mul_overflow(r, 10u, &r) || __builtin_add_overflow(r, d, &r))
			return false;
	}
	*v = r;
	return true;
}

bool
num_i64(struct span s, int64_t *v)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	uint64_t u;

	if (s.n == 0 || !num_u64(span_of(s.p + minus, s.n - minus), &u))
		return false;
	if (u > (uint64_t)INT64_MAX + minus)
		return false;
	*v = minus ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}

bool
num_hex(struct span s, uint64_t *v)
{
	uint64_t r = 0;
	unsigned d;
	size_t i;

	if (s.n == 0)
		return false;
	for (i = 0; i < s.n; i++) {
		d = num_hex_digit[(unsigned char)s.p[i]];
		if (d > 15 || r >> 60)
			return false;
		r = r << 4 | d;
	}
	*v = r;
	return true;
}

bool
num_double(struct span s, double *v)
{
	char text[400], *end;
	size_t i;
	double r;

	if (s.n == 0 || s.n >= sizeof text)
		return false;
	for (i = 0; i < s.n; i++)
		if (!strchr("0123456789+-.eE", s.p[i]) || s.p[i] == '\0')
			return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	r = strtod(text, &end);		/* no program calls setlocale: the point is a point */
	if (*end)
		return false;
	*v = r;
	return true;
}

/* n digits of which the first stands for 10^power: "1.5e+300". */
static char *
put_scientific(char *out, const char *d, size_t n, int power)
{
	*out++ = *d;
	if (n > 1) {
		*out++ = '.';
		memcpy(out, d + 1, n - 1);
		out += n - 1;
	}
	*out++ = 'e';
	*out++ = power < 0 ? '-' : '+';
	if (abs(power) < 10)
		*out++ = '0';
	return digits_put_small(out, (uint32_t)abs(power));
}

/* The same in full: "0.00015", "1500". */
static char *
put_plain(char *out, const char *d, size_t n, int power)
{
	size_t whole = power < 0 ? 0 : (size_t)power + 1, i;

	if (!whole) {
		memcpy(out, "0.000", 5);
		out += 1 - power;	/* power is -4 at least */
		memcpy(out, d, n);
		return out + n;
	}
	for (i = 0; i < whole; i++)
		*out++ = i < n ? d[i] : '0';
	if (n <= whole)
		return out;
	*out++ = '.';
	memcpy(out, d + whole, n - whole);
	return out + (n - whole);
}

size_t
num_put_double(char out[static NUM_DOUBLE_TEXT], double v)
{
	char d[32], *p = out;
	struct shortest s;
	size_t n;
	int power;

	if (signbit(v))
		*p++ = '-';
	if (v == 0) {
		*p++ = '0';
		return (size_t)(p - out);
	}
	s = shortest_of(fabs(v));
	n = (size_t)(digits_put(d, s.digits) - d);
	power = s.exp + (int)n - 1;
	if (power < -4 || power >= (n > DBL_DIG ? (int)n : DBL_DIG))
		p = put_scientific(p, d, n, power);
	else
		p = put_plain(p, d, n, power);
	return (size_t)(p - out);
}

bool
num_size(struct span s, uint64_t *v)
{
	static const char units[] = "kKmMgG";
	const char *u = s.n ? memchr(units, s.p[s.n - 1], sizeof units - 1) : NULL;
	unsigned shift = u ? 10 * (unsigned)((u - units) / 2 + 1) : 0;
	uint64_t r;

	if (!num_u64(span_of(s.p, s.n - (u != NULL)), &r) || (r << shift) >> shift != r)
		return false;
	*v = r << shift;
	return true;
}

bool
num_seconds(struct span s, int64_t *ns)
{
	static const int64_t scale[] = { 1000000000, 100000000, 10000000, 1000000, 100000, 10000,
		1000, 100, 10, 1 };
	const char *point = s.n ? memchr(s.p, '.', s.n) : NULL;
	size_t whole = point ? (size_t)(point - s.p) : s.n;
	struct span f = point ? span_of(point + 1, s.n - whole - 1) : span_of(NULL, 0);
	uint64_t sec, frac = 0;
	size_t i;

	if (!num_u64(span_of(s.p, whole), &sec) || sec > INT64_MAX / CLOCK_SECOND - 1)
		return false;
	for (i = 9; i < f.n; i++)
		if (f.p[i] < '0' || f.p[i] > '9')
			return false;
	if (f.n > 9)
		f.n = 9;
	if (point && !num_u64(f, &frac))
		return false;
	*ns = (int64_t)sec * CLOCK_SECOND + (int64_t)frac * scale[f.n];
	return true;
}

bool
num_duration(struct span s, int64_t *ns)
{
	static const struct {
		const char *name;
		int64_t factor, divisor;
	} unit[] = { { "ms", 1, 1000 }, { "us", 1, 1000000 }, { "s", 1, 1 }, { "m", 60, 1 },
		{ "h", 3600, 1 }, { "d", 86400, 1 } };
	int64_t r;
	size_t i, n;

	for (i = 0; i < sizeof unit / sizeof *unit; i++) {
		n = strlen(unit[i].name);
		if (s.n > n && memcmp(s.p + s.n - n, unit[i].name, n) == 0)
			break;
	}
	if (i == sizeof unit / sizeof *unit)
		return num_seconds(s, ns);
	s.n -= n;
	if (!num_seconds(s, &r) || __builtin_mul_overflow(r, unit[i].factor, &r))
		return false;
	*ns = r / unit[i].divisor;
	return true;
}

/* Takes exactly n digits off the front of s. */
static bool
digits(struct span *s, size_t n, int *v)
{
	uint64_t u;

	if (s->n < n || !num_u64(span_of(s->p, n), &u))
		return false;
	*v = (int)u;
	*s = span_of(s->p + n, s->n - n);
	return true;
}

static bool
take(struct span *s, const char *any)
{
	if (s->n == 0 || !*s->p || !strchr(any, *s->p))
		return false;
	*s = span_of(s->p + 1, s->n - 1);
	return true;
}

/* What follows the time of day: nothing (local), Z, or an offset from UTC. */
static bool
zone(struct span s, struct tm *tm, int64_t *sec)
{
	int minus, h, m;

	if (s.n == 0) {
		tm->tm_isdst = -1;
		*sec = mktime(tm);
		return *sec != -1 || tm->tm_year == 69;
	}
	*sec = timegm(tm);
	if (take(&s, "Zz"))
		return s.n == 0;
	minus = *s.p == '-';
	if (!take(&s, "+-") || !digits(&s, 2, &h))
		return false;
	(void)take(&s, ":");
	if (!digits(&s, 2, &m) || s.n || h > 23 || m > 59)
		return false;
	*sec -= (minus ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

static bool
iso8601(struct span s, int64_t *ns)
{
	struct tm tm = { 0 };
	int64_t sec, frac = 0;
	size_t n;

	if (!digits(&s, 4, &tm.tm_year) || !take(&s, "-") || !digits(&s, 2, &tm.tm_mon)
	    || !take(&s, "-") || !digits(&s, 2, &tm.tm_mday))
		return false;
	if (take(&s, "Tt ")) {
		if (!digits(&s, 2, &tm.tm_hour) || !take(&s, ":") || !digits(&s, 2, &tm.tm_min))
			return false;
		if (take(&s, ":") && !digits(&s, 2, &tm.tm_sec))
			return false;
		if (s.n && *s.p == '.') {
			char text[32] = "0.";

			for (n = 1; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++)
				if (n < 10)
					text[n + 1] = s.p[n];
			if (n == 1 || !num_seconds(span_str(text), &frac))
				return false;
			s = span_of(s.p + n, s.n - n);
		}
	}
	if (tm.tm_year < 1677 || tm.tm_year > 2261 || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1
	    || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (!zone(s, &tm, &sec))
		return false;
	*ns = sec * CLOCK_SECOND + frac;
	return true;
}

bool
num_time(struct span s, int64_t *ns)
{
	return num_seconds(s, ns) || iso8601(s, ns);
}
