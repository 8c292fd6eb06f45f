#ifndef TEST_MF4FILE_H
#define TEST_MF4FILE_H

#include <stdbool.h>
#include <stdlib.h>

#include "bytes.h"

/* MDF 4 files, composed by the tests. Blocks are known by their offsets. */

__attribute__((unused)) static void
mdf_align(struct buf *b)
{
	put_zeroes(b, -b->len & 7);
}

/* A block with so many links, all 0 for the time being. */
__attribute__((unused)) static size_t
mdf_block(struct buf *b, const char *id, unsigned links, struct span body)
{
	size_t at;

	mdf_align(b);
	at = b->len;
	buf_puts(b, "##");
	buf_puts(b, id);
	put_zeroes(b, 4);
	put_int(b, 24 + 8 * links + body.n, 8);
	put_int(b, links, 8);
	put_zeroes(b, 8 * links);
	buf_put_span(b, body);
	return at;
}

__attribute__((unused)) static void
mdf_link(struct buf *b, size_t at, unsigned i, size_t to)
{
	set_int(b, at + 24 + 8 * i, to, 8);
}

/* ID and HD; unfinished: flags, -1: it is finished. The start is 1700000000 s. */
__attribute__((unused)) static void
mdf_begin(struct buf *b, int unfinished)
{
	struct buf body = { 0 };

	buf_puts(b, unfinished < 0 ? "MDF     4.11    test    " : "UnFinMF 4.11    test    ");
	put_zeroes(b, 4);
	put_int(b, 411, 2);
	put_zeroes(b, 30);
	put_int(b, unfinished < 0 ? 0 : (unsigned)unfinished, 2);
	put_zeroes(b, 2);
	put_int(&body, UINT64_C(1700000000000000000), 8);
	put_int(&body, 120, 2);
	put_int(&body, 0, 2);
	put_int(&body, 2, 1);
	put_zeroes(&body, 3 + 16);
	mdf_block(b, "HD", 6, buf_span(&body));
	buf_free(&body);
}

__attribute__((unused)) static size_t
mdf_text(struct buf *b, const char *text)
{
	return mdf_block(b, "TX", 0, span_of(text, strlen(text) + 1));
}

__attribute__((unused)) static void
put_double(struct buf *b, double d)
{
	uint64_t v;

	memcpy(&v, &d, 8);
	put_int(b, v, 8);
}

/* A linear conversion. */
__attribute__((unused)) static size_t
mdf_linear(struct buf *b, double offset, double factor)
{
	struct buf body = { 0 };
	size_t at;

	put_int(&body, 1, 1);
	put_zeroes(&body, 5);
	put_int(&body, 2, 2);
	put_zeroes(&body, 16);
	put_double(&body, offset);
	put_double(&body, factor);
	at = mdf_block(b, "CC", 4, buf_span(&body));
	buf_free(&body);
	return at;
}

struct mdf_channel {
	const char *name;
	unsigned type, sync, format, bit, byte, bits;	/* as in the CN block */
	int invalid;			/* bit; 0: none, so it is counted from 1 */
	double offset, factor;		/* factor 0: no conversion */
};

__attribute__((unused)) static size_t
mdf_channel(struct buf *b, const struct mdf_channel *c)
{
	size_t name = mdf_text(b, c->name), at;
	size_t cc = c->factor > 0 || c->offset > 0 ? mdf_linear(b, c->offset, c->factor) : 0;
	struct buf body = { 0 };

	put_int(&body, c->type, 1);
	put_int(&body, c->sync, 1);
	put_int(&body, c->format, 1);
	put_int(&body, c->bit, 1);
	put_int(&body, c->byte, 4);
	put_int(&body, c->bits, 4);
	put_int(&body, 1024 | (c->invalid ? 2 : 0), 4);
	put_int(&body, c->invalid ? (unsigned)c->invalid - 1 : 0, 4);
	put_zeroes(&body, 4 + 48);
	at = mdf_block(b, "CN", 8, buf_span(&body));
	mdf_link(b, at, 2, name);
	mdf_link(b, at, 4, cc);
	buf_free(&body);
	return at;
}

/* A list of channels; returns the first one. *bytes: the one whose name ends with DataBytes. */
__attribute__((unused)) static size_t
mdf_channels(struct buf *b, const struct mdf_channel *c, size_t n, size_t *bytes)
{
	size_t i, at, first = 0, last = 0;

	for (i = 0; i < n; i++) {
		at = mdf_channel(b, &c[i]);
		if (strstr(c[i].name, "DataBytes"))
			*bytes = at;
		if (last)
			mdf_link(b, last, 0, at);
		first = first ? first : at;
		last = at;
	}
	return first;
}

__attribute__((unused)) static size_t
mdf_group(struct buf *b, uint64_t id, uint64_t cycles, unsigned flags, unsigned size,
    unsigned invalid, size_t channels)
{
	struct buf body = { 0 };
	size_t at;

	put_int(&body, id, 8);
	put_int(&body, cycles, 8);
	put_int(&body, flags, 2);
	put_int(&body, '.', 2);
	put_zeroes(&body, 4);
	put_int(&body, size, 4);
	put_int(&body, invalid, 4);
	at = mdf_block(b, "CG", 6, buf_span(&body));
	mdf_link(b, at, 1, channels);
	buf_free(&body);
	return at;
}

/* A data group behind the last one (0: it is the first). Its data is linked later. */
__attribute__((unused)) static size_t
mdf_data_group(struct buf *b, size_t last, unsigned id_size, size_t group)
{
	char body[8] = { (char)id_size };
	size_t at = mdf_block(b, "DG", 4, span_of(body, 8));

	mdf_link(b, at, 1, group);
	mdf_link(b, last ? last : 64, 0, at);
	return at;
}

/*
 * A group of CAN events, in records of 22 bytes like those of a CANedge: time in ns as a double;
 * IDE and ID; EDL and length; direction, BRS, bus and DLC; 8 bytes of data, or where that is.
 * storage: 0 in the record, 1 elsewhere (to be linked by *bytes), 5 in the record (MLSD).
 */
enum { MDF_RECORD = 22 };

__attribute__((unused)) static size_t
mdf_can_group(struct buf *b, uint64_t id, uint64_t cycles, const char *event, unsigned storage,
    size_t *bytes)
{
	char name[9][40];
	static const struct mdf_channel member[] = {
		{ "ID", 0, 0, 0, 3, 8, 29, 0, 0, 0 }, { "IDE", 0, 0, 0, 0, 8, 1, 0, 0, 0 },
		{ "EDL", 0, 0, 0, 0, 12, 1, 0, 0, 0 }, { "DataLength", 0, 0, 0, 1, 12, 7, 0, 0, 0 },
		{ "Dir", 0, 0, 0, 0, 13, 1, 0, 0, 0 }, { "BRS", 0, 0, 0, 1, 13, 1, 0, 0, 0 },
		{ "BusChannel", 0, 0, 0, 2, 13, 2, 0, 0, 0 }, { "DLC", 0, 0, 0, 4, 13, 4, 0, 0, 0 },
		{ "DataBytes", 0, 0, 10, 0, 14, 64, 0, 0, 0 },
	};
	struct mdf_channel c[9], time = { "t", 2, 1, 4, 0, 0, 64, 0, 0, 1e-9 };
	struct mdf_channel all = { event, 0, 0, 10, 0, 8, 14 * 8, 0, 0, 0 };
	size_t i, first, frame, parts;

	for (i = 0; i < 9; i++) {
		snprintf(name[i], sizeof name[i], "%s.%s", event, member[i].name);
		c[i] = member[i];
		c[i].name = name[i];
	}
	c[8].type = storage;
	first = mdf_channel(b, &time);
	frame = mdf_channel(b, &all);
	mdf_link(b, first, 0, frame);
	parts = mdf_channels(b, c, 9, bytes);
	mdf_link(b, frame, 1, parts);
	return mdf_group(b, id, cycles, 6, MDF_RECORD, 0, first);
}

struct mdf_frame {
	double ns;
	unsigned id;
	bool ide, edl, tx, brs;
	unsigned length, bus, dlc;
	uint64_t data;
};

__attribute__((unused)) static void
put_record(struct buf *b, const struct mdf_frame *f)
{
	put_double(b, f->ns);
	put_int(b, f->id << 3 | f->ide, 4);
	put_int(b, f->edl | f->length << 1, 1);
	put_int(b, (unsigned)f->tx | (unsigned)f->brs << 1 | f->bus << 2 | f->dlc << 4, 1);
	put_int(b, f->data, 8);
}

/* Frame k: k ms, bus 1 + k % 3, id 0x100 + k, 8 bytes of which the first two are k. */
__attribute__((unused)) static void
put_frame_record(struct buf *b, unsigned k, uint64_t data)
{
	put_record(b, &(struct mdf_frame){ .ns = k * 1e6, .id = 0x100 + k, .length = 8, .dlc = 8,
		.bus = 1 + k % 3, .data = data });
}

/* "##DZ": the bytes packed, transposed where columns is not 0. original: "DT" or "SD". */
__attribute__((unused)) static size_t
mdf_packed(struct buf *b, const char *original, struct span bytes, unsigned columns)
{
	struct buf turned = { 0 }, body = { 0 }, packed = { 0 };
	size_t rows = columns ? bytes.n / columns : 0, r, c, at;

	for (c = 0; c < columns; c++)
		for (r = 0; r < rows; r++)
			buf_putc(&turned, bytes.p[r * columns + c]);
	buf_put(&turned, bytes.p + rows * columns, bytes.n - rows * columns);
	put_zlib(&packed, buf_span(&turned), 6);
	buf_puts(&body, original);
	put_int(&body, columns ? 1 : 0, 1);
	put_int(&body, 0, 1);
	put_int(&body, columns, 4);
	put_int(&body, bytes.n, 8);
	put_int(&body, packed.len, 8);
	buf_put_span(&body, buf_span(&packed));
	at = mdf_block(b, "DZ", 0, buf_span(&body));
	buf_free(&turned);
	buf_free(&body);
	buf_free(&packed);
	return at;
}

/*
 * A list of blocks of up to `part` bytes each. kind: "DT" or "SD", packed: how, -1: not. Returns
 * the DL block; with "DV", an LD block, and `part` is that of whole records.
 */
__attribute__((unused)) static size_t
mdf_list(struct buf *b, const char *kind, struct span bytes, size_t part, int packed)
{
	size_t n = (bytes.n + part - 1) / part, i, at;
	size_t *block = malloc((n + 1) * sizeof *block);
	struct buf body = { 0 };

	put_int(&body, 0, 4);
	put_int(&body, n, 4);
	for (i = 0; i < n; i++) {
		struct span s = span_of(bytes.p + i * part, i + 1 < n ? part : bytes.n - i * part);

		put_int(&body, kind[1] == 'V' ? i * part / MDF_RECORD : i * part, 8);
		block[i] = packed < 0 ? mdf_block(b, kind, 0, s) : mdf_packed(b, kind, s,
		    (unsigned)packed);
	}
	at = mdf_block(b, kind[1] == 'V' ? "LD" : "DL", (unsigned)n + 1, buf_span(&body));
	for (i = 0; i < n; i++)
		mdf_link(b, at, (unsigned)i + 1, block[i]);
	buf_free(&body);
	free(block);
	return at;
}

#endif
