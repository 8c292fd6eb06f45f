/*
 * Random databases and random frames, decoded by the program's own path (DBC text, plan, point)
 * and by the slow reference below, which shares nothing with it: bit by bit, in 128-bit integers,
 * printed by repeated division. DIFFERENTIAL_FRAMES and DIFFERENTIAL_SEED set how many and which.
 */
#include "test.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "db/dbc.h"
#include "line/scanner.h"
#include "point/point.h"

__extension__ typedef __int128 wide;

enum { MESSAGES = 12, SIGNALS = 40, TEXT = 96, FRAMES_PER_DATABASE = 2000 };

enum role { PLAIN, ROOT, NESTED, CHILD };	/* of a signal in multiplexing */

struct ref_signal {
	char name[112];		/* its index in the message, and often much more */
	unsigned start, size;
	bool big, is_signed;
	int kind;		/* 0: integer, 1: float, 2: double */
	int64_t factor, offset;	/* times 10^-places */
	unsigned places;
	enum role role;
	int selector;		/* index, -1: always there */
	uint64_t first, last;	/* of the selector */
};

struct ref_message {
	uint32_t id;
	bool extended;
	unsigned len, signals;
	struct ref_signal signal[SIGNALS];
};

static struct ref_message message[MESSAGES];
static uint64_t state;

static uint64_t
next(void)
{
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
below(unsigned n)
{
	return (unsigned)(next() % n);
}

/* Where the bit after pos lies: upwards, or down the byte and on in the next one. */
static unsigned
step(unsigned pos, bool big)
{
	return !big ? pos + 1 : pos % 8 ? pos - 1 : pos + 15;
}

static unsigned
bytes_needed(const struct ref_signal *s)
{
	unsigned pos = s->start, most = 0, i;

	for (i = 0; i < s->size; i++, pos = step(pos, s->big))
		if (pos / 8 + 1 > most)
			most = pos / 8 + 1;
	return most;
}

static uint64_t
ref_raw(const struct ref_signal *s, const uint8_t *data)
{
	unsigned pos = s->start, i;
	uint64_t v = 0, bit;

	for (i = 0; i < s->size; i++, pos = step(pos, s->big)) {
		bit = data[pos / 8] >> pos % 8 & 1;
		v = s->big ? v << 1 | bit : v | bit << i;
	}
	return v;
}

static void
ref_text(const struct ref_signal *s, uint64_t raw, char out[TEXT])
{
	char digits[64];
	unsigned n = 0, places = s->places, i;
	wide v = raw;

	if (s->is_signed && raw >> (s->size - 1) & 1)
		v -= (wide)1 << s->size;
	v = v * s->factor + s->offset;
	if (v < 0) {
		*out++ = '-';
		v = -v;
	}
	for (; places && v % 10 == 0; places--)
		v /= 10;
	while (v || n <= places) {
		digits[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	for (i = n; i-- > 0;) {
		*out++ = digits[i];
		if (i == places && places)
			*out++ = '.';
	}
	*out = '\0';
}

static void
random_signal(struct ref_signal *s, unsigned index, unsigned len)
{
	static const int sizes[] = { 0, 32, 64 };

	*s = (struct ref_signal){ .selector = -1 };
	snprintf(s->name, sizeof s->name, "s%u%.*s", index, (int)(below(2) ? below(95) : 0),
	    "_____________________________a_name_much_longer_than_any_that_is_usual_______________________");
	s->kind = below(12) ? 0 : 1 + (int)below(2);
	if (s->kind && len < 8)
		s->kind = 0;
	do {
		s->big = below(2);
		s->size = s->kind ? (unsigned)sizes[s->kind] : 1 + below(below(3) ? 16 : 64);
		s->start = below(8 * len);
	} while (bytes_needed(s) > len);
	s->is_signed = below(2);
	s->factor = 1;
	if (s->kind)
		return;
	s->places = below(19);
	if (below(3))
		s->factor = (int64_t)(next() >> (below(44) + 20)) * (below(4) ? 1 : -1);
	if (below(3) == 0)
		s->offset = (int64_t)(next() >> (below(44) + 20)) * (below(2) ? 1 : -1);
}

/* Makes some signals depend on others: a root, one nested in it, their children. */
static void
random_multiplexing(struct ref_message *m)
{
	unsigned i;

	if (m->signals < 6 || below(2))
		return;
	for (i = 0; i < m->signals; i++) {
		struct ref_signal *s = &m->signal[i];

		if (i == 0 || i == 1) {
			s->role = i ? NESTED : ROOT;
			s->kind = 0;
			s->factor = 1;
			s->offset = 0;
			if (s->size > 32)
				s->size = 3;
		} else if (below(3)) {
			s->role = CHILD;
		}
		if (s->role == NESTED || s->role == CHILD) {
			s->selector = i == 1 ? 0 : (int)below(2);
			s->first = below(4);
			s->last = s->first + below(3);
		}
	}
}

static void
put_decimal(struct buf *b, int64_t v, unsigned places)
{
	struct ref_signal one = { .factor = 1, .size = 64, .is_signed = true, .places = places };
	char text[TEXT];

	ref_text(&one, (uint64_t)v, text);
	buf_puts(b, text);
}

static void
put_signal(struct buf *b, const struct ref_signal *s)
{
	buf_printf(b, " SG_ %s ", s->name);
	if (s->role == ROOT)
		buf_puts(b, "M ");
	else if (s->role == NESTED || s->role == CHILD)
		buf_printf(b, "m%" PRIu64 "%s ", s->first, s->role == NESTED ? "M" : "");
	buf_printf(b, ": %u|%u@%d%c (", s->start, s->size, !s->big, s->is_signed ? '-' : '+');
	put_decimal(b, s->factor, s->places);
	buf_puts(b, ",");
	put_decimal(b, s->offset, s->places);
	buf_puts(b, ") [0|0] \"\" X\n");
}

static void
put_database(struct buf *b)
{
	unsigned m, i;

	buf_puts(b, "VERSION \"\"\n\nBU_: X\n\n");
	for (m = 0; m < MESSAGES; m++) {
		buf_printf(b, "BO_ %" PRIu32 " M%u: %u X\n",
		    message[m].id | (message[m].extended ? 0x80000000u : 0), m, message[m].len);
		for (i = 0; i < message[m].signals; i++)
			put_signal(b, &message[m].signal[i]);
		buf_puts(b, "\n");
	}
	for (m = 0; m < MESSAGES; m++) {
		uint32_t id = message[m].id | (message[m].extended ? 0x80000000u : 0);

		for (i = 0; i < message[m].signals; i++) {
			const struct ref_signal *s = &message[m].signal[i];

			if (s->kind)
				buf_printf(b, "SIG_VALTYPE_ %" PRIu32 " %s : %d;\n", id, s->name, s->kind);
			if (s->selector >= 0)
				buf_printf(b, "SG_MUL_VAL_ %" PRIu32 " %s %s %" PRIu64 "-%" PRIu64 ";\n", id,
				    s->name, message[m].signal[s->selector].name, s->first, s->last);
		}
	}
}

static void
random_database(struct buf *b)
{
	static const unsigned lens[] = { 8, 8, 8, 4, 1, 64, 20 };
	unsigned m, i;

	for (m = 0; m < MESSAGES; m++) {
		message[m] = (struct ref_message){ .extended = below(2), .len = lens[below(7)] };
		message[m].id = message[m].extended ? 0x10000 + m * 0x1001 : 0x100 + m;
		message[m].signals = 1 + below(message[m].len == 64 ? SIGNALS : 12);
		for (i = 0; i < message[m].signals; i++)
			random_signal(&message[m].signal[i], i, message[m].len);
		random_multiplexing(&message[m]);
	}
	b->len = 0;
	put_database(b);
}

static bool
ref_present(const struct ref_message *m, const struct ref_signal *s, const struct frame *f)
{
	const struct ref_signal *sel;
	uint64_t v;

	if (bytes_needed(s) > f->len)
		return false;
	if (s->selector < 0)
		return true;
	sel = &m->signal[s->selector];
	v = ref_raw(sel, f->data);
	return ref_present(m, sel, f) && v >= s->first && v <= s->last;
}

/* The text is right: the reference's own, or for floats one that reads back as the same. */
static bool
right(const struct ref_signal *s, const struct frame *f, struct span got)
{
	uint64_t raw = ref_raw(s, f->data);
	char text[TEXT];
	uint32_t low = (uint32_t)raw;
	double d, back;
	float x;

	if (!s->kind) {
		ref_text(s, raw, text);
		return span_is(got, text);
	}
	memcpy(&x, &low, sizeof x);
	memcpy(&d, &raw, sizeof d);
	if (s->kind == 1)
		d = (double)x;
	snprintf(text, sizeof text, "%.*s", (int)got.n, got.p);
	back = strtod(text, NULL);
	return memcmp(&d, &back, sizeof d) == 0;
}

/* No finite number: must be left out. */
static bool
is_no_number(const struct ref_signal *s, const struct frame *f)
{
	uint64_t raw = ref_raw(s, f->data);

	return s->kind == 1 ? (raw >> 23 & 0xff) == 0xff : s->kind == 2 && (raw >> 52 & 0x7ff) == 0x7ff;
}

static void
compare(const struct ref_message *m, const struct frame *f, struct span line)
{
	struct scanner_point p = { 0 };
	struct scanner_value v;
	struct span key;
	const char *expected;
	size_t where;
	unsigned i, want = 0, got = 0;
	char name[16];

	for (i = 0; i < m->signals; i++)
		want += ref_present(m, &m->signal[i], f) && !is_no_number(&m->signal[i], f);
	if (line.n)
		CHECK(scanner_split(line.p, line.n, &p, &where, &expected) == SCANNER_POINT);
	while (scanner_next_field(&p.fields, &key, &v)) {
		snprintf(name, sizeof name, "%.*s", (int)key.n, key.p);
		i = (unsigned)atoi(name + 1);
		got++;
		CHECK_CASE(i < m->signals && ref_present(m, &m->signal[i], f), name);
		if (i < m->signals && !right(&m->signal[i], f, v.text))
			test_fail(__FILE__, __LINE__, "id %x %s: got %.*s", m->id, name, (int)v.text.n,
			    v.text.p);
	}
	CHECK(got == want);
}

static void
random_frame(struct frame *f, const struct ref_message *m)
{
	unsigned i;

	f->id = m->id;
	f->flags = m->extended ? FRAME_EXTENDED : 0;
	f->len = (uint16_t)(below(8) ? m->len : below(m->len + 1));
	for (i = 0; i < 64; i++)
		f->data[i] = below(4) ? (uint8_t)next() : (uint8_t)(below(2) ? 0 : 255);
	if (below(2))		/* make multiplexed branches likely */
		f->data[below(m->len)] &= 3;
}

static void
one_database(unsigned frames)
{
	static struct frame f;
	struct point_counts c = { 0 };
	struct point_options o = { .default_tags = true, .no_meta = true };
	struct point_db pdb = { 0 };
	struct db db = { 0 };
	struct buf text = { 0 }, out = { 0 };
	struct point *p;
	unsigned i;

	random_database(&text);
	CHECK(dbc_parse(buf_span(&text), &db));
	pdb.db = &db;
	o.db = &pdb;
	o.dbs = 1;
	p = point_new(&o, NULL, NULL);
	f.bus = span_str("can0");
	f.ns = 1700000000123456789;
	for (i = 0; i < frames && test_bad < 20; i++) {
		const struct ref_message *m = &message[below(MESSAGES)];

		random_frame(&f, m);
		out.len = 0;
		point_frame(p, &f, &out, &c);
		compare(m, &f, buf_span(&out));
	}
	if (test_bad)
		fprintf(stderr, "%s\n", buf_str(&text));
	point_free(p);
	db_free(&db);
	buf_free(&text);
	buf_free(&out);
}

static unsigned
setting(const char *name, unsigned otherwise)
{
	const char *v = getenv(name);

	return v ? (unsigned)strtoul(v, NULL, 10) : otherwise;
}

static void
differential(void)
{
	unsigned frames = setting("DIFFERENTIAL_FRAMES", 100000), done;

	state = setting("DIFFERENTIAL_SEED", 1);
	for (done = 0; done < frames && !test_bad; done += FRAMES_PER_DATABASE)
		one_database(FRAMES_PER_DATABASE);
}

int
main(void)
{
	TEST(differential);
	return test_end();
}
