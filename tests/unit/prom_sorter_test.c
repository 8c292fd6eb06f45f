#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "prom/sorter.h"

/* Numbers from 0 to below, the same in every run. */
static unsigned
next_random(unsigned *state, unsigned below)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 8) % below;
}

static unsigned
number_of(struct span text)
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < text.n && text.p[i] != ' '; i++)
		v = v * 10 + (unsigned)(text.p[i] - '0');
	return v;
}

/* count records through so much memory come out in order, each once, equal ones as they came. */
static void
sorted(size_t memory, unsigned count)
{
	struct sorter *s = sorter_new(memory, "/tmp");
	struct sorter_record r, before = { 0 };
	unsigned i, state = count, wrong = 0, last = 0, number;
	unsigned char *seen = calloc(count + 1, 1);
	char text[32];

	for (i = 0; i < count; i++) {
		int n = snprintf(text, sizeof text, "%u%*s", i, (int)(i % 5), "");

		r = (struct sorter_record){ next_random(&state, 50), (int)next_random(&state, 40) - 20,
			span_of(text, (size_t)n) };
		wrong += !sorter_add(s, &r);
	}
	for (i = 0; sorter_next(s, &r); i++) {
		number = number_of(r.text);
		wrong += number >= count || seen[number];
		if (number < count)
			seen[number] = 1;
		if (i)
			wrong += r.key < before.key || (r.key == before.key && (r.time < before.time
			    || (r.time == before.time && number < last)));
		before = r;
		last = number;
	}
	CHECK(i == count);
	CHECK(wrong == 0);
	CHECK(sorter_error(s) == 0);
	CHECK(!sorter_next(s, &r));
	sorter_free(s);
	free(seen);
}

static void
in_memory(void)
{
	sorted(1 << 20, 0);
	sorted(1 << 20, 1);
	sorted(1 << 20, 5000);
}

static void
in_files(void)
{
	sorted(1000, 100);		/* a few runs */
	sorted(300, 5000);		/* runs of runs of runs */
	sorted(0, 200);			/* every record a run */
}

static void
no_folder(void)
{
	struct sorter *s = sorter_new(0, "/nonexistent");
	struct sorter_record r = { 1, 1, span_str("x") };

	CHECK(sorter_add(s, &r));
	CHECK(!sorter_add(s, &r) && sorter_error(s) == ENOENT);
	CHECK(!sorter_add(s, &r));
	CHECK(!sorter_next(s, &r));
	sorter_free(s);
}

int
main(void)
{
	TEST(in_memory);
	TEST(in_files);
	TEST(no_folder);
	return test_end();
}
