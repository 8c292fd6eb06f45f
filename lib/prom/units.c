#include "prom/units.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 swide;

/*
 * base = (number + before / 100) * mul / div; suffix NULL: it has no base unit here. grafana: its
 * id there (packages/grafana-data, valueFormats/categories.ts); NULL: it has none.
 */
struct units {
	const char *name, *suffix;
	int32_t before;		/* hundredths */
	uint32_t mul, div;	/* div: at most 1e6 */
	const char *grafana;
};

static const struct units row[] = {
	{ "V", "volts", 0, 1, 1, "volt" }, { "mV", "volts", 0, 1, 1000, "mvolt" },
	{ "kV", "volts", 0, 1000, 1, "kvolt" }, { "A", "amperes", 0, 1, 1, "amp" },
	{ "A_rms", "amperes", 0, 1, 1, "amp" }, { "mA", "amperes", 0, 1, 1000, "mamp" },
	{ "C", "celsius", 0, 1, 1, "celsius" }, { "degC", "celsius", 0, 1, 1, "celsius" },
	{ "\xc2\xb0" "C", "celsius", 0, 1, 1, "celsius" }, { "deg C", "celsius", 0, 1, 1, "celsius" },
	{ "Unit_DegreCelsi", "celsius", 0, 1, 1, "celsius" },
	{ "degF", "celsius", -3200, 5, 9, "fahrenheit" }, { "K", "celsius", -27315, 1, 1, "kelvin" },
	{ "km/h", "meters_per_second", 0, 5, 18, "velocitykmh" },
	{ "kph", "meters_per_second", 0, 5, 18, "velocitykmh" },
	{ "kmh", "meters_per_second", 0, 5, 18, "velocitykmh" },
	{ "mph", "meters_per_second", 0, 44704, 100000, "velocitymph" },
	{ "m/s", "meters_per_second", 0, 1, 1, "velocityms" }, { "m", "meters", 0, 1, 1, "lengthm" },
	{ "km", "meters", 0, 1000, 1, "lengthkm" }, { "mm", "meters", 0, 1, 1000, "lengthmm" },
	{ "rpm", "revolutions_per_minute", 0, 1, 1, "rotrpm" },
	{ "%", "ratio", 0, 1, 100, "percent" }, { "percent", "ratio", 0, 1, 100, "percent" },
	{ "W", "watts", 0, 1, 1, "watt" }, { "kW", "watts", 0, 1000, 1, "kwatt" },
	{ "Wh", "joules", 0, 3600, 1, "watth" }, { "kWh", "joules", 0, 3600000, 1, "kwatth" },
	{ "Ah", "coulombs", 0, 3600, 1, "amph" }, { "bar", "pascals", 0, 100000, 1, "pressurebar" },
	{ "kPa", "pascals", 0, 1000, 1, "pressurekpa" }, { "s", "seconds", 0, 1, 1, "s" },
	{ "ms", "seconds", 0, 1, 1000, "ms" }, { "min", "seconds", 0, 60, 1, "m" },
	{ "h", "seconds", 0, 3600, 1, "h" }, { "deg", "degrees", 0, 1, 1, "degree" },
	{ "rad", "radians", 0, 1, 1, "radian" }, { "Nm", "newton_meters", 0, 1, 1, "forceNm" },
	{ "Hz", "hertz", 0, 1, 1, "hertz" },
	{ "m/s^2", "meters_per_second_squared", 0, 1, 1, "accMS2" },
	{ "m/s\xc2\xb2", "meters_per_second_squared", 0, 1, 1, "accMS2" },
	{ .name = "\xc2\xb0", .grafana = "degree" }, { .name = "deg/s", .grafana = "rotdegs" },
	{ .name = "\xc2\xb0/s", .grafana = "rotdegs" }, { .name = "rad/s", .grafana = "rotrads" },
	{ .name = "1/min", .grafana = "rotrpm" }, { .name = "U/min", .grafana = "rotrpm" },
	{ .name = "RPM", .grafana = "rotrpm" }, { .name = "\xc2\xb0" "F", .grafana = "fahrenheit" },
	{ .name = "Ohm", .grafana = "ohm" }, { .name = "\xce\xa9", .grafana = "ohm" },
	{ .name = "kOhm", .grafana = "kohm" }, { .name = "k\xce\xa9", .grafana = "kohm" },
	{ .name = "MOhm", .grafana = "Mohm" }, { .name = "VA", .grafana = "voltamp" },
	{ .name = "kVA", .grafana = "kvoltamp" }, { .name = "mW", .grafana = "mwatt" },
	{ .name = "MW", .grafana = "megwatt" }, { .name = "mAh", .grafana = "mamph" },
	{ .name = "J", .grafana = "joule" }, { .name = "N", .grafana = "forceN" },
	{ .name = "kN", .grafana = "forcekN" }, { .name = "kNm", .grafana = "forcekNm" },
	{ .name = "kg", .grafana = "masskg" }, { .name = "Pa", .grafana = "pressurepa" },
	{ .name = "hPa", .grafana = "pressurehpa" }, { .name = "mbar", .grafana = "pressurembar" },
	{ .name = "psi", .grafana = "pressurepsi" }, { .name = "l", .grafana = "litre" },
	{ .name = "L", .grafana = "litre" }, { .name = "ml", .grafana = "mlitre" },
	{ .name = "mL", .grafana = "mlitre" }, { .name = "l/h", .grafana = "litreh" },
	{ .name = "L/h", .grafana = "litreh" }, { .name = "l/min", .grafana = "flowlpm" },
	{ .name = "L/min", .grafana = "flowlpm" }, { .name = "us", .grafana = "\xc2\xb5s" },
	{ .name = "\xc2\xb5s", .grafana = "\xc2\xb5s" }, { .name = "ppm", .grafana = "ppm" },
	{ .name = "dB", .grafana = "dB" },
};

/* The id of a base unit that is none of the rows above. */
static const struct {
	const char *suffix, *grafana;
} base_row[] = {
	{ "ratio", "percentunit" }, { "joules", "joule" }, { "pascals", "pressurepa" },
	{ "coulombs", "suffix:C" },
};

static const struct units *
find_row(struct span text)
{
	size_t i;

	while (text.n && text.p[0] == ' ')
		text = span_of(text.p + 1, text.n - 1);
	while (text.n && text.p[text.n - 1] == ' ')
		text.n--;
	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (span_is(text, row[i].name))
			return &row[i];
	return NULL;
}

const struct units *
units_find(struct span text)
{
	const struct units *u = find_row(text);

	return u && u->suffix ? u : NULL;
}

const char *
units_grafana(struct span text)
{
	const struct units *u = find_row(text);

	return u ? u->grafana : NULL;
}

const char *
units_grafana_base(const struct units *u)
{
	size_t i;

	for (i = 0; i < sizeof base_row / sizeof *base_row; i++)
		if (!strcmp(base_row[i].suffix, u->suffix))
			return base_row[i].grafana;
	for (i = 0; row[i].before || row[i].mul != row[i].div || strcmp(row[i].suffix, u->suffix); i++)
		;
	return row[i].grafana;
}

struct span
units_suffix(const struct units *u)
{
	return span_str(u->suffix);
}

/* A decimal: m * 10^e. */
struct decimal {
	swide m;
	int e;
};

enum {
	DIGITS_MAX = 22,	/* of m: with before and mul it stays below 2^127 */
	EXP_MAX = 400,
};

/* Up to three digits of an exponent with its sign, at i, to the end. */
static bool
read_exponent(struct span s, size_t i, int *e)
{
	bool minus = i < s.n && s.p[i] == '-';
	uint64_t v;

	i += i < s.n && (s.p[i] == '-' || s.p[i] == '+');
	if (!num_u64(span_of(s.p + i, s.n - i), &v) || v > EXP_MAX)
		return false;
	*e += minus ? -(int)v : (int)v;
	return true;
}

/* False when it has too many digits, or too large an exponent, for exact work. */
static bool
read_decimal(struct span s, struct decimal *d)
{
	bool minus = s.n && s.p[0] == '-', point = false;
	int digits = 0;
	size_t i;

	*d = (struct decimal){ 0 };
	for (i = minus; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
		if (s.p[i] == '.') {
			point = true;
			continue;
		}
		d->m = d->m * 10 + (s.p[i] - '0');
		d->e -= point;
		digits += d->m != 0;
		if (digits > DIGITS_MAX)
			return false;
	}
	d->m = minus ? -d->m : d->m;
	return i == s.n || read_exponent(s, i + 1, &d->e);
}

/* d + hundredths / 100; false when they lie too far apart for exact work. */
static bool
add_hundredths(struct decimal *d, int32_t hundredths)
{
	enum { SHIFT_MAX = 8 };
	swide b = hundredths;

	if (!hundredths)
		return true;
	for (; d->e > -2 && d->e <= SHIFT_MAX - 2; d->e--)
		d->m *= 10;
	if (d->e > -2 || d->e < -DIGITS_MAX)
		return false;
	for (int e = -2; e > d->e; e--)
		b *= 10;
	d->m += b;
	return true;
}

static size_t
put_digits(char *out, wide v)
{
	char text[40];
	size_t n = 0, i;

	do
		text[n++] = (char)('0' + (int)(v % 10));
	while (v /= 10);
	for (i = 0; i < n; i++)
		out[i] = text[n - 1 - i];
	return n;
}

/*
 * m * mul / div * 10^e as the nearest double: a decimal of 19 digits or more goes to strtod(),
 * which rounds correctly; a 1 behind it says that the division left a rest.
 */
static double
divide(struct decimal d, uint32_t mul, uint32_t div)
{
	const wide enough = (wide)1 << 90, room = (wide)-1 / 10;
	wide n = (wide)(d.m < 0 ? -d.m : d.m) * mul;
	char text[64];
	size_t len = 0;

	for (; n && n < enough && n < room; d.e--)
		n *= 10;
	if (d.m < 0)
		text[len++] = '-';
	len += put_digits(text + len, n / div);
	if (n % div) {
		text[len++] = '1';
		d.e--;
	}
	snprintf(text + len, sizeof text - len, "e%d", d.e);
	return strtod(text, NULL);
}

size_t
units_convert(const struct units *u, struct span number, char out[static NUM_DOUBLE_TEXT])
{
	struct decimal d;
	double v = 0;

	if (read_decimal(number, &d) && add_hundredths(&d, u->before))
		v = divide(d, u->mul, u->div);
	else if (num_double(number, &v))
		v = (v + u->before / 100.0) * u->mul / u->div;
	return num_put_double(out, isfinite(v) ? v : v < 0 ? -DBL_MAX : DBL_MAX);
}
