/*
 * A database and frames, from one input: options in the first byte, then DBC text, a NUL, and
 * candump lines. Whatever comes out must be line protocol with a time and finite values, and no
 * comment may hold a double quote.
 */
#include "db/dbc.h"
#include "line/scanner.h"
#include "point/convert.h"
#include "fuzz.h"

static void
check_point(struct span line)
{
	struct scanner_point p;
	struct scanner_value v;
	struct span key;
	const char *expected;
	size_t where, fields = 0;

	must(scanner_split(line.p, line.n, &p, &where, &expected) == SCANNER_POINT);
	must(p.time.n > 0);
	while (scanner_next_field(&p.fields, &key, &v)) {
		must(v.type != SCANNER_INVALID && v.type != SCANNER_UNSIGNED);
		fields++;
	}
	must(fields > 0 && p.fields.n == 0);
}

static void
check_output(struct span out)
{
	struct span line;
	const char *nl;

	for (; out.n; out = span_of(nl + 1, out.n - line.n - 1)) {
		nl = memchr(out.p, '\n', out.n);
		must(nl != NULL);
		line = span_of(out.p, (size_t)(nl - out.p));
		if (line.n && *line.p == '#')
			must(!memchr(line.p, '"', line.n));
		else
			check_point(line);
	}
}

static void
skip(void *arg, uint64_t line, struct span text, const char *expected)
{
	(void)arg;
	must(line && text.p && expected);
}

/* Whole lines out of any bytes. */
static void
feed(struct convert *c, struct span text, struct buf *out)
{
	const char *end = text.n ? memrchr(text.p, '\n', text.n) : NULL;
	struct span block = span_of(text.p, end ? (size_t)(end + 1 - text.p) : 0);

	convert_lines(c, &block, out, 1 << 22);
	point_finish(c->point, out, &c->counts.points);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct convert c;
	const char *text = (const char *)data, *nul;
	struct point_options o = { .default_tags = true };
	struct point_db pdb = { 0 };
	struct db db = { 0 };
	struct buf out = { 0 };

	if (size < 2 || !(nul = memchr(text + 1, '\0', size - 1)))
		return 0;
	o.layout = (enum point_layout)(*data % 3);
	o.labels = (enum point_labels)(*data / 3 % 3);
	o.integers = *data & 16;
	o.j1939 = *data & 32;
	o.unknown = *data & 64;
	o.changes = *data & 128;
	o.snapshot = (*data & 0xc0) == 0x40 ? 1000000000 : 0;
	o.stale = 10 * o.snapshot;
	if (dbc_parse(span_of(text + 1, (size_t)(nul - text - 1)), &db)) {
		pdb.db = &db;
		o.db = &pdb;
		o.dbs = 1;
		c = (struct convert){ 0 };
		convert_init(&c, point_new(&o, NULL, NULL), 0, skip, NULL);
		feed(&c, span_of(nul + 1, size - (size_t)(nul + 1 - text)), &out);
		check_output(buf_span(&out));
		point_free(c.point);
	}
	db_free(&db);
	buf_free(&out);
	return 0;
}
