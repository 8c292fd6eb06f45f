#include "base/buf.h"
#include "base/mem.h"
#include "db/dbc.h"
#include "fuzz.h"

/*
 * Any bytes as a DBC. What comes of them must keep what model.h promises, because the decoder
 * relies on it. Half of the inputs are a database of the seeds that is damaged as the bytes say:
 * lines cut, doubled, exchanged, words of DBC put in between.
 */
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);

/* True when following the selectors comes to an end. */
static bool
ends(const struct db_message *m, size_t i)
{
	size_t steps = 0;

	for (; m->signal[i].selector >= 0; i = (size_t)m->signal[i].selector)
		if (++steps > m->signals)
			return false;
	return true;
}

static void
check_signal(const struct db_message *m, size_t i)
{
	const struct db_signal *s = &m->signal[i];
	size_t k;

	must(s->name.n > 0 && s->size > 0);
	must(s->selector < (int32_t)m->signals && s->selector >= -1);
	must((s->selector >= 0) == (s->ranges > 0));
	must(s->selector < 0 || m->signal[s->selector].multiplexor);
	must(m->signals > 200 || ends(m, i));
	must(s->type != DB_FLOAT || s->size == 16 || s->size == 32 || s->size == 64);
	for (k = 0; k < s->ranges; k++) {
		must(s->range[k].first <= s->range[k].last);
		must(k == 0 || s->range[k - 1].last < s->range[k].first);
	}
	for (k = 1; k < s->labels; k++)
		must(s->label[k - 1].key < s->label[k].key);
	for (k = 0; m->signals < 200 && k < i; k++)
		must(!span_equal(m->signal[k].name, s->name));
}

static void
check_message(const struct db *db, size_t i)
{
	const struct db_message *m = &db->message[i];
	size_t k;

	must(m->name.n > 0 && m->id <= (m->extended ? 0x1fffffffu : 0x7ffu));
	must(!m->j1939 || m->extended);
	for (k = 0; k < m->signals; k++)
		check_signal(m, k);
	for (k = 0; db->messages < 200 && k < i; k++)
		must(db->message[k].id != m->id || db->message[k].extended != m->extended);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct db db = { 0 };
	bool good = dbc_parse(span_of((const char *)p, n), &db);
	size_t i;

	must(good || (db.messages == 0 && db.diagnostics > 0));
	for (i = 0; i < db.messages; i++)
		check_message(&db, i);
	for (i = 1; i < db.diagnostics; i++)
		must(db.diagnostic[i - 1].line < db.diagnostic[i].line
		    || (db.diagnostic[i - 1].line == db.diagnostic[i].line
		    && db.diagnostic[i - 1].column <= db.diagnostic[i].column));
	db_free(&db);
	return 0;
}

static const char *const words[] = {
	"BO_ 256 N: 8 X\n",
	" SG_ s M : 0|8@1+ (1,0) [0|0] \"\" X\n",
	" SG_ t m1 : 8|8@0- (.5,0) [0|0] \"V\" X\n",
	"VAL_ 256 s 0 \"off\" 1 \"on\" ;\n",
	"VAL_TABLE_ T 1 \"on\" ;\n",
	"VAL_ 256 t T ;\n",
	"CM_ SG_ 256 s \"text\";\n",
	"SG_MUL_VAL_ 256 t s 1-2, 4-4;\n",
	"SG_MUL_VAL_ 256 s t 1-1;\n",
	"SIG_VALTYPE_ 256 s : 1;\n",
	"BA_ \"SystemSignalLongSymbol\" SG_ 256 s \"t\";\n",
	"BA_DEF_ BO_ \"VFrameFormat\" ENUM \"a\",\"J1939PG\";\n",
	"NS_ :\n\tCM_\n", "BU_: X\n", "Vector__XXX", "3221225472", "m3M", "-1", "0x1F", "1E-006",
	"99999999999999999999", "\"", "\\\"", ";", ":", "|", "@", "(", ")", "[", "]", "\n", "//",
	"/*", "*/", "\xb0", "\xc2\xb0",
};

/* Where a line begins, at or behind some place. */
static size_t
line_start(const uint8_t *p, size_t n, size_t at)
{
	while (at < n && at > 0 && p[at - 1] != '\n')
		at++;
	return at < n ? at : n;
}

static void
put_lines(struct buf *out, const uint8_t *p, size_t from, size_t to)
{
	if (to > from)
		buf_put(out, p + from, to - from);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	struct buf out = { 0 };
	const char *word;
	size_t a, b;

	srand(seed);
	if (rand() % 2 || n == 0)
		return LLVMFuzzerMutate(p, n, max);
	a = line_start(p, n, (size_t)rand() % n);
	b = line_start(p, n, (size_t)rand() % n);
	switch (rand() % 4) {
	case 0:		/* a word, anywhere */
		a = (size_t)rand() % n;
		word = words[(size_t)rand() % (sizeof words / sizeof *words)];
		buf_put(&out, p, a);
		buf_puts(&out, word);
		buf_put(&out, p + a, n - a);
		break;
	case 1:		/* lines left out, or twice */
		buf_put(&out, p, a);
		buf_put(&out, p + b, n - b);
		break;
	case 2:		/* what is in front comes behind */
		buf_put(&out, p + a, n - a);
		buf_put(&out, p, a);
		break;
	default:	/* a line from elsewhere */
		buf_put(&out, p, a);
		put_lines(&out, p, b, line_start(p, n, b + 1));
		buf_put(&out, p + a, n - a);
	}
	n = out.len < max ? out.len : max;
	if (n)
		memcpy(p, out.p, n);
	buf_free(&out);
	return n;
}
