#include "point/pretty.h"

#include <stdio.h>

#include "base/calendar.h"
#include "base/clock.h"

enum { NAME_MAX_WIDTH = 40, VALUE_WIDTH = 12, BYTES_MAX = 64 };

/* What is what, in the colours of a terminal. */
enum tint { TIME, BUS, ID, MESSAGE, BYTES, NAME, VALUE, UNIT, LABEL, TINTS };

static const char *const tints[TINTS] = {
	[TIME] = "2", [BUS] = "2", [ID] = "36", [MESSAGE] = "1", [BYTES] = "2", [NAME] = "",
	[VALUE] = "32", [UNIT] = "2", [LABEL] = "33",
};

/* Characters, not bytes: what continues one in UTF-8 does not count. */
static size_t
width(struct span s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static void
pad(struct buf *out, size_t has, size_t wants)
{
	for (; has < wants; has++)
		buf_putc(out, ' ');
}

/* How many bytes at p control a terminal: C0, DEL, and C1 in UTF-8. */
static size_t
control(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0], next = n > 1 ? (unsigned char)p[1] : 0;

	if (c == 0xc2 && next >= 0x80 && next < 0xa0)
		return 2;
	return c < 0x20 || c == 0x7f;
}

static void
put(const struct pretty *p, enum tint t, struct span s, struct buf *out)
{
	bool tinted = p->color && *tints[t];
	size_t i, n;

	if (tinted)
		buf_printf(out, "\033[%sm", tints[t]);
	for (i = 0; i < s.n; i += n ? n : 1) {
		n = control(s.p + i, s.n - i);
		buf_putc(out, n ? '?' : s.p[i]);
	}
	if (tinted)
		buf_puts(out, "\033[0m");
}

static void
put_time(struct pretty *p, int64_t ns, struct buf *out)
{
	int64_t second = ns / CLOCK_SECOND;
	struct calendar c;
	char text[48];
	int n;

	if (second != p->second || !*p->date) {
		c = calendar_at(second * CLOCK_SECOND);
		snprintf(p->date, sizeof p->date, "%04u-%02u-%02u %02u:%02u:%02u", (unsigned)c.year % 10000,
		    (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100,
		    (unsigned)c.minute % 100, (unsigned)c.second % 100);
		p->second = second;
	}
	n = snprintf(text, sizeof text, "%s.%06u", p->date,
	    (unsigned)(ns % CLOCK_SECOND / 1000) % 1000000);
	put(p, TIME, span_of(text, (size_t)n), out);
}

/* "[8] 11 22 33 44 55 66 77 88", or what stands in place of data. */
static void
put_bytes(const struct pretty *p, const struct frame *f, struct buf *out)
{
	struct buf b = { 0 };
	unsigned i;

	buf_printf(&b, "[%u]", f->len);
	for (i = 0; i < f->len && i < BYTES_MAX && !(f->flags & FRAME_REMOTE); i++)
		buf_printf(&b, " %02X", f->data[i]);
	if (f->flags & FRAME_REMOTE)
		buf_puts(&b, " remote");
	else if (f->len > BYTES_MAX)
		buf_puts(&b, " ...");
	if (f->flags & FRAME_ERROR)
		buf_puts(&b, " error");
	buf_puts(out, "  ");
	put(p, BYTES, buf_span(&b), out);
	buf_free(&b);
}

static void
put_head(struct pretty *p, const struct pretty_frame *f, struct buf *out)
{
	char id[16];
	int n = snprintf(id, sizeof id, f->extended ? "%08X" : "%03X", f->id);

	put_time(p, f->ns, out);
	buf_puts(out, "  ");
	put(p, BUS, f->bus, out);
	buf_puts(out, "  ");
	put(p, ID, span_of(id, (size_t)n), out);
	if (f->m) {
		buf_puts(out, "  ");
		put(p, MESSAGE, f->m->db->name, out);
	}
	if (f->frame)
		put_bytes(p, f->frame, out);
	buf_putc(out, '\n');
}

static void
put_value(const struct pretty *p, const struct decode_value *v, size_t names, struct buf *out)
{
	const struct db_signal *s = v->signal->db;
	const struct db_label *l = db_find_label(s, (int64_t)v->raw);
	char text[SCALE_TEXT_MAX];
	const char *end = scale_put(text, &v->signal->scale, v->raw);
	struct span value = end ? span_of(text, (size_t)(end - text)) : span_str("not a number");

	buf_puts(out, "    ");
	put(p, NAME, s->name, out);
	pad(out, width(s->name), names);
	pad(out, value.n, VALUE_WIDTH + 2);
	put(p, VALUE, value, out);
	if (s->unit.n) {
		buf_putc(out, ' ');
		put(p, UNIT, s->unit, out);
	}
	if (l) {
		buf_puts(out, "  ");
		put(p, LABEL, l->text, out);
	}
	buf_putc(out, '\n');
}

/* The width of the column of names: that of the message, so that it stays from frame to frame. */
static size_t
names_width(const struct plan_message *m)
{
	size_t most = 0, w;
	uint32_t i;

	for (i = 0; i < m->signals; i++) {
		w = m->signal[i].wanted ? width(m->signal[i].db->name) : 0;
		if (w > most)
			most = w;
	}
	return most < NAME_MAX_WIDTH ? most : NAME_MAX_WIDTH;
}

void
pretty_put(struct pretty *p, const struct pretty_frame *f, struct buf *out)
{
	size_t names = f->m ? names_width(f->m) : 0, i;

	put_head(p, f, out);
	for (i = 0; i < f->n; i++)
		put_value(p, &f->v[i], names, out);
}
