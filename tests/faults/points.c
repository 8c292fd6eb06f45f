/*
 * Named fault points: linked into the programs by "make FAULTS=1", this file stands between them (and
 * libcurl) and the kernel. The rest of such a build is the same as ever, to the byte; no other build
 * has anything of it. What can fail is named by the role of the file and the call:
 *
 *   CANPIPE_FAULT=NAME:KIND[:COUNT[:AFTER]][,...]
 *			fails COUNT times (1; 0: always) after AFTER calls (0) that went well; each time is
 *			shown on stderr as "fault: NAME KIND"
 *   CANPIPE_FAULT=list		prints all names, each with its kinds, and ends
 *   CANPIPE_FAULT=watch	shows calls that change something and have no name
 *
 * KIND is ENOSPC, EIO, EINTR, or SHORT: half of what was to be written is. A close that fails has closed
 * all the same, as on Linux.
 */
#undef _FORTIFY_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum role {
	OTHER, INPUT, STDOUT, STDERR, FOLDER, LOCK, SEGMENT, SUMS, POSITION, CHECKPOINT, REJECT, SUSPECT,
	HTTP, ROLES,
};
static const char *const role_name[ROLES] = { "other", "input", "stdout", "stderr", "folder", "lock",
	"segment", "sums", "position", "checkpoint", "reject", "suspect", "http" };

enum op { OPEN, READ, WRITE, FSYNC, FTRUNCATE, CLOSE, RENAME, UNLINK, FLOCK, MKDIR, CONNECT, SEND, RECV,
	OPS };
static const char *const op_name[OPS] = { "open", "read", "write", "fsync", "ftruncate", "close",
	"rename", "unlink", "flock", "mkdir", "connect", "send", "recv" };

/* Which calls the programs make, by role; a call that changes something and is not here is a mistake. */
#define BIT(op) (1U << (op))
#define SWAPPED (BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(CLOSE) | BIT(RENAME) | BIT(UNLINK))
static const unsigned row[ROLES] = {
	[INPUT] = BIT(READ),
	[STDOUT] = BIT(WRITE),
	[STDERR] = BIT(WRITE),
	[FOLDER] = BIT(OPEN) | BIT(FSYNC) | BIT(CLOSE) | BIT(MKDIR),
	[LOCK] = BIT(OPEN) | BIT(WRITE) | BIT(FTRUNCATE) | BIT(FLOCK) | BIT(CLOSE),
	[SEGMENT] = BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(FTRUNCATE) | BIT(CLOSE)
	    | BIT(RENAME) | BIT(UNLINK),
	[SUMS] = BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(FTRUNCATE) | BIT(CLOSE)
	    | BIT(UNLINK),
	[POSITION] = BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(CLOSE),
	[CHECKPOINT] = SWAPPED,
	[REJECT] = BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(FTRUNCATE) | BIT(CLOSE),
	[SUSPECT] = BIT(OPEN) | BIT(READ) | BIT(WRITE) | BIT(FSYNC) | BIT(FTRUNCATE) | BIT(CLOSE),
	[HTTP] = BIT(OPEN) | BIT(CONNECT) | BIT(SEND) | BIT(RECV) | BIT(CLOSE),
};

enum kind { NONE, KIND_ENOSPC, KIND_EIO, KIND_EINTR, SHORT, KINDS };
static const char *const kind_name[KINDS] = { "", "ENOSPC", "EIO", "EINTR", "SHORT" };
static const int kind_errno[KINDS] = { 0, ENOSPC, EIO, EINTR, 0 };

enum { FDS = 1024 };
static unsigned char role_of_fd[FDS];
static bool watches;
static struct fault {
	enum role role;
	enum op op;
	enum kind kind;
	long count, after;
} fault[4];
static int faults;

static bool
can_be_short(enum op op)
{
	return op == WRITE || op == SEND;
}

static void
say(const char *what, enum role r, enum op op, const char *more)
{
	char line[128];
	int n = snprintf(line, sizeof line, "%s: %s.%s %s\n", what, role_name[r], op_name[op], more);

	syscall(SYS_write, 2, line, n);
}

static _Noreturn void
list(void)
{
	int r, op;

	for (r = 0; r < ROLES; r++)
		for (op = 0; op < OPS; op++)
			if (row[r] & BIT(op))
				printf("%s.%s ENOSPC EIO EINTR%s\n", role_name[r], op_name[op],
				    can_be_short((enum op)op) ? " SHORT" : "");
	exit(fflush(stdout) != 0);
}

static int
find(const char *const *names, int n, const char *word)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], word))
			return i;
	fprintf(stderr, "CANPIPE_FAULT: '%s'? (CANPIPE_FAULT=list)\n", word);
	exit(2);
}

static void
add(const char *text)
{
	struct fault *f = &fault[faults++];
	char role[32], op[32], kind[32];

	f->count = 1;
	if (sscanf(text, "%31[^.].%31[^:]:%31[^:]:%ld:%ld", role, op, kind, &f->count, &f->after) < 3)
		find(role_name, 0, text);
	f->role = (enum role)find(role_name, ROLES, role);
	f->op = (enum op)find(op_name, OPS, op);
	f->kind = (enum kind)find(kind_name, KINDS, kind);
	if (!(row[f->role] & BIT(f->op)) || (f->kind == SHORT && !can_be_short(f->op)))
		find(role_name, 0, text);
}

__attribute__((constructor)) static void
start(void)
{
	static char copy[256];
	const char *text = getenv("CANPIPE_FAULT");
	char *rest = copy, *word;

	role_of_fd[0] = INPUT;
	role_of_fd[1] = STDOUT;
	role_of_fd[2] = STDERR;
	if (!text)
		return;
	if (!strcmp(text, "list"))
		list();
	watches = !strcmp(text, "watch");
	snprintf(copy, sizeof copy, "%s", text);
	while (!watches && faults < 4 && (word = strsep(&rest, ",")))
		add(word);
}

/* The kind of fault that this call meets. */
static enum kind
meet(enum role r, enum op op)
{
	struct fault *f;

	if (watches && !(row[r] & BIT(op)) && op != OPEN && op != READ && op != CLOSE)
		say("unnamed", r, op, "");
	for (f = fault; f < fault + faults; f++) {
		if (r != f->role || op != f->op || f->count < 0 || f->after-- > 0)
			continue;
		f->after = 0;
		if (f->count > 0 && --f->count == 0)
			f->count = -1;
		say("fault", r, op, kind_name[f->kind]);
		return f->kind;
	}
	return NONE;
}

static bool
fails(enum role r, enum op op)
{
	enum kind k = meet(r, op);

	if (k)
		errno = kind_errno[k];
	return k;
}

/* False, and errno: it fails. *n: how much of it is to be done. */
static bool
shortens(enum role r, enum op op, size_t *n)
{
	enum kind k = meet(r, op);

	if (k == SHORT)
		*n = *n > 1 ? *n / 2 : *n;
	else if (k)
		errno = kind_errno[k];
	return k == NONE || k == SHORT;
}

static enum role
role_of(int fd)
{
	return fd >= 0 && fd < FDS ? (enum role)role_of_fd[fd] : OTHER;
}

static bool
ends(const char *name, const char *tail)
{
	size_t n = strlen(name), t = strlen(tail);

	return n >= t && !strcmp(name + n - t, tail);
}

static enum role
role_of_path(const char *path, int flags)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	bool numbered = strspn(name, "0123456789") == 10;

	if (flags & O_DIRECTORY)
		return FOLDER;
	if (numbered && ends(name, ".sum"))
		return SUMS;
	if (numbered)
		return SEGMENT;
	if (!strcmp(name, "lock"))
		return LOCK;
	if (!strncmp(name, "position", 8))
		return POSITION;
	if (!strncmp(name, "mark", 4))
		return CHECKPOINT;
	if (ends(name, ".suspect"))
		return SUSPECT;
	return flags & O_APPEND ? REJECT : OTHER;
}

static int
opened(long fd, enum role r)
{
	if (fd >= 0 && fd < FDS)
		role_of_fd[fd] = (unsigned char)r;
	return (int)fd;
}

static int
open_at(int dir, const char *path, int flags, unsigned mode)
{
	enum role r = role_of_path(path, flags);

	return fails(r, OPEN) ? -1 : opened(syscall(SYS_openat, dir, path, flags, mode), r);
}

static unsigned
mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, unsigned) : 0;
}

int
open(const char *path, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	unsigned mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at(dir, path, flags, mode);
}

ssize_t
read(int fd, void *p, size_t n)
{
	return fails(role_of(fd), READ) ? -1 : syscall(SYS_read, fd, p, n);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	return fails(role_of(fd), READ) ? -1 : syscall(SYS_pread64, fd, p, n, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return shortens(role_of(fd), WRITE, &n) ? syscall(SYS_write, fd, p, n) : -1;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return shortens(role_of(fd), WRITE, &n) ? syscall(SYS_pwrite64, fd, p, n, at) : -1;
}

int
fsync(int fd)
{
	return fails(role_of(fd), FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return fails(role_of(fd), FSYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
ftruncate(int fd, off_t n)
{
	return fails(role_of(fd), FTRUNCATE) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int
close(int fd)
{
	enum role r = role_of(fd);
	int result = (int)syscall(SYS_close, fd);

	opened(fd, OTHER);
	return fails(r, CLOSE) ? -1 : result;
}

int
flock(int fd, int how)
{
	return fails(role_of(fd), FLOCK) ? -1 : (int)syscall(SYS_flock, fd, how);
}

int
rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int
renameat(int dir, const char *from, int other, const char *to)
{
	return fails(role_of_path(from, 0), RENAME) ? -1
	    : (int)syscall(SYS_renameat2, dir, from, other, to, 0);
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
unlinkat(int dir, const char *path, int flags)
{
	return fails(role_of_path(path, 0), UNLINK) ? -1 : (int)syscall(SYS_unlinkat, dir, path, flags);
}

int
mkdir(const char *path, mode_t mode)
{
	return fails(FOLDER, MKDIR) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int
socket(int domain, int type, int protocol)
{
	enum role r = domain == AF_INET || domain == AF_INET6 ? HTTP : OTHER;

	return fails(r, OPEN) ? -1 : opened(syscall(SYS_socket, domain, type, protocol), r);
}

int
connect(int fd, __CONST_SOCKADDR_ARG a, socklen_t n)
{
	return fails(role_of(fd), CONNECT) ? -1 : (int)syscall(SYS_connect, fd, a.__sockaddr__, n);
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	return shortens(role_of(fd), SEND, &n) ? syscall(SYS_sendto, fd, p, n, flags, NULL, 0) : -1;
}

ssize_t
recv(int fd, void *p, size_t n, int flags)
{
	return fails(role_of(fd), RECV) ? -1 : syscall(SYS_recvfrom, fd, p, n, flags, NULL, NULL);
}
