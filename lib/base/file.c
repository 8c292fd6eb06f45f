#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/out.h"

int
file_read(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	size_t start = out->len;
	ssize_t n;

	if (fd < 0)
		return errno;
	while ((n = read(fd, buf_reserve(out, 65536), 65536)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = errno;
			break;
		}
		out->len += (size_t)n;
		if (out->len - start > max) {
			err = EFBIG;
			break;
		}
	}
	close(fd);
	return err;
}

int
file_temporary(const char *folder)
{
	const char *tmp = getenv("TMPDIR");
	struct buf name = { 0 };
	int fd;

	if (!folder)
		folder = tmp && *tmp ? tmp : "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	buf_printf(&name, "%s/canpipe.XXXXXX", folder);
	buf_str(&name);
	fd = mkostemp(name.p, O_CLOEXEC);
	if (fd >= 0)
		unlink(name.p);
	buf_free(&name);
	return fd;
}

/* fsync of the folder that holds path, so that the rename itself survives a power loss. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf b = { 0 };
	int fd;

	buf_put(&b, path, slash ? (size_t)(slash - path) + 1 : 0);
	if (!slash)
		buf_putc(&b, '.');
	fd = open(buf_str(&b), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);	/* not every file system can: the content is safe either way */
		close(fd);
	}
	buf_free(&b);
}

static void
free_names(struct file_swap *f)
{
	free(f->path);
	free(f->tmp);
}

int
file_swap_begin(struct file_swap *f, const char *path, unsigned mode)
{
	struct buf tmp = { 0 };
	struct stat st;
	int err;

	/* root could put a file in the place of /dev/stdout */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
	*f = (struct file_swap){ .path = realpath(path, NULL) };
	if (!f->path)
		f->path = mem_strndup(path, strlen(path));
	buf_printf(&tmp, "%s.%ld.tmp", f->path, (long)getpid());
	buf_str(&tmp);
	f->tmp = tmp.p;
	f->fd = open(f->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (f->fd >= 0)
		return 0;
	err = errno;
	free_names(f);
	return err;
}

int
file_swap_end(struct file_swap *f)
{
	int err = 0;

	if (fsync(f->fd) != 0 && errno != EINVAL)
		err = errno;
	if (close(f->fd) != 0 && !err)
		err = errno;
	if (!err && rename(f->tmp, f->path) != 0)
		err = errno;
	if (err)
		unlink(f->tmp);
	else
		sync_folder(f->path);
	free_names(f);
	return err;
}

void
file_swap_drop(struct file_swap *f)
{
	close(f->fd);
	unlink(f->tmp);
	free_names(f);
}

int
file_replace(const char *path, const void *p, size_t n, unsigned mode)
{
	struct file_swap f;
	int err = file_swap_begin(&f, path, mode);

	if (err)
		return err;
	err = out_write_all(f.fd, p, n);
	if (!err)
		return file_swap_end(&f);
	file_swap_drop(&f);
	return err;
}

const char *
file_fault(int err)
{
	return err == ENOTSUP ? "expected a regular file, which a new one can replace" : strerror(err);
}

int
file_make_folders(const char *path, unsigned mode)
{
	struct stat st;
	struct buf b = { 0 };
	const char *p = path;
	int err = 0;

	while (!err && *p) {
		p += strspn(p, "/");
		p += strcspn(p, "/");
		b.len = 0;
		buf_put(&b, path, (size_t)(p - path));
		if (mkdir(buf_str(&b), mode) != 0 && errno != EEXIST)
			err = errno;
	}
	/* what can be looked at is there, though it could not be made: / on a read-only system */
	if (stat(path, &st) == 0)
		err = S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
	buf_free(&b);
	return err;
}

const char *
file_compression(const void *p, size_t n)
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} row[] = {
		{ "gzip", "\x1f\x8b", 2 },
		{ "xz", "\xfd" "7zXZ", 5 },
		{ "zstd", "\x28\xb5\x2f\xfd", 4 },
		{ "bzip2", "BZh", 3 },
		{ "lz4", "\x04\x22\x4d\x18", 4 },
		{ "zip", "PK\x03\x04", 4 },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (n >= row[i].len && !memcmp(p, row[i].magic, row[i].len))
			return row[i].name;
	return NULL;
}
