#include "source/pythoncan.h"

#include "base/base64.h"
#include "source/readers.h"

static const char want_columns[] =
    "columns as in timestamp,arbitration_id,extended,remote,error,dlc,data";
static const char want_time[] = "a time in seconds";
static const char want_id[] = "an id of at most 29 bits in hex, like 0x123";
static const char want_flag[] = "0 or 1 for extended, remote and error";
static const char want_length[] = "a length of at most 64 (remote frames: a DLC)";
static const char want_data[] = "as many bytes of data as the length says, in base64";

enum { FIELDS = 16, TIME = 0, ID, LENGTH, DATA, EXTENDED, REMOTE, ERROR, NEEDED = EXTENDED };

static const char *const names[] = {
	[TIME] = "timestamp", [ID] = "arbitration_id", [LENGTH] = "dlc", [DATA] = "data",
	[EXTENDED] = "extended", [REMOTE] = "remote", [ERROR] = "error", NULL,
};

static const struct columns usual = {
	.known = true,
	.at = { [TIME] = 0, [ID] = 1, [EXTENDED] = 2, [REMOTE] = 3, [ERROR] = 4, [LENGTH] = 5,
	    [DATA] = 6 },
};

/* As repr() writes floats: "1483389946.197", also "1e-05". */
static bool
take_time(struct span s, int64_t *ns)
{
	double v;

	if (text_fixed(s, '.', 9, ns) || text_fixed(s, ',', 9, ns))
		return true;
	if (!num_double(s, &v) || !(v >= 0) || v > 5e9)
		return false;
	*ns = (int64_t)(v * 1e9 + 0.5);
	return true;
}

/* What flags a row has set: those of enum frame_flag. False when one is no flag. */
static bool
take_flags(const struct columns *c, const struct span *field, size_t n, uint16_t *flags)
{
	static const struct {
		size_t column;
		uint16_t flag;
	} row[] = { { EXTENDED, FRAME_EXTENDED }, { REMOTE, FRAME_REMOTE }, { ERROR, FRAME_ERROR } };
	bool set;
	size_t i;

	*flags = 0;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		if (!columns_bool(columns_get(c, row[i].column, field, n), &set))
			return false;
		*flags |= set ? row[i].flag : 0;
	}
	return true;
}

static enum text_result
take_content(struct span length, struct span data, struct frame *f, struct text_note *note)
{
	uint32_t len;

	if (!text_number(length, &len) || len > (f->flags & FRAME_ERROR ? 8 : 64))
		return text_bad(note, want_length);
	if (f->flags & FRAME_REMOTE)
		return text_dlc(f, len) ? TEXT_FRAME : text_bad(note, want_length);
	text_payload(f, len);
	return base64_take(data, f->data, len) ? TEXT_FRAME : text_bad(note, want_data);
}

static enum text_result
take_row(const struct columns *c, const struct span *field, size_t n, struct frame *f,
    struct text_note *note)
{
	uint16_t flags;

	note->bus = 0;		/* it is not said */
	f->flags = 0;
	if (!take_time(columns_get(c, TIME, field, n), &f->ns))
		return text_bad(note, want_time);
	if (!take_flags(c, field, n, &flags))
		return text_bad(note, want_flag);
	if (!text_hex_id(f, columns_get(c, ID, field, n), flags & FRAME_EXTENDED))
		return text_bad(note, want_id);
	if (flags & FRAME_ERROR)
		f->flags = FRAME_ERROR;
	else
		f->flags |= flags & FRAME_REMOTE;
	return take_content(columns_get(c, LENGTH, field, n), columns_get(c, DATA, field, n), f, note);
}

enum text_result
pythoncan_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct pythoncan *c = state;
	struct span field[FIELDS];
	size_t n;

	if (!line.n)
		return TEXT_BLANK;
	n = text_csv(line, field, FIELDS);
	if (text_begins(field[0], "timestamp")) {
		c->known = columns_find(&c->columns, names, NEEDED, field, n);
		return c->known ? TEXT_BLANK : text_bad(note, want_columns);
	}
	return take_row(c->known ? &c->columns : &usual, field, n, f, note);
}

static const struct text_format format = { .line = pythoncan_line };

const struct source_reader source_pythoncan = {
	.name = "python-can",
	.about = "CSV of python-can, the data in base64 (.csv)",
	.sniff = text_sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct pythoncan),
	.whole_tail = true,
	.jumps = true,
};
