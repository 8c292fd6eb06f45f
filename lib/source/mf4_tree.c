#include "source/mf4.h"

#include <stdlib.h>

#include "base/load.h"
#include "base/mem.h"

enum {
	TIME_LOCAL = 1,				/* of the file: its start is local time */
	GROUP_VLSD = 1, GROUP_REMOTE_MASTER = 8,	/* flags of a channel group */
	LISTS_MAX = 1 << 16,			/* data groups, and channel groups of one */
};

static const char want_header[] = "an HD block at offset 64";
static const char want_data_group[] = "a DG block that no other one links to";
static const char want_group[] = "a CG block that no other one links to";
static const char want_rows[] = "records with their time: that of another group is not read";
static const char want_number[] = "a number of 1, 2, 4 or 8 bytes before the records of several "
	"channel groups";

bool
mf4_header(struct span bytes, unsigned *version, unsigned *unfinished)
{
	bool open;

	*version = *unfinished = 0;
	if (bytes.n < MF4_HEADER)
		return false;
	open = memcmp(bytes.p, "UnFinMF ", 8) == 0;
	if (!open && memcmp(bytes.p, "MDF     ", 8) != 0)
		return false;
	*version = load_le16(bytes.p + 28);
	if (open)
		*unfinished = load_le16(bytes.p + 60);
	return *version >= 400 && *version < 500;
}

void
mf4_tree_note(struct mf4_tree *t, uint64_t at, const char *expected)
{
	if (t->notes < MF4_NOTES)
		t->note[t->notes++] = (struct mf4_note){ at, expected };
}

/* A kind of bus in the source of a group's data (SI block). */
static const char *
bus_kind(unsigned bus)
{
	static const char *const kind[] = { NULL, NULL, NULL, "LIN events", "MOST events",
		"FlexRay events", "K-Line events", "Ethernet frames", "USB events" };

	return bus < sizeof kind / sizeof *kind && kind[bus] ? kind[bus] : "other records";
}

/* The number at the end of a name: 2 of "CAN 2"; 0 without one. */
static unsigned
number_of(const char *name)
{
	size_t n = strlen(name), digits = 0;
	unsigned v = 0;

	while (digits < n && digits < 4 && name[n - 1 - digits] >= '0' && name[n - 1 - digits] <= '9')
		digits++;
	for (; digits; digits--)
		v = 10 * v + (unsigned)(name[n - digits] - '0');
	return v;
}

/* What records that are none of CAN are; and the bus of those that do not say it themselves. */
static void
read_source(struct mf4_file *f, const struct mf4_block *b, struct mf4_group *g)
{
	char name[MF4_NAME_MAX];
	struct mf4_block si;
	struct span p;

	mf4_text(f, mf4_link(f, b, 2), name);
	g->bus = number_of(name);
	g->kind = bus_kind(0);
	if (!mf4_block(f, mf4_link(f, b, 3), "SI", &si) || !mf4_body(f, &si, 2, &p))
		return;
	g->kind = bus_kind(load_u8(p.p + 1));
	if (g->bus)
		return;
	mf4_text(f, mf4_link(f, &si, 0), name);
	g->bus = number_of(name);
	if (!g->bus) {
		mf4_text(f, mf4_link(f, &si, 1), name);
		g->bus = number_of(name);
	}
}

static void
add_group(struct mf4_tree *t, const struct mf4_group *g)
{
	if (t->groups == t->group_room) {
		t->group_room = t->group_room ? 2 * t->group_room : 16;
		t->group = mem_resize(t->group, t->group_room, sizeof *t->group);
	}
	t->group[t->groups++] = *g;
}

static void
read_group(struct mf4_tree *t, struct mf4_file *f, const struct mf4_block *b)
{
	struct mf4_group g = { .at = b->at };
	struct span p;
	unsigned flags;

	if (!mf4_body(f, b, 32, &p)) {
		mf4_tree_note(t, b->at, want_group);
		return;
	}
	g.id = load_le64(p.p);
	g.cycles = load_le64(p.p + 8);
	flags = load_le16(p.p + 16);
	g.size = load_le32(p.p + 24);
	g.invalid = load_le32(p.p + 28);
	if (flags & GROUP_VLSD) {
		g.event = MF4_VLSD;
	} else if (flags & GROUP_REMOTE_MASTER) {
		mf4_tree_note(t, b->at, want_rows);
		return;
	} else {
		read_source(f, b, &g);
		mf4_channels(t, f, mf4_link(f, b, 1), &g);
	}
	add_group(t, &g);
}

static void
read_groups(struct mf4_tree *t, struct mf4_file *f, uint64_t at)
{
	struct mf4_block b;
	unsigned n;

	for (n = 0; at && n < LISTS_MAX; n++) {
		if (!mf4_block(f, at, "CG", &b) || !mf4_seen_first(&t->seen, at)) {
			mf4_tree_note(t, at, want_group);
			return;
		}
		read_group(t, f, &b);
		at = mf4_link(f, &b, 0);
	}
}

/* The records of a group have no invalidation bits with them; they count as valid. */
static void
forget_bits(struct mf4_group *g)
{
	size_t i;

	g->invalid = 0;
	g->time.invalid = g->data.invalid = -1;
	for (i = 0; i < MF4_MEMBERS; i++)
		g->member[i].invalid = -1;
}

static void
read_data_group(struct mf4_tree *t, struct mf4_file *f, const struct mf4_block *b)
{
	struct mf4_data_group d = { .at = b->at, .data = mf4_link(f, b, 2), .first = t->groups };
	struct span p;
	size_t i;

	if (!mf4_body(f, b, 1, &p)) {
		mf4_tree_note(t, b->at, want_data_group);
		return;
	}
	d.id_size = load_u8(p.p);
	read_groups(t, f, mf4_link(f, b, 1));
	d.groups = t->groups - d.first;
	if (mf4_chain_bare(f, d.data))
		for (i = d.first; i < t->groups; i++)
			forget_bits(&t->group[i]);
	if (d.id_size > 8 || (d.id_size & (d.id_size - 1)) || (!d.id_size && d.groups > 1)) {
		mf4_tree_note(t, b->at, want_number);
		return;
	}
	if (t->datas == t->data_room) {
		t->data_room = t->data_room ? 2 * t->data_room : 4;
		t->data = mem_resize(t->data, t->data_room, sizeof *t->data);
	}
	t->data[t->datas++] = d;
}

void
mf4_tree_read(struct mf4_tree *t, struct mf4_file *f)
{
	struct mf4_block b;
	struct span p;
	uint64_t at;
	unsigned n;

	if (!mf4_block(f, MF4_HEADER, "HD", &b) || !mf4_body(f, &b, 13, &p)) {
		mf4_tree_note(t, MF4_HEADER, want_header);
		return;
	}
	t->start = (int64_t)load_le64(p.p);
	t->local = load_u8(p.p + 12) & TIME_LOCAL;
	if (t->start < 0)
		t->start = 0;
	at = mf4_link(f, &b, 0);
	for (n = 0; at && n < LISTS_MAX; n++) {
		if (!mf4_block(f, at, "DG", &b) || !mf4_seen_first(&t->seen, at)) {
			mf4_tree_note(t, at, want_data_group);
			return;
		}
		read_data_group(t, f, &b);
		at = mf4_link(f, &b, 0);
	}
}

void
mf4_tree_free(struct mf4_tree *t)
{
	mf4_seen_free(&t->seen);
	free(t->data);
	free(t->group);
}
