#include "source/idcsv.h"

#include "base/clock.h"
#include "source/readers.h"

static const char want_row[] = "an id and bytes of data in hex, like 0000021A,FE 36 12";
static const char want_data[] = "at most 64 bytes of two hex digits, with blanks between them";

/* Between frames: what SavvyCAN puts there when it reads such a file. */
#define APART (5 * CLOCK_SECOND / 1000)

static enum text_result
take_data(struct span s, struct frame *f, struct text_note *note)
{
	text_payload(f, (uint32_t)text_bytes(&s, f->data, 64));
	return text_trim(s).n ? text_bad(note, want_data) : TEXT_FRAME;
}

enum text_result
idcsv_line(void *state, struct span line, struct frame *f, struct text_note *note)
{
	struct idcsv *c = state;
	struct span field[3];
	size_t n;

	if (!line.n)
		return TEXT_BLANK;
	n = text_csv(line, field, 3);
	if (n >= 2 && text_is(field[0], "ID") && text_begins(field[1], "Data")) {
		c->known = true;
		return TEXT_BLANK;
	}
	f->flags = 0;
	note->bus = 0;
	if (n < 2 || (n == 3 && field[2].n) || !text_hex_id(f, field[0], false))
		return text_bad(note, want_row);
	note->open = true;
	if (take_data(field[1], f, note) == TEXT_BAD)
		return TEXT_BAD;
	f->ns = (int64_t)c->frames++ * APART;
	return TEXT_FRAME;
}

static const struct text_format format = {
	.line = idcsv_line, .counts = true, .times = "it has no times: frames are put 5 ms apart",
};

const struct source_reader source_idcsv = {
	.name = "id-csv",
	.about = "generic CSV of SavvyCAN: ID and data bytes, no times (.csv)",
	.sniff = text_sniff,
	.open = text_open,
	.next = text_next,
	.text = &format,
	.state = sizeof(struct idcsv),
	.whole_tail = true,
};
