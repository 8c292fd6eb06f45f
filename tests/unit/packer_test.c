#include "test.h"

#include <poll.h>

#include "base/gzip.h"
#include "influx/packer.h"

enum { THREADS = 3, JOBS = 200 };

struct job {
	struct buf lines, packed;
};

/* Each of another size, and told apart. */
static void
fill(struct job *j, int id, int lines)
{
	int i;

	j->lines.len = j->packed.len = 0;
	for (i = 0; i < lines; i++)
		buf_printf(&j->lines, "m,job=%d f=%d %d\n", id, i % 7, i);
}

static void
check_packed(struct job *j)
{
	struct buf out = { 0 };

	CHECK(gzip_unpack(buf_span(&j->packed), j->lines.len, &out));
	CHECK_TEXT(buf_span(&out), buf_str(&j->lines));
	buf_free(&out);
}

static void
clear(struct job *job, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		buf_free(&job[i].lines);
		buf_free(&job[i].packed);
	}
}

static bool
is_readable(const struct packer *p, int ms)
{
	struct pollfd fd = { .fd = packer_fd(p), .events = POLLIN };

	return poll(&fd, 1, ms) == 1;
}

/* The next that is done, waited for. */
static int
wait_for_one(struct packer *p)
{
	int id = packer_take(p);

	while (id < 0 && is_readable(p, 10000))
		id = packer_take(p);
	return id;
}

static void
many(void)
{
	struct packer *p = packer_new(THREADS, 1);
	struct job job[THREADS + 1] = { 0 };
	int i, id, done = 0;

	for (i = 0; i < JOBS; i++) {
		id = i < THREADS ? i : wait_for_one(p);
		CHECK(id >= 0 && id < THREADS);
		if (i >= THREADS) {
			check_packed(&job[id]);
			done++;
		}
		fill(&job[id], id, 10 + i % 13 * 500);
		CHECK(packer_start(p, id, buf_span(&job[id].lines), &job[id].packed));
		CHECK(packer_busy(p) == (i < THREADS ? (unsigned)i + 1 : THREADS));
	}
	fill(&job[THREADS], THREADS, 10);
	CHECK(!packer_start(p, THREADS, buf_span(&job[THREADS].lines), &job[THREADS].packed));
	CHECK(!job[THREADS].packed.len);
	while ((id = packer_busy(p) ? wait_for_one(p) : -1) >= 0) {
		check_packed(&job[id]);
		done++;
	}
	CHECK(done == JOBS && !packer_busy(p) && packer_take(p) == -1);
	packer_free(p);
	clear(job, THREADS + 1);
}

/* Appended to what is there; and nobody who waits is woken for nothing afterwards. */
static void
quiet(void)
{
	struct packer *p = packer_new(1, 1);
	struct job job = { 0 };

	CHECK(packer_take(p) == -1 && !packer_busy(p) && !is_readable(p, 0));
	fill(&job, 1, 3000);
	CHECK(packer_start(p, 7, buf_span(&job.lines), &job.packed));
	CHECK(!packer_start(p, 8, buf_span(&job.lines), &job.packed) && packer_busy(p) == 1);
	CHECK(wait_for_one(p) == 7);
	check_packed(&job);
	CHECK(!is_readable(p, 0));
	packer_free(p);
	clear(&job, 1);
}

/* The memory that was given is free to go when packer_free() is back. */
static void
broken_off(void)
{
	int i, k;

	for (i = 0; i < 20; i++) {
		struct packer *p = packer_new(THREADS, 1);
		struct job job[THREADS] = { 0 };

		for (k = 0; k < i % (THREADS + 1); k++) {
			fill(&job[k], k, 4000);
			CHECK(packer_start(p, k, buf_span(&job[k].lines), &job[k].packed));
		}
		packer_free(p);
		clear(job, THREADS);
	}
	packer_free(NULL);
	CHECK(packer_busy(NULL) == 0);
}

int
main(void)
{
	TEST(many);
	TEST(quiet);
	TEST(broken_off);
	return test_end();
}
