#include "test.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "prom/crowd.h"

enum { MEMBERS = 4 };

struct crowd_case {
	struct crowd crowd;
	struct crowd_member m[MEMBERS];
	int other[MEMBERS];
};

static void
begin(struct crowd_case *k, size_t room)
{
	int pair[2], i;

	*k = (struct crowd_case){ 0 };
	crowd_init(&k->crowd, room);
	for (i = 0; i < MEMBERS; i++) {
		CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
		k->m[i].fd = pair[0];
		k->other[i] = pair[1];
		crowd_join(&k->crowd, &k->m[i], i + 1);
	}
}

/* Which of them are over, as their other ends see it: "1010". */
static const char *
ends(const struct crowd_case *k, char text[static MEMBERS + 1])
{
	char c;
	int i;

	for (i = 0; i < MEMBERS; i++)
		text[i] = recv(k->other[i], &c, 1, 0) == 0 ? '1' : '0';
	text[i] = '\0';
	return text;
}

static void
end(struct crowd_case *k)
{
	int i;

	for (i = 0; i < MEMBERS; i++) {
		crowd_leave(&k->crowd, &k->m[i]);
		close(k->m[i].fd);
		close(k->other[i]);
	}
	CHECK(!k->crowd.oldest && !k->crowd.newest && !k->crowd.count);
	crowd_free(&k->crowd);
}

static void
time_limit(void)
{
	char text[MEMBERS + 1];
	struct crowd_case k;

	begin(&k, MEMBERS);
	crowd_end_before(&k.crowd, 1);
	CHECK(!strcmp(ends(&k, text), "0000"));
	crowd_renew(&k.crowd, &k.m[1], 5);
	crowd_end_before(&k.crowd, 4);
	CHECK(!strcmp(ends(&k, text), "1010"));
	crowd_renew(&k.crowd, &k.m[3], 5);
	crowd_renew(&k.crowd, &k.m[1], 6);
	crowd_end_before(&k.crowd, 6);
	CHECK(!strcmp(ends(&k, text), "1011"));
	end(&k);
}

static void
room(void)
{
	char text[MEMBERS + 1];
	struct crowd_case k;

	/* With each that is too many another one goes, those that have not left yet too. */
	begin(&k, 2);
	CHECK(!strcmp(ends(&k, text), "1100"));
	crowd_leave(&k.crowd, &k.m[2]);
	crowd_renew(&k.crowd, &k.m[3], 7);
	crowd_join(&k.crowd, &k.m[2], 8);
	CHECK(!strcmp(ends(&k, text), "1101"));
	end(&k);
	begin(&k, 1);
	CHECK(!strcmp(ends(&k, text), "1110"));
	end(&k);
}

/* Those that are slow to read an answer; not those that wait for something else. */
static void
slow(void)
{
	char text[MEMBERS + 1];
	struct crowd_case k;

	begin(&k, MEMBERS);
	crowd_answer(&k.crowd, &k.m[1], 10);
	crowd_answer(&k.crowd, &k.m[2], 20);
	crowd_answer(&k.crowd, &k.m[3], 10);
	crowd_renew(&k.crowd, &k.m[3], 11);
	crowd_end_slow(&k.crowd, 10);
	CHECK(!strcmp(ends(&k, text), "0000"));
	crowd_end_slow(&k.crowd, 20);
	CHECK(!strcmp(ends(&k, text), "0100"));
	crowd_end_slow(&k.crowd, 21);
	CHECK(!strcmp(ends(&k, text), "0110"));
	end(&k);
}

/* The last one: the limit stays. The hard one is left alone: valgrind lets nobody change it. */
static void
files(void)
{
	struct rlimit l;
	size_t most;

	CHECK(getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max >= 100);
	most = l.rlim_max;
	l.rlim_cur = 50;
	CHECK(setrlimit(RLIMIT_NOFILE, &l) == 0);
	CHECK(crowd_room(20, 10) == 20);
	CHECK(getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur == 50);
	CHECK(crowd_room(60, 20) == 60);
	CHECK(getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur == 80);
	CHECK(crowd_room(most, 20) == most - 20);
	CHECK(getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur == most);
	CHECK(crowd_room(200, most) == 1);
}

int
main(void)
{
	TEST(time_limit);
	TEST(room);
	TEST(slow);
	TEST(files);
	return test_end();
}
