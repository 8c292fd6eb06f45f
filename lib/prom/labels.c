#include "prom/labels.h"

#include <stdlib.h>

#include "base/mem.h"
#include "line/scanner.h"
#include "prom/name.h"
#include "prom/text.h"

enum { LABEL_EXTRA = 8 };	/* bytes by which a label's name may be longer than its tag's key */

/* Places in bytes, which moves while it grows. */
struct place {
	size_t at, n;
};

struct label {
	struct place key, name, value;
	bool named;		/* name is final */
};

static struct span
at(const struct labels *l, struct place p)
{
	return span_of(l->bytes.p + p.at, p.n);
}

static struct place
since(const struct labels *l, size_t start)
{
	return (struct place){ start, l->bytes.len - start };
}

static bool
read_tags(struct labels *l, struct span raw)
{
	struct span key, value;
	struct label *t;
	size_t start;

	l->rows = l->bytes.len = l->text.len = 0;
	if (!l->row)
		l->row = mem_zero(LABELS_MAX, sizeof *l->row);
	while (scanner_next_tag(&raw, &key, &value)) {
		if (l->rows == LABELS_MAX)
			return false;
		t = &l->row[l->rows++];
		start = l->bytes.len;
		scanner_unescape(&l->bytes, key);
		t->key = since(l, start);
		start = l->bytes.len;
		scanner_unescape(&l->bytes, value);
		t->value = since(l, start);
		start = l->bytes.len;
		buf_reserve(&l->bytes, t->key.n + LABEL_EXTRA);	/* the key stays where it is */
		name_label(&l->bytes, at(l, t->key));
		t->name = since(l, start);
		t->named = false;
	}
	return true;
}

static int
by_key(const void *a, const void *b, void *labels)
{
	const struct label *x = a, *y = b;
	int d = span_compare(at(labels, x->key), at(labels, y->key));

	return d ? d : span_compare(at(labels, x->value), at(labels, y->value));
}

static int
by_name(const void *a, const void *b, void *labels)
{
	const struct label *x = a, *y = b;

	return span_compare(at(labels, x->name), at(labels, y->name));
}

static bool
is_taken(const struct labels *l, struct span name)
{
	size_t i;

	for (i = 0; i < l->rows; i++)
		if (l->row[i].named && span_equal(at(l, l->row[i].name), name))
			return true;
	return false;
}

/* Gives t its name with the first number behind it that makes it the only one. */
static void
number(struct labels *l, struct label *t)
{
	size_t start = l->bytes.len;
	unsigned k;

	buf_reserve(&l->bytes, t->name.n);
	buf_put_span(&l->bytes, at(l, t->name));
	for (k = 2; ; k++) {
		l->bytes.len = start + t->name.n;
		buf_printf(&l->bytes, "_%u", k);
		if (!is_taken(l, span_of(l->bytes.p + start, l->bytes.len - start)))
			break;
	}
	t->name = since(l, start);
}

/*
 * One round: with exact only those whose key is a name as it stands. Returns how many got a
 * number; *told is one of them.
 */
static size_t
name_tags(struct labels *l, bool exact, struct label *told)
{
	size_t i, clashes = 0;
	struct label *t;
	bool taken;

	for (i = 0; i < l->rows; i++) {
		t = &l->row[i];
		if (t->named || (exact && !span_equal(at(l, t->key), at(l, t->name))))
			continue;
		taken = is_taken(l, at(l, t->name));
		if (taken && exact)
			continue;	/* the same key twice */
		if (taken) {
			number(l, t);
			*told = *t;
			clashes++;
		}
		t->named = true;
	}
	return clashes;
}

bool
labels_build(struct labels *l, struct span raw, size_t *clashes)
{
	struct label told = { 0 };
	size_t i;

	*clashes = 0;
	if (!read_tags(l, raw))
		return false;
	qsort_r(l->row, l->rows, sizeof *l->row, by_key, l);
	name_tags(l, true, &told);
	*clashes = name_tags(l, false, &told);
	if (*clashes) {
		l->clash_key = at(l, told.key);
		l->clash_name = at(l, told.name);
	}
	qsort_r(l->row, l->rows, sizeof *l->row, by_name, l);
	for (i = 0; i < l->rows; i++) {
		if (i)
			buf_putc(&l->text, ',');
		buf_put_span(&l->text, at(l, l->row[i].name));
		buf_puts(&l->text, "=\"");
		text_put(&l->text, at(l, l->row[i].value), TEXT_LABEL);
		buf_putc(&l->text, '"');
	}
	return true;
}

struct span
labels_name(const struct labels *l, struct span key)
{
	size_t i;

	for (i = 0; i < l->rows; i++)
		if (span_equal(at(l, l->row[i].key), key))
			return at(l, l->row[i].name);
	return span_of(NULL, 0);
}

void
labels_free(struct labels *l)
{
	buf_free(&l->text);
	buf_free(&l->bytes);
	free(l->row);
	*l = (struct labels){ 0 };
}
