#include "base/give.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

/* PAGES: so many that little is left over at their end. */
enum { HUGE_PAGE = 2 << 20, PAGES = 8 << 20 };

static long
faults(void)
{
	struct rusage r;

	return getrusage(RUSAGE_THREAD, &r) ? 0 : r.ru_minflt;
}

/* A huge page comes with its first byte; else each touch is a fault of its own. */
static bool
is_huge(char *page)
{
	long before = faults();

	*(volatile char *)page = 0;
	*(volatile char *)(page + HUGE_PAGE / 2) = 0;
	return faults() - before == 1;
}

/* n bytes at an address that huge pages can have; NULL: the system does not do it. */
static char *
map_pages(size_t n)
{
	char *p = mmap(NULL, n + HUGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	if (p == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)p & (HUGE_PAGE - 1);
	if (before)
		munmap(p, before);
	p += before;
	if (before < HUGE_PAGE)
		munmap(p + n, HUGE_PAGE - before);
	if (madvise(p, n, MADV_HUGEPAGE) == 0 && is_huge(p))
		return p;
	munmap(p, n);
	return NULL;
}

bool
give_room(struct buf *b, size_t n)
{
	size_t cap = n < PAGES ? PAGES : (n + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
	char *p;

	if (b->pages && b->cap >= n)
		return true;
	p = map_pages(cap);
	if (!p)
		return false;
	buf_free(b);
	*b = (struct buf){ p, 0, cap, p };
	return true;
}

int
give_all(int fd, struct buf *b, size_t *given)
{
	ssize_t n;

	for (*given = 0; *given < b->len;) {
		n = vmsplice(fd, &(struct iovec){ b->p + *given, b->len - *given }, 1, 0);
		if (n >= 0)
			*given += (size_t)n;
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			return errno;
	}
	b->p += b->len;
	b->cap -= b->len;
	b->len = *given = 0;
	return 0;
}
