#include "source/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/gunzip.h"
#include "base/mem.h"

enum { CHUNK = 512 * 1024 };

struct unpack {
	struct linein *raw;
	struct gunzip *gunzip;	/* gzip: instead of all below but damage */
	bool ended;
	size_t chunk;		/* bytes unpacked at once, or a bit more */
	size_t lent;		/* bytes of raw that libarchive has been given last */
	struct archive *archive;
	bool open;
	int last;		/* libarchive's last word: OK, EOF or an error */
	char damage[256];
};

/* libarchive asks for the next compressed bytes; what it had before is used up. */
static la_ssize_t
more(struct archive *a, void *arg, const void **p)
{
	struct unpack *u = arg;
	enum linein_result r = LINEIN_DATA;

	linein_consume(u->raw, u->lent);
	u->lent = 0;
	while (!linein_data(u->raw).n && r != LINEIN_END) {
		r = linein_fill(u->raw, true, 0);
		if (r == LINEIN_ERROR) {
			archive_set_error(a, u->raw->err, "%s", strerror(u->raw->err));
			return -1;
		}
	}
	*p = linein_data(u->raw).p;
	u->lent = linein_data(u->raw).n;
	return (la_ssize_t)u->lent;
}

struct unpack *
unpack_new(struct linein *raw)
{
	static int (*const support[])(struct archive *) = { archive_read_support_format_raw,
		archive_read_support_format_empty, archive_read_support_format_zip_streamable,
		archive_read_support_filter_xz,
		archive_read_support_filter_zstd, archive_read_support_filter_bzip2,
		archive_read_support_filter_lz4 };
	struct unpack *u = mem_zero(1, sizeof *u);
	size_t i;

	u->raw = raw;
	if (strcmp(file_compression(linein_data(raw).p, linein_data(raw).n), "gzip") == 0) {
		u->gunzip = gunzip_new();
		return u;
	}
	u->chunk = raw->chunk < CHUNK ? raw->chunk : CHUNK;
	u->archive = archive_read_new();
	for (i = 0; u->archive && i < sizeof support / sizeof *support; i++)
		support[i](u->archive);
	return u;
}

void
unpack_free(struct unpack *u)
{
	if (u) {
		gunzip_free(u->gunzip);
		archive_read_free(u->archive);
	}
	free(u);
}

/* A read error is raw's to report; an input that a signal ended is not damaged. */
static enum linein_result
failed(struct unpack *u, const char *text)
{
	if (u->raw->err)
		return LINEIN_ERROR;
	if (!u->raw->stopped)
		strncpy(u->damage, text ? text : "no reason given", sizeof u->damage - 1);
	return LINEIN_END;
}

/* The next file; a zip archive may have folders, and more than one. */
static void
next_file(struct unpack *u)
{
	struct archive_entry *entry;

	do {
		u->last = archive_read_next_header(u->archive, &entry);
		if (u->last == ARCHIVE_WARN)
			u->last = ARCHIVE_OK;
	} while (u->last == ARCHIVE_OK && archive_entry_filetype(entry) != AE_IFREG);
}

static void
start(struct unpack *u)
{
	u->open = true;
	u->last = u->archive ? archive_read_open(u->archive, u, NULL, more, NULL) : ARCHIVE_FATAL;
	if (u->last == ARCHIVE_WARN)
		u->last = ARCHIVE_OK;
	if (u->last == ARCHIVE_OK)
		next_file(u);
}

/* The end of the first file. */
static enum linein_result
finish(struct unpack *u)
{
	if (!u->ended)
		next_file(u);
	u->ended = true;
	return u->last == ARCHIVE_OK ? failed(u, "it has more than one file, the first is read")
	    : LINEIN_END;
}

/*
 * Block by block, as libarchive has them: archive_read_data() would throw away what it has copied
 * when an error follows. What ended it is remembered in u->last.
 */
static void
copy_blocks(struct unpack *u, struct buf *b)
{
	size_t start = b->len, n;
	const void *p;
	la_int64_t offset;

	while (u->last == ARCHIVE_OK && b->len - start < u->chunk) {
		u->last = archive_read_data_block(u->archive, &p, &n, &offset);
		if (u->last == ARCHIVE_OK)
			buf_put(b, p, n);
	}
}

/*
 * gzip is unpacked here: libarchive does not look at its checksums, and drops what it has made of
 * a last piece that is torn. What is there is given as soon as it can be unpacked.
 */
static enum linein_result
pull_gzip(struct unpack *u, struct buf *b, bool wait, int64_t deadline)
{
	enum linein_result r = LINEIN_DATA;
	enum gunzip_result made;
	const char *why = NULL;
	size_t had = b->len;
	struct span in;

	while (!u->ended) {
		in = linein_data(u->raw);
		made = gunzip_more(u->gunzip, &in, r == LINEIN_END, b, &why);
		linein_consume(u->raw, linein_data(u->raw).n - in.n);
		u->ended = made == GUNZIP_END || made == GUNZIP_BAD;
		if (made == GUNZIP_BAD)
			failed(u, why);
		if (b->len > had)
			return LINEIN_DATA;
		if (u->ended || made != GUNZIP_WANTS)
			continue;
		r = linein_fill(u->raw, wait, deadline);
		if (r != LINEIN_DATA && r != LINEIN_END)
			return r;
	}
	return LINEIN_END;
}

enum linein_result
unpack_pull(void *arg, struct buf *b, bool wait, int64_t deadline)
{
	struct unpack *u = arg;
	size_t had = b->len;

	if (u->gunzip)
		return pull_gzip(u, b, wait, deadline);
	if (!wait)
		return LINEIN_IDLE;
	if (!u->open)
		start(u);
	copy_blocks(u, b);
	if (b->len > had)
		return LINEIN_DATA;
	if (u->last == ARCHIVE_EOF || u->ended)
		return finish(u);
	return failed(u, u->archive ? archive_error_string(u->archive) : NULL);
}

const char *
unpack_damage(const struct unpack *u)
{
	return *u->damage ? u->damage : NULL;
}
