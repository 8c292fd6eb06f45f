#include "point/fit.h"

#include "can/candump.h"
#include "decode/lookup.h"

void
fit_init(struct fit *f, const struct point *p, const struct point_options *o)
{
	*f = (struct fit){ .point = p, .o = o, .done = !o->dbs };
}

static bool
same_id(const struct fit_id *a, const struct fit_id *b)
{
	return a->id == b->id && a->extended == b->extended;
}

static void
add(struct fit *f, struct fit_id id)
{
	unsigned i;

	for (i = 0; i < f->ids && !same_id(&f->id[i], &id); i++)
		;
	if (i == f->ids && f->ids < FIT_IDS)
		f->id[f->ids++] = id;
}

/* Whether the database has a message of this id, or by its PGN. */
static bool
has(const struct db *db, const struct fit_id *id, bool by_pgn)
{
	size_t i;

	for (i = 0; i < db->messages; i++) {
		const struct db_message *m = &db->message[i];

		if (m->extended == id->extended && (m->id == id->id || (by_pgn && m->extended
		    && lookup_pgn(m->id) == lookup_pgn(id->id))))
			return true;
	}
	return false;
}

static unsigned
count(const struct fit *f, const struct db *db, bool by_pgn)
{
	unsigned i, n = 0;

	for (i = 0; i < f->ids; i++)
		n += has(db, &f->id[i], by_pgn);
	return n;
}

/* The database that has most of the ids, and how many. */
static const struct point_db *
best(const struct fit *f, bool by_pgn, unsigned *most)
{
	const struct point_db *db = NULL;
	unsigned n;
	size_t i;

	*most = 0;
	for (i = 0; i < f->o->dbs; i++) {
		n = count(f, f->o->db[i].db, by_pgn);
		if (n > *most) {
			*most = n;
			db = &f->o->db[i];
		}
	}
	return db;
}

static void
put_ids(const struct fit *f, struct buf *out)
{
	enum { SHOWN = 8 };
	unsigned i;

	for (i = 0; i < f->ids && i < SHOWN; i++)
		buf_printf(out, f->id[i].extended ? "%s%08X" : "%s%03X", i ? " " : "", f->id[i].id);
	if (f->ids > SHOWN)
		buf_printf(out, " and %u%s more", f->ids - SHOWN, f->ids == FIT_IDS ? " or" : "");
}

static void
put_advice(const struct fit *f, struct buf *out)
{
	const struct point_db *db;
	unsigned n;

	db = best(f, false, &n);
	if (db) {
		buf_printf(out, "%s has %u of these ids, but is for bus %.*s", db->name, n, (int)db->bus.n,
		    db->bus.p);
		return;
	}
	db = best(f, true, &n);
	if (db)
		buf_printf(out, "%s has %u of them by PGN: try --j1939", db->name, n);
	else
		buf_puts(out, "none of the databases has any of these ids");
}

void
fit_line(struct fit *f, struct span line)
{
	struct frame *fr = &f->frame;
	const char *expected;

	if (f->done || candump_parse(line.p, line.n, fr, &expected) != CANDUMP_FRAME
	    || fr->flags & (FRAME_ERROR | FRAME_REMOTE))
		return;
	f->frames++;
	f->done = point_knows(f->point, fr);
	add(f, (struct fit_id){ fr->id, fr->flags & FRAME_EXTENDED });
}

/* That none of them is known; "which" stands before their number. */
static void
put_verdict(struct fit *f, const char *which, struct buf *out)
{
	f->done = true;
	buf_puts(out, "no database has a message for ");
	if (f->frames > 1)
		buf_printf(out, "any of the %s%u frames (ids ", which, f->frames);
	else
		buf_puts(out, "the only frame (id ");
	put_ids(f, out);
	buf_puts(out, "): ");
	put_advice(f, out);
}

bool
fit_lines(struct fit *f, struct span lines, struct buf *out)
{
	const char *p = lines.p, *end = p + lines.n, *nl;

	if (f->done)
		return false;
	for (; p < end && !f->done && f->frames < FIT_FRAMES; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		fit_line(f, span_of(p, (size_t)(nl - p)));
	}
	if (f->done || f->frames < FIT_FRAMES)
		return false;
	put_verdict(f, "first ", out);
	return true;
}

bool
fit_end(struct fit *f, struct buf *out)
{
	if (f->done || !f->frames)
		return false;
	put_verdict(f, "", out);
	return true;
}
