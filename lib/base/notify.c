#include "base/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"

/* What cannot be said is not said again: the manager's timeouts are for that. */
static void
say(const char *text)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (!n || n >= sizeof to.sun_path)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	memcpy(to.sun_path, path, n);
	if (*path == '@')	/* an abstract one */
		to.sun_path[0] = '\0';
	(void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

void
notify_ready(void)
{
	say("READY=1");
}

int64_t
notify_alive(int64_t now)
{
	static int64_t due;
	const char *text = getenv("WATCHDOG_USEC");
	uint64_t us;

	if (!text || !getenv("NOTIFY_SOCKET") || !num_u64(span_str(text), &us))
		return 0;
	if (us < 2 || us > INT64_MAX / 1000)
		return 0;
	if (now >= due) {
		say("WATCHDOG=1");
		due = now + (int64_t)us * 500;
	}
	return due;
}
