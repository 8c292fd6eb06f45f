#include "source/mf4.h"

#include <stdlib.h>

#include "base/load.h"
#include "base/mem.h"

enum {
	DL_EQUAL = 1,			/* flag of a list: all its blocks are of one length */
	DZ_HEAD = 24,			/* before the packed bytes of a DZ block */
	PACKED_MAX = 16 << 20,
};

#define LD_BITS 0x80000000u		/* flag of an LD block: there are DI blocks, too */

static const char data_blocks[] = "DT DZ SD RD DV";

static const char want_data[] = "a DT, DV, DZ, SD, DL, LD or HL block that no other one links to";
static const char want_inside[] = "a data block that ends before the file does";
static const char want_length[] = "a data block with the length of its data";
static const char want_deflate[] = "a block packed with deflate, or transposed and deflate";
static const char want_small[] = "a packed block of at most 16 MiB, or of what it can unpack to";

void
mf4_chain_init(struct mf4_chain *c, struct mf4_file *f, struct mf4_tree *t, uint64_t link)
{
	*c = (struct mf4_chain){ .file = f, .tree = t, .next = link };
}

void
mf4_chain_free(struct mf4_chain *c)
{
	free(c->segment);
}

static bool
note(struct mf4_chain *c, uint64_t at, const char *expected)
{
	mf4_tree_note(c->tree, at, expected);
	c->bad = true;
	return false;
}

static bool
add(struct mf4_chain *c, struct mf4_segment s)
{
	if (!s.size)
		return false;
	if (c->segments == c->room) {
		c->room = c->room ? 2 * c->room : 4;
		c->segment = mem_resize(c->segment, c->room, sizeof *c->segment);
	}
	s.start = c->size;
	c->size += s.size;
	c->segment[c->segments++] = s;
	return true;
}

/* Whether a block, or the end of the file, is where a data block ends (they begin at 8 * n). */
static bool
ends_well(struct mf4_chain *c, uint64_t end)
{
	struct span p;

	end = (end + 7) & ~UINT64_C(7);
	if (end >= c->file->size)
		return true;
	return mf4_get(c->file, end, 4, &p) && p.p[0] == '#' && p.p[1] == '#'
	    && p.p[2] >= 'A' && p.p[2] <= 'Z' && p.p[3] >= 'A' && p.p[3] <= 'Z';
}

/* No block follows in this chain. */
static bool
is_last(struct mf4_chain *c)
{
	uint32_t i = c->index;

	if (!c->in_list)
		return true;
	while (i < c->list.links && !mf4_link(c->file, &c->list, i))
		i++;
	return i == c->list.links && !mf4_link(c->file, &c->list, 0);
}

/*
 * A block with the data as it is. The last one of a file that was not finished has a length that
 * was true some time ago: it is as long as the file, unless something else follows.
 */
static bool
add_plain(struct mf4_chain *c, const struct mf4_block *b)
{
	uint64_t head = MF4_BLOCK_MIN + 8 * (uint64_t)b->links, at = b->at + head;
	uint64_t there = c->file->size - at, size = b->size > head ? b->size - head : 0;
	bool open = c->file->unfinished & MF4_DATA_LENGTH, torn = size > there;

	if (torn) {
		size = there;
		if (!open)
			note(c, b->at, want_inside);
	} else if (size < there && is_last(c) && !ends_well(c, at + size)
	    && (open || b->size <= head)) {
		size = there;
		if (!open)
			note(c, b->at, want_length);
	}
	return add(c, (struct mf4_segment){ .at = at, .stored = size, .size = size, .torn = torn });
}

static bool
add_packed(struct mf4_chain *c, const struct mf4_block *b)
{
	struct mf4_segment s = { .at = b->at + MF4_BLOCK_MIN + 8 * (uint64_t)b->links + DZ_HEAD };
	struct span p;
	unsigned packing;

	if (!mf4_body(c->file, b, DZ_HEAD, &p))
		return note(c, b->at, want_data);
	packing = load_u8(p.p + 2);
	s.columns = load_le32(p.p + 4);
	s.size = load_le64(p.p + 8);
	s.stored = load_le64(p.p + 16);
	if (packing > 1)
		return note(c, b->at, want_deflate);
	s.packing = packing && s.columns > 1 && s.columns <= s.size ? MF4_TRANSPOSED : MF4_DEFLATE;
	if (s.stored > c->file->size - s.at) {
		s.stored = c->file->size - s.at;
		s.torn = true;
		note(c, b->at, want_inside);
	}
	/* Deflate makes at most 1032 bytes of one. */
	if (s.size > MF4_UNPACKED_MAX || s.stored > PACKED_MAX
	    || (!s.torn && s.size / 1032 > s.stored))
		return note(c, b->at, want_small);
	return add(c, s);
}

static bool
add_block(struct mf4_chain *c, uint64_t at)
{
	struct mf4_block b;

	if (!mf4_block(c->file, at, data_blocks, &b) || !mf4_seen_first(&c->tree->seen, at))
		return note(c, at, want_data);
	return strcmp(b.id, "DZ") == 0 ? add_packed(c, &b) : add_plain(c, &b);
}

/*
 * Behind a block of a list that could not be read: where the list says that the next one starts,
 * as records may lie across their borders. An LD block counts records.
 */
static void
leave_gap(struct mf4_chain *c)
{
	uint64_t unit = strcmp(c->list.id, "LD") == 0 ? c->row : 1, v;
	struct span p;

	if (!mf4_body(c->file, &c->list, 16, &p))
		return;
	if (!unit) {
		c->size++;
	} else if (load_u8(p.p) & DL_EQUAL) {
		v = load_le64(p.p + 8);
		c->size += v < c->file->size ? v * unit : 1;
	} else if (c->index < c->list.links
	    && mf4_body(c->file, &c->list, 8 + 8 * (size_t)c->index, &p)) {
		v = load_le64(p.p + 8 * (size_t)c->index);
		v = v < UINT64_MAX / 2 / unit ? v * unit : 0;
		c->size = v > c->size ? v : c->size + 1;
	} else {
		c->size++;
	}
}

/* The next block of the list. */
static bool
next_of_list(struct mf4_chain *c)
{
	uint64_t link = mf4_link(c->file, &c->list, c->index++);
	bool found;

	if (!link && c->file->unfinished & MF4_LIST)
		return false;
	c->bad = false;
	found = add_block(c, link);
	if (!found && c->bad)
		leave_gap(c);
	return found;
}

/* The second half of an LD block's links are DI blocks: the invalidation bits of the records. */
static void
without_bits(struct mf4_chain *c, struct mf4_block *b)
{
	struct span p;
	uint32_t n;

	if (!mf4_body(c->file, b, 8, &p))
		return;
	n = load_le32(p.p + 4);
	if (load_le32(p.p) & LD_BITS && n < b->links)
		b->links = n + 1;
}

bool
mf4_chain_bare(struct mf4_file *f, uint64_t link)
{
	struct mf4_block b;

	if (mf4_block(f, link, "HL", &b))
		link = mf4_link(f, &b, 0);
	return mf4_block(f, link, "LD DV", &b);
}

/* What c->next links to: a list, the head of one, or a block. */
static bool
next_link(struct mf4_chain *c)
{
	struct mf4_block b;
	uint64_t at = c->next;

	c->next = 0;
	if (mf4_block(c->file, at, data_blocks, &b))
		return add_block(c, at);
	if (!mf4_block(c->file, at, "DL HL LD", &b) || !mf4_seen_first(&c->tree->seen, at))
		return note(c, at, want_data);
	if (strcmp(b.id, "HL") == 0) {
		c->next = mf4_link(c->file, &b, 0);
		return false;
	}
	if (strcmp(b.id, "LD") == 0)
		without_bits(c, &b);
	c->list = b;
	c->index = 1;
	c->in_list = true;
	return false;
}

bool
mf4_chain_more(struct mf4_chain *c)
{
	bool found = false;

	while (!found && !c->file->failed) {
		if (c->in_list && c->index < c->list.links) {
			found = next_of_list(c);
		} else if (c->in_list) {
			c->in_list = false;
			c->next = mf4_link(c->file, &c->list, 0);
		} else if (c->next) {
			found = next_link(c);
		} else {
			return false;
		}
	}
	return found;
}
