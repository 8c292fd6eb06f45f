#include "source/follow.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/stop.h"

enum { LOOK_MS = 1000 };	/* network file systems do not tell */

struct follow {
	const char *path;
	const struct linein *l;
	int notify;		/* -1: there is none; the time alone then */
	bool other;		/* the name is another file's: one more look at this one */
	bool replaced;
};

struct follow *
follow_new(const char *path, const struct linein *l)
{
	struct follow *w = mem_zero(1, sizeof *w);
	const char *slash = strrchr(path, '/');
	struct buf folder = { 0 };

	w->path = path;
	w->l = l;
	w->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->notify < 0)
		return w;
	buf_put(&folder, path, slash ? (size_t)(slash - path) + 1 : 0);
	if (!slash)
		buf_putc(&folder, '.');
	/* The file may be elsewhere, behind a link. */
	inotify_add_watch(w->notify, path, IN_MODIFY | IN_ATTRIB);
	inotify_add_watch(w->notify, buf_str(&folder), IN_CREATE | IN_MOVED_TO);
	buf_free(&folder);
	return w;
}

void
follow_free(struct follow *w)
{
	if (w && w->notify >= 0)
		close(w->notify);
	free(w);
}

bool
follow_replaced(const struct follow *w)
{
	return w && w->replaced;
}

static bool
is_truncated(const struct follow *w)
{
	off_t at = lseek(w->l->fd, 0, SEEK_CUR);
	struct stat st;

	return fstat(w->l->fd, &st) == 0 && st.st_size < at;
}

static bool
is_other(const struct follow *w)
{
	struct stat a, b;

	return fstat(w->l->fd, &a) == 0 && stat(w->path, &b) == 0
	    && (a.st_dev != b.st_dev || a.st_ino != b.st_ino);
}

static void
sleep_on(struct follow *w)
{
	struct pollfd p[2] = {
		{ .fd = w->notify, .events = POLLIN }, { .fd = stop_fd(), .events = POLLIN },
	};
	char events[4096];

	poll(p, 2, LOOK_MS);
	while (w->notify >= 0 && read(w->notify, events, sizeof events) > 0)
		;
}

enum linein_result
follow_at_end(void *arg, bool wait)
{
	struct follow *w = arg;

	if (is_truncated(w) || w->other) {
		w->replaced = true;
		return LINEIN_END;
	}
	w->other = is_other(w);
	if (w->other)
		return LINEIN_WAKE;
	if (!wait)
		return LINEIN_IDLE;
	sleep_on(w);
	return LINEIN_WAKE;
}
