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

bool
states_next(struct span *text, struct span *number, struct span *label)
{
	const char *nl, *blank;
	struct span line;
	double value;

	while (text->n) {
		nl = memchr(text->p, '\n', text->n);
		line = span_of(text->p, nl ? (size_t)(nl - text->p) : text->n);
		*text = span_of(text->p + line.n + (nl != NULL), text->n - line.n - (nl != NULL));
		blank = line.n ? memchr(line.p, ' ', line.n) : NULL;
		*number = span_of(line.p, blank ? (size_t)(blank - line.p) : line.n);
		*label = blank ? span_of(blank + 1, line.n - number->n - 1) : span_of(NULL, 0);
		if (!label->n)
			*label = *number;	/* Prometheus drops empty ones */
		if (num_double(*number, &value))
			return true;
	}
	return false;
}

static bool
add(struct states *s, double value, struct span label)
{
	size_t i = find_label(s, label), k;

	for (k = 0; k < s->values; k++)
		if (s->value[k] == value)
			return true;	/* one state at a time: the first row of a value holds */
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
	struct span number, label;
	double value = 0;

	s->labels = s->values = names->len = 0;
	while (states_next(&text, &number, &label)) {
		num_double(number, &value);
		if (!add(s, value, label))
			return false;
	}
	buf_puts(names, "other");
	while (find_label(s, buf_span(names)) < s->labels)
		buf_putc(names, '_');
	s->label[s->labels++] = buf_span(names);
	return s->values > 0;
}
