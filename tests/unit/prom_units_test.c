#include "test.h"

#include <stdlib.h>

#include "prom/units.h"

static void
values(void)
{
	static const struct {
		const char *unit, *number, *suffix, *want;
	} row[] = {
		{ "V", "400.5", "volts", "400.5" }, { "mV", "3702", "volts", "3.702" },
		{ "kV", "-0.1", "volts", "-100" }, { "A_rms", "0", "amperes", "0" },
		{ "mA", "1e3", "amperes", "1" }, { "mA", "1E-3", "amperes", "1e-06" },
		{ "degC", "-40", "celsius", "-40" }, { "\xc2\xb0" "C", "21.50", "celsius", "21.5" },
		{ " deg C ", "1", "celsius", "1" }, { "K", "300", "celsius", "26.85" },
		{ "K", "0", "celsius", "-273.15" }, { "K", "273.15", "celsius", "0" },
		{ "K", "1e30", "celsius", "1e+30" }, { "degF", "212", "celsius", "100" },
		{ "degF", "0", "celsius", "-17.77777777777778" }, { "degF", "32", "celsius", "0" },
		{ "km/h", "36", "meters_per_second", "10" },
		{ "kph", "100", "meters_per_second", "27.77777777777778" },
		{ "km/h", "-3.6", "meters_per_second", "-1" }, { "kmh", "0.1", "meters_per_second",
			"0.027777777777777776" },
		{ "mph", "100", "meters_per_second", "44.704" }, { "km", "1.5", "meters", "1500" },
		{ "mm", "1", "meters", "0.001" }, { "rpm", "3000", "revolutions_per_minute", "3000" },
		{ "%", "78.4", "ratio", "0.784" }, { "percent", "7", "ratio", "0.07" },
		{ "kW", "0.1", "watts", "100" }, { "kWh", "0.3", "joules", "1080000" },
		{ "Ah", ".5", "coulombs", "1800" }, { "bar", "1.01325", "pascals", "101325" },
		{ "ms", "5.", "seconds", "0.005" }, { "h", "0.1", "seconds", "360" },
		{ "m/s^2", "9.81", "meters_per_second_squared", "9.81" },
		{ "m/s\xc2\xb2", "9.81", "meters_per_second_squared", "9.81" },
		/* beyond exact work */
		{ "kWh", "1e308", "joules", "1.7976931348623157e+308" },
		{ "mV", "123456789012345678901234567890", "volts", "1.2345678901234568e+26" },
		{ "mV", "18446744073709551615", "volts", "1.844674407370955e+16" },
		{ "mV", "1e-400", "volts", "0" },
	};
	char out[NUM_DOUBLE_TEXT];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const struct units *u = units_find(span_str(row[i].unit));

		CHECK_CASE(u != NULL, row[i].unit);
		if (!u)
			continue;
		CHECK_TEXT(units_suffix(u), row[i].suffix);
		CHECK_TEXT(span_of(out, units_convert(u, span_str(row[i].number), out)), row[i].want);
	}
}

static void
unknown(void)
{
	static const char *const row[] = { "", "-", "v", "furlong", "On / Off", "km/h2", "counts", "kOhm" };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(units_find(span_str(row[i])) == NULL, row[i]);
}

/* km/h against long double arithmetic, which is exact enough to tell neighbours apart. */
static void
nearest(void)
{
	const struct units *u = units_find(span_str("km/h"));
	char in[32], out[NUM_DOUBLE_TEXT];
	int i, wrong = 0;
	double got;

	for (i = -30000; i < 30000; i++) {
		int n = snprintf(in, sizeof in, "%d.%02d", i / 100, abs(i % 100));
		size_t k = units_convert(u, span_of(in, (size_t)n), out);

		if (!num_double(span_of(out, k), &got)
		    || got != (double)((long double)(i < 0 && i > -100 ? -i : i) / 360))
			wrong++;
	}
	CHECK(wrong == 0);
}

/* Ids are those of Grafana; m is minutes there, and rpm reads a minute. */
static void
grafana(void)
{
	static const struct {
		const char *unit, *id, *base;	/* base: NULL where it has no base unit */
	} row[] = {
		{ "V", "volt", "volt" }, { "mV", "mvolt", "volt" }, { "mA", "mamp", "amp" },
		{ "deg C", "celsius", "celsius" }, { " degC ", "celsius", "celsius" },
		{ "K", "kelvin", "celsius" }, { "km/h", "velocitykmh", "velocityms" },
		{ "rpm", "rotrpm", "rotrpm" }, { "1/min", "rotrpm", NULL }, { "m", "lengthm", "lengthm" },
		{ "min", "m", "s" }, { "%", "percent", "percentunit" },
		{ "kWh", "kwatth", "joule" }, { "Ah", "amph", "suffix:C" },
		{ "bar", "pressurebar", "pressurepa" }, { "kOhm", "kohm", NULL },
		{ "\xc2\xb5s", "\xc2\xb5s", NULL }, { "kW", "kwatt", "watt" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const struct units *u = units_find(span_str(row[i].unit));
		const char *id = units_grafana(span_str(row[i].unit));

		CHECK_TEXT(span_str(id ? id : ""), row[i].id);
		CHECK_CASE((u != NULL) == (row[i].base != NULL), row[i].unit);
		if (u && row[i].base)
			CHECK_TEXT(span_str(units_grafana_base(u)), row[i].base);
	}
	CHECK(units_grafana(span_str("furlong")) == NULL && units_grafana(span_str("")) == NULL);
}

int
main(void)
{
	TEST(grafana);
	TEST(values);
	TEST(unknown);
	TEST(nearest);
	return test_end();
}
