#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

static volatile sig_atomic_t stop_sig, stop_usr1;
static volatile int64_t stop_at;
static int stop_pipe[2] = { -1, -1 };

static void
on_signal(int sig)
{
	int saved = errno;
	int64_t now = clock_mono();
	ssize_t n;

	if (sig == SIGUSR1) {
		stop_usr1 = 1;
	} else if (!stop_sig) {
		stop_at = now;
		stop_sig = sig;
	} else if (now - stop_at > CLOCK_SECOND / 5) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
	n = write(stop_pipe[1], "", 1);
	(void)n;
	errno = saved;
}

void
stop_init(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGUSR1 };
	struct sigaction sa = { .sa_handler = on_signal }, old;
	unsigned i;

	if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof sigs / sizeof *sigs; i++)
		if (sigaction(sigs[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(sigs[i], &sa, NULL);
}

bool
stop_wanted(void)
{
	return stop_sig != 0;
}

int64_t
stop_since(void)
{
	return stop_sig ? stop_at : 0;
}

int
stop_status(void)
{
	return 128 + stop_sig;
}

bool
stop_take_usr1(void)
{
	bool was = stop_usr1;

	stop_usr1 = 0;
	return was;
}

int
stop_fd(void)
{
	return stop_pipe[0];
}

void
stop_drain(void)
{
	char bytes[64];

	while (read(stop_pipe[0], bytes, sizeof bytes) > 0)
		;
}

bool
stop_sleep(int64_t until)
{
	struct pollfd p = { .fd = stop_fd(), .events = POLLIN };
	struct timespec t;
	int64_t left;
	int n = 0;

	while (n <= 0 && (left = until - clock_mono()) > 0) {
		t = (struct timespec){ left / CLOCK_SECOND, left % CLOCK_SECOND };
		n = ppoll(&p, 1, &t, NULL);
	}
	if (n > 0)
		stop_drain();
	return n <= 0;
}

bool
stop_is_source(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}
