#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/out.h"
#include "source/intern.h"

enum { WINDOW = 256 << 10 };	/* bytes read at once through a window */

/* Consumes what is to be passed over, as far as it is there. */
static void
pass(struct source *s)
{
	size_t there = input_data(&s->input).n;
	size_t n = s->pending < there ? (size_t)s->pending : there;

	input_consume(&s->input, n);
	s->pending -= n;
}

enum source_result
source_bytes(struct source *s, size_t n, struct span *p, bool wait)
{
	enum linein_result r;

	for (;;) {
		pass(s);
		*p = input_data(&s->input);
		if (!s->pending && p->n >= n)
			return SOURCE_DATA;
		r = input_more(&s->input, wait);
		s->counts.bytes = s->input.raw.bytes;
		if (r != LINEIN_DATA) {
			/* It may have moved. Where a signal ended it, half a record is no damage. */
			*p = input_stopped(&s->input) ? span_of(NULL, 0) : input_data(&s->input);
			return source_no_data(s, r);
		}
		s->now = clock_real();
	}
}

void
source_eat(struct source *s, uint64_t n)
{
	s->offset += n;
	s->pending += n;
	pass(s);
}

static enum source_result
failed(struct source *s, int err)
{
	s->err = err;
	return SOURCE_FAILED;
}

/* Copies what the input gives to s->file, to its end. */
static enum source_result
copy(struct source *s, bool wait)
{
	enum linein_result r;
	struct span d;
	int err;

	do {
		d = input_data(&s->input);
		err = out_write_all(s->file, d.p, d.n);
		if (err)
			return failed(s, err);
		input_consume(&s->input, d.n);
		s->size += d.n;
		r = input_more(&s->input, wait);
		s->counts.bytes = s->input.raw.bytes;
	} while (r == LINEIN_DATA);
	return r == LINEIN_END ? SOURCE_END : source_no_data(s, r);
}

/* The input is a file as it is: no copy is needed. */
static bool
is_plain_file(struct source *s)
{
	struct stat st;

	if (input_packed(&s->input) || fstat(s->input.fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	s->file = s->input.fd;
	s->size = (uint64_t)st.st_size;
	s->counts.bytes = 0;		/* counted where they are read */
	return true;
}

enum source_result
source_spool(struct source *s, bool wait)
{
	enum source_result r;

	if (!s->spooling) {
		s->spooled = is_plain_file(s);
		s->spooling = !s->spooled;
		return s->spooled ? SOURCE_DATA : SOURCE_SPOOLING;
	}
	if (s->file < 0)
		s->file = file_temporary(NULL);
	if (s->file < 0)
		return failed(s, errno);
	r = copy(s, wait);
	if (r != SOURCE_END || input_stopped(&s->input))
		return r;
	/* Once says that it is torn; what there is goes on to be read. */
	r = source_no_data(s, LINEIN_END);
	s->spooled = r == SOURCE_END;
	return s->spooled ? SOURCE_DATA : r;
}

/* pread(2) of all n bytes, as far as the file goes. The number, or -1 with s->err. */
static ssize_t
read_at(struct source *s, char *p, size_t n, uint64_t offset)
{
	size_t done = 0;
	ssize_t r;

	while (done < n) {
		r = pread(s->file, p + done, n - done, (off_t)(offset + done));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			s->err = errno;
			return -1;
		}
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

/* Fills a window with what begins at offset; what it holds of that already stays. */
static bool
move_window(struct source *s, struct source_window *w, uint64_t offset, size_t n)
{
	size_t had = 0;
	ssize_t r;

	if (offset >= w->at && offset - w->at < w->b.len)
		had = w->b.len - (size_t)(offset - w->at);
	buf_consume(&w->b, w->b.len - had);
	w->at = offset;
	n = n < WINDOW ? WINDOW : n;
	r = read_at(s, buf_reserve(&w->b, n - had), n - had, offset + had);
	if (r < 0)
		return false;
	w->b.len += (size_t)r;
	s->now = clock_real();
	if (s->file == s->input.fd)
		s->counts.bytes += (uint64_t)r;
	return true;
}

enum source_result
source_window_at(struct source *s, struct source_window *w, uint64_t offset, size_t n,
    struct span *p)
{
	size_t skip;

	if (offset > s->size)
		offset = s->size;	/* also far beyond what off_t can say */
	if (offset < w->at || offset - w->at > w->b.len || w->b.len - (offset - w->at) < n)
		if (!move_window(s, w, offset, n))
			return SOURCE_FAILED;
	skip = (size_t)(offset - w->at);
	*p = span_of(w->b.p + skip, w->b.len - skip);
	return p->n < n ? SOURCE_END : SOURCE_DATA;
}

void
source_window_free(struct source_window *w)
{
	buf_free(&w->b);
}
