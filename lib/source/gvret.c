#include "source/gvret.h"

#include "source/readers.h"

static const char want_columns[] = "columns as in Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2";
static const char want_time[] = "a time stamp in microseconds";
static const char want_id[] = "an id of at most 29 bits in hex";
static const char want_extended[] = "true or false behind the id";
static const char want_bus[] = "a bus number";
static const char want_length[] = "a length of at most 64";
static const char want_data[] = "as many bytes of data as the length says";

enum { FIELDS = 80, TIME = 0, ID, LENGTH, DATA, EXTENDED, DIRECTION, BUS, NEEDED = EXTENDED };

static const char *const names[] = {
	[TIME] = "Time Stamp|Timestamp|Time", [ID] = "ID", [LENGTH] = "LEN|Length|DLC",
	[DATA] = "D1|D0", [EXTENDED] = "Extended", [DIRECTION] = "Dir|Direction", [BUS] = "Bus", NULL,
};

/* The two headers that there have been, for files that lost theirs. */
static void
guess_columns(struct gvret *g, const struct span *field, size_t n)
{
	static const char with_direction[] = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1";
	static const char without[] = "Time Stamp,ID,Extended,Bus,LEN,D1";
	struct span name[FIELDS];
	const char *header = n > 3 && text_direction(field[3]) ? with_direction : without;

	n = text_split(span_str(header), ',', name, FIELDS);
	columns_find(&g->columns, names, NEEDED, name, n);
}

/* Field after field, two hex digits each (one in old versions). */
static bool
take_data(const struct gvret *g, const struct span *field, size_t n, struct frame *f)
{
	size_t first = (size_t)g->columns.at[DATA], i;
	uint32_t v;

	if (first + f->len > n)
		return false;
	for (i = 0; i < f->len; i++) {
		if (field[first + i].n > 2 || !text_hex(field[first + i], &v))
			return false;
		f->data[i] = (uint8_t)v;
	}
	return true;
}

static enum text_result
take_row(const struct gvret *g, const struct span *field, size_t n, struct frame *f,
    struct text_note *note)
{
	struct span bus = columns_get(&g->columns, BUS, field, n);
	struct span id = columns_get(&g->columns, ID, field, n);
	uint32_t len;
	bool extended;

	f->flags = text_direction(columns_get(&g->columns, DIRECTION, field, n));
	if (!text_fixed(columns_get(&g->columns, TIME, field, n), '.', 3, &f->ns))
		return text_bad(note, want_time);
	if (!columns_bool(columns_get(&g->columns, EXTENDED, field, n), &extended))
		return text_bad(note, want_extended);
	/* without a header, 0x tells python-can's rows from these */
	if ((!g->known && text_begins(id, "0x")) || !text_hex_id(f, id, extended))
		return text_bad(note, want_id);
	note->bus = 0;
	if (bus.n && !text_number(bus, &note->bus))
		return text_bad(note, want_bus);
	if (!text_number(columns_get(&g->columns, LENGTH, field, n), &len) || len > 64)
		return text_bad(note, want_length);
	text_payload(f, len);
	note->open = len && field[n - 1].n == 1;
	return take_data(g, field, n, f) ? TEXT_FRAME : text_bad(note, want_data);
}

enum text_result
gvret_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct gvret *g = state;
	struct span field[FIELDS];
	size_t n;

	if (!line.n)
		return TEXT_BLANK;
	n = text_csv(line, field, FIELDS);
	if (text_begins(field[0], "Time")) {
		g->known = columns_find(&g->columns, names, NEEDED, field, n);
		return g->known ? TEXT_BLANK : text_bad(note, want_columns);
	}
	if (n < 5)
		return text_bad(note, want_columns);
	if (!g->columns.known)
		guess_columns(g, field, n);
	return take_row(g, field, n, f, note);
}

static const struct text_format format = { .line = gvret_line };

const struct source_reader source_gvret = {
	.name = "gvret",
	.about = "GVRET CSV, the native log of SavvyCAN (.csv)",
	.sniff = text_sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct gvret),
	.whole_tail = true,
	.jumps = true,
};
