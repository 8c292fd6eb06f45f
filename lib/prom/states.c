#include "prom/states.h"

#include "base/num.h"

static size_t
find_label(const struct states *s, struct span label)
{
	size_t i;

	for (i = 0; i < s->labels && !span_equal(s->label[i], label); i++)
		;
	return i;
}

/* "3 Drive"; false for anything else. An empty label is the number: Prometheus drops empty ones. */
static bool
read_row(struct span line, double *value, struct span *label)
{
	const char *blank = line.n ? memchr(line.p, ' ', line.n) : NULL;
	struct span number = span_of(line.p, blank ? (size_t)(blank - line.p) : line.n);

	if (!num_double(number, value))
		return false;
	*label = blank ? span_of(blank + 1, line.n - number.n - 1) : span_of(NULL, 0);
	if (!label->n)
		*label = number;
	return true;
}

static bool
add(struct states *s, double value, struct span label)
{
	size_t i = find_label(s, label);

	if (s->values == STATES_MAX)
		return false;
	if (i == s->labels)
		s->label[s->labels++] = label;
	s->of[s->values] = (unsigned char)i;
	s->value[s->values++] = value;
	return true;
}

bool
states_read(struct states *s, struct span text, struct buf *names)
{
	struct span line, label;
	const char *nl;
	double value;

	s->labels = s->values = names->len = 0;
	for (; text.n; text = span_of(text.p + line.n + (nl != NULL), text.n - line.n - (nl != NULL))) {
		nl = memchr(text.p, '\n', text.n);
		line = span_of(text.p, nl ? (size_t)(nl - text.p) : text.n);
		if (read_row(line, &value, &label) && !add(s, value, label))
			return false;
	}
	buf_puts(names, "other");
	while (find_label(s, buf_span(names)) < s->labels)
		buf_putc(names, '_');
	s->label[s->labels++] = buf_span(names);
	return s->values > 0;
}
