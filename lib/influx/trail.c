#include "influx/trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct trail_entry *
at(const struct trail *t, size_t i)
{
	return &t->entry[(t->first + i) & (t->room - 1)];
}

void
trail_grow(struct trail *t)
{
	size_t room = t->room ? t->room * 2 : 1024, i;
	struct trail_entry *entry = mem_resize(NULL, room, sizeof *entry);

	for (i = 0; i < t->count; i++)
		entry[i] = *at(t, i);
	free(t->entry);
	t->entry = entry;
	t->first = 0;
	t->room = room;
}

/* It takes no room: it is passed as soon as the line before it is. */
void
trail_skip(struct trail *t, struct trail_mark mark)
{
	if (t->count)
		at(t, t->count - 1)->mark = mark;
	else
		t->passed = mark;
}

void
trail_pass(struct trail *t, uint64_t oldest)
{
	while (t->count && at(t, 0)->number < oldest) {
		t->passed = at(t, 0)->mark;
		t->first = (t->first + 1) & (t->room - 1);
		t->count--;
	}
}

void
trail_free(struct trail *t)
{
	free(t->entry);
	*t = (struct trail){ 0 };
}
