#include "influx/batch.h"

#include <stdlib.h>

#include "base/mem.h"

void
batch_add(struct batch *b, struct span text, uint64_t number)
{
	if (b->lines == b->room) {
		b->room = b->room ? b->room * 2 : 64;
		b->line = mem_resize(b->line, b->room, sizeof *b->line);
	}
	b->line[b->lines++] = (struct batch_line){ b->text.len, text.n, number };
	memcpy(buf_reserve(&b->text, text.n + 1), text.p, text.n);
	b->text.p[b->text.len + text.n] = '\n';
	b->text.len += text.n + 1;
}

struct span
batch_range(const struct batch *b, size_t from, size_t to)
{
	size_t start, end;

	if (from >= to)
		return span_of(NULL, 0);
	start = b->line[from].at;
	end = b->line[to - 1].at + b->line[to - 1].n + 1;
	return span_of(b->text.p + start, end - start);
}

void
batch_remove(struct batch *b, const size_t *index, size_t count)
{
	size_t i, k = 0, kept = 0, len = 0;
	struct batch_line l;

	for (i = 0; i < b->lines; i++) {
		if (k < count && index[k] == i) {
			k++;
			continue;
		}
		l = b->line[i];
		memmove(b->text.p + len, b->text.p + l.at, l.n + 1);
		l.at = len;
		len += l.n + 1;
		b->line[kept++] = l;
	}
	b->lines = kept;
	b->text.len = len;
}

void
batch_clear(struct batch *b)
{
	b->text.len = 0;
	b->lines = 0;
}

void
batch_free(struct batch *b)
{
	buf_free(&b->text);
	free(b->line);
	*b = (struct batch){ 0 };
}
