#include "test.h"

#include "prom/accept.h"

#define OM "application/openmetrics-text"

static void
formats(void)
{
	static const struct {
		const char *accept;
		enum expose_format want;
	} row[] = {
		{ "", EXPOSE_TEXT }, { "*/*", EXPOSE_TEXT }, { "text/html,*/*;q=0.1", EXPOSE_TEXT },
		/* Prometheus 2.42, 3.0, and 2.x with native histograms */
		{ OM ";version=1.0.0," OM ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
			EXPOSE_OPENMETRICS },
		{ OM ";version=1.0.0;escaping=allow-utf-8;q=0.5," OM ";version=0.0.1;q=0.4,"
		    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
		    "text/plain;version=0.0.4;q=0.2,*/*;q=0.1", EXPOSE_OPENMETRICS },
		{ "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
		    "encoding=delimited," OM ";version=1.0.0;q=0.8," OM ";version=0.0.1;q=0.75,"
		    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", EXPOSE_OPENMETRICS },
		{ "text/plain;version=0.0.4;q=0.5," OM ";q=0.4", EXPOSE_TEXT },
		{ "text/plain;q=0.4," OM ";q=0.5", EXPOSE_OPENMETRICS },
		{ OM, EXPOSE_OPENMETRICS }, { OM "; version=1.0.0; charset=utf-8", EXPOSE_OPENMETRICS },
		{ OM ";version=\"1.0.0\"", EXPOSE_OPENMETRICS }, { "Application/OpenMetrics-Text",
			EXPOSE_OPENMETRICS },
		{ OM ";version=2.0.0", EXPOSE_TEXT }, { OM ";q=0", EXPOSE_TEXT },
		{ "application/*", EXPOSE_OPENMETRICS }, { "text/*,application/*", EXPOSE_TEXT },
		/* the most exact range decides, not the highest q */
		{ "*/*," OM ";q=0.1", EXPOSE_TEXT }, { "text/plain;q=0.1,*/*;q=0.5", EXPOSE_OPENMETRICS },
		{ "text/*;q=0.2,*/*;q=0.3", EXPOSE_OPENMETRICS },
		{ OM ";version=1.0.0;q=0.1," OM ";q=0.9,text/plain;q=0.5", EXPOSE_TEXT },
		/* rubbish is passed over */
		{ ",,;;q=,\";,", EXPOSE_TEXT }, { OM ";q=1.5,text/plain;q=0.1", EXPOSE_TEXT },
		{ OM ";q=-1", EXPOSE_TEXT }, { OM ";q=0.1234", EXPOSE_TEXT }, { OM "\";\"", EXPOSE_TEXT },
		{ "x;a=\",\"," OM, EXPOSE_OPENMETRICS }, { "x;a=\"\\\",\"," OM, EXPOSE_OPENMETRICS },
		{ " \t" OM " ; q = 0.5 \t, text/plain ; q=0.4", EXPOSE_OPENMETRICS },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(accept_format(span_str(row[i].accept)) == row[i].want, row[i].accept);
}

static void
codings(void)
{
	static const struct {
		const char *accept;
		bool want;
	} row[] = {
		{ "", false }, { "gzip", true }, { "x-gzip", true }, { "GZIP", true },
		{ "deflate, gzip;q=1.0, *;q=0.5", true }, { "gzip;q=0", false }, { "*", true },
		{ "*;q=0", false }, { "gzip;q=0,*", false }, { "identity", false }, { "br", false },
		{ "gzip;q=0.5,identity;q=0.6", false }, { "gzip;q=0.5,identity;q=0.5", true },
		{ "identity;q=0,gzip;q=0.001", true }, { "gzipped", false },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(accept_gzip(span_str(row[i].accept)) == row[i].want, row[i].accept);
}

int
main(void)
{
	TEST(formats);
	TEST(codings);
	return test_end();
}
