#include "influx/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"

enum { SMALL = 4096 };

uint64_t
spool_owner(const char *path, bool *held)
{
	struct buf b = { 0 }, text = { 0 };
	uint64_t pid = 0;
	int fd;

	buf_printf(&b, "%s/lock", path);
	fd = open(buf_str(&b), O_RDONLY | O_CLOEXEC);
	*held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
	if (fd >= 0)
		close(fd);
	if (file_read(b.p, SMALL, &text) != 0 || !text.len
	    || !num_u64(span_of(text.p, text.len - 1), &pid))
		pid = 0;
	buf_free(&b);
	buf_free(&text);
	return pid;
}
