#include "source/mf4.h"

#include "base/load.h"

/* Of CN blocks. */
enum type {
	CN_FIXED, CN_VLSD, CN_MASTER, CN_VIRTUAL_MASTER, CN_SYNC, CN_MLSD, CN_VIRTUAL
};
enum {
	SYNC_TIME = 1,
	FLAG_ALL_INVALID = 1, FLAG_INVALID_BIT = 2,
	LE_UNSIGNED = 0, BE_UNSIGNED = 1, LE_SIGNED = 2, BE_SIGNED = 3, LE_FLOAT = 4, BE_FLOAT = 5,
	CC_LINEAR = 1,
	DEPTH = 4,			/* channels that are parts of others */
	CHANNELS_MAX = 1 << 16,		/* in one list */
};

static const char want_channel[] = "a CN block that no other one links to";
static const char want_place[] = "a channel that lies within its record";

/* A CN block, as far as it is of use. */
struct channel {
	uint64_t next, parts, name, conversion, data, at;
	unsigned type, sync, format, first_bit, flags, invalid_bit;
	uint32_t byte, bits;
};

static bool
read_channel(struct mf4_file *f, uint64_t at, struct channel *c)
{
	struct mf4_block b;
	struct span p;

	if (!mf4_block(f, at, "CN", &b) || !mf4_body(f, &b, 24, &p))
		return false;
	*c = (struct channel){
		.at = at, .type = load_u8(p.p), .sync = load_u8(p.p + 1), .format = load_u8(p.p + 2),
		.first_bit = load_u8(p.p + 3), .byte = load_le32(p.p + 4), .bits = load_le32(p.p + 8),
		.flags = load_le32(p.p + 12), .invalid_bit = load_le32(p.p + 16),
	};
	c->next = mf4_link(f, &b, 0);
	c->parts = mf4_link(f, &b, 1);
	c->name = mf4_link(f, &b, 2);
	c->conversion = mf4_link(f, &b, 4);
	c->data = mf4_link(f, &b, 5);
	return true;
}

/* factor and offset of a linear conversion; any other one is of no use here. */
static void
read_conversion(struct mf4_file *f, uint64_t at, struct mf4_field *field)
{
	struct mf4_block b;
	struct span p;
	uint64_t v;

	field->factor = 1;
	field->offset = 0;
	if (!at || !mf4_block(f, at, "CC", &b) || !mf4_body(f, &b, 24 + 16, &p)
	    || load_u8(p.p) != CC_LINEAR || load_le16(p.p + 6) < 2)
		return;
	v = load_le64(p.p + 24);
	memcpy(&field->offset, &v, 8);
	v = load_le64(p.p + 32);
	memcpy(&field->factor, &v, 8);
	field->scaled = field->factor > 1 || field->factor < 1 || field->offset > 0
	    || field->offset < 0;
}

/* Where a number of at most 64 bits is; false when that is not in the record. */
static bool
set_field(struct mf4_file *f, const struct channel *c, const struct mf4_group *g,
    struct mf4_field *field)
{
	uint32_t bits = c->type == CN_VIRTUAL || c->type == CN_VIRTUAL_MASTER ? 0 : c->bits;
	uint32_t bytes = (c->first_bit + bits + 7) / 8;

	*field = (struct mf4_field){ .there = !(c->flags & FLAG_ALL_INVALID), .at = c->byte,
		.big = c->format == BE_UNSIGNED || c->format == BE_SIGNED || c->format == BE_FLOAT,
		.shift = (uint8_t)c->first_bit, .bytes = (uint8_t)bytes, .invalid = -1 };
	read_conversion(f, c->conversion, field);
	if (c->flags & FLAG_INVALID_BIT && c->invalid_bit / 8 < g->invalid
	    && c->invalid_bit <= INT32_MAX)
		field->invalid = (int32_t)c->invalid_bit;
	if (!bits)
		return true;
	field->mask = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	return c->first_bit < 8 && bits <= 64 && bytes <= 8 && c->byte < g->size
	    && bytes <= g->size - c->byte;
}

static void
take_clock(struct mf4_tree *t, struct mf4_file *f, const struct channel *c, struct mf4_group *g)
{
	if (!set_field(f, c, g, &g->time)) {
		mf4_tree_note(t, c->at, want_place);
		return;
	}
	g->clock = c->type == CN_VIRTUAL_MASTER ? MF4_COUNT
	    : c->format < LE_FLOAT ? MF4_INTEGER
	    : c->format > BE_FLOAT ? MF4_NO_CLOCK
	    : c->bits == 64 && !c->first_bit ? MF4_FLOAT64
	    : c->bits == 32 && !c->first_bit ? MF4_FLOAT32 : MF4_NO_CLOCK;
	/* The conversion is to seconds. Factors like 1e-9 are meant to be what they are in decimal. */
	g->time.factor *= 1e9;
	g->time.offset *= 1e9;
	mf4_time_prepare(g);
}

/* The bytes of a frame. */
static void
take_bytes(struct mf4_tree *t, struct mf4_file *f, const struct channel *c, struct mf4_group *g)
{
	struct mf4_block b;

	if (c->type == CN_VLSD) {
		g->link = c->data;
		g->storage = mf4_block(f, c->data, "CG", &b) ? MF4_IN_GROUP : MF4_IN_BLOCK;
		if (!set_field(f, c, g, &g->data)) {
			mf4_tree_note(t, c->at, want_place);
			g->storage = MF4_NO_DATA;
		}
	} else if (c->byte < g->size && c->bits / 8 <= g->size - c->byte) {
		g->storage = MF4_IN_RECORD;
		g->data.at = c->byte;
		g->data.invalid = c->flags & FLAG_INVALID_BIT && c->invalid_bit / 8 < g->invalid
		    && c->invalid_bit <= INT32_MAX ? (int32_t)c->invalid_bit : -1;
		g->room = c->bits / 8;
	} else {
		mf4_tree_note(t, c->at, want_place);
	}
}

static void
take_member(struct mf4_tree *t, struct mf4_file *f, const char *name, const struct channel *c,
    struct mf4_group *g)
{
	static const struct {
		const char *name;
		enum mf4_member member;
	} row[] = {
		{ "BusChannel", MF4_BUS }, { "ID", MF4_ID }, { "IDE", MF4_IDE }, { "DLC", MF4_DLC },
		{ "DataLength", MF4_LENGTH }, { "Dir", MF4_DIR }, { "EDL", MF4_EDL }, { "FDF", MF4_EDL },
		{ "BRS", MF4_BRS }, { "ESI", MF4_ESI }, { "ErrorType", MF4_ERROR },
	};
	size_t i;

	if (strcmp(name, "DataBytes") == 0) {
		take_bytes(t, f, c, g);
		return;
	}
	for (i = 0; i < sizeof row / sizeof *row && c->format <= BE_SIGNED; i++)
		if (strcmp(name, row[i].name) == 0
		    && !set_field(f, c, g, &g->member[row[i].member])) {
			g->member[row[i].member].there = false;
			mf4_tree_note(t, c->at, want_place);
		}
}

/* "CAN_DataFrame", "CAN_DataFrame.ID", "CAN_DataFrame_7.ID": the event that it is of. */
static enum mf4_event
event_of(const char *name)
{
	static const struct {
		const char *name;
		enum mf4_event event;
	} row[] = {
		{ "CAN_DataFrame", MF4_DATA_FRAME }, { "CAN_RemoteFrame", MF4_REMOTE_FRAME },
		{ "CAN_ErrorFrame", MF4_ERROR_FRAME }, { "CAN_OverloadFrame", MF4_OVERLOAD_FRAME },
	};
	size_t i, n;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		n = strlen(row[i].name);
		if (strncmp(name, row[i].name, n) == 0 && (!name[n] || strchr("._/\\", name[n])))
			return row[i].event;
	}
	return MF4_NO_EVENT;
}

/* What a name has behind the last of the characters that can stand between its parts. */
static const char *
last_part(const char *name)
{
	const char *p;

	while ((p = strpbrk(name, "./\\")))
		name = p + 1;
	return name;
}

/* The channels of a list, and their parts. inside: the list is of the parts of an event. */
static void
read_list(struct mf4_tree *t, struct mf4_file *f, uint64_t at, struct mf4_group *g, bool inside,
    unsigned depth)
{
	char name[MF4_NAME_MAX];
	enum mf4_event event;
	const char *part;
	struct channel c;
	unsigned n;

	for (n = 0; at && n < CHANNELS_MAX; n++) {
		if (!mf4_seen_first(&t->seen, at) || !read_channel(f, at, &c)) {
			mf4_tree_note(t, at, want_channel);
			return;
		}
		mf4_text(f, c.name, name);
		event = event_of(name);
		part = last_part(name);
		if ((c.type == CN_MASTER || c.type == CN_VIRTUAL_MASTER) && c.sync == SYNC_TIME)
			take_clock(t, f, &c, g);
		if (event != MF4_NO_EVENT)
			g->event = event;
		if (inside || event != MF4_NO_EVENT)
			take_member(t, f, part, &c, g);
		/* Parts are channels, or the shape of an array (CA), of which there is none in a frame. */
		if (c.parts && depth < DEPTH && read_channel(f, c.parts, &(struct channel){ 0 }))
			read_list(t, f, c.parts, g, event != MF4_NO_EVENT && part == name, depth + 1);
		at = c.next;
	}
}

void
mf4_channels(struct mf4_tree *t, struct mf4_file *f, uint64_t first, struct mf4_group *g)
{
	read_list(t, f, first, g, false, 0);
}
