#include "point/nearest.h"

#include <fnmatch.h>

#include "base/buf.h"
#include "base/distance.h"

enum { SHOWN = 3 };

struct found {
	const struct db_message *message;
	const struct db_signal *signal;
	unsigned distance;
};

/* The name that globs match, into b. */
static struct span
full_name(struct buf *b, const struct db_message *m, const struct db_signal *s)
{
	b->len = 0;
	buf_put_span(b, m->name);
	buf_putc(b, '.');
	buf_put_span(b, s->name);
	buf_str(b);
	return buf_span(b);
}

/* Keeps the nearest ones in order. */
static void
keep(struct found best[static SHOWN], struct found f)
{
	struct found t;
	size_t i;

	for (i = 0; i < SHOWN; i++) {
		if (best[i].message && best[i].distance <= f.distance)
			continue;
		t = best[i];
		best[i] = f;
		f = t;
	}
}

/* A glob without a dot may mean either name. */
static unsigned
distance_of(struct span glob, const struct found *f, struct buf *b)
{
	unsigned signal, message;

	if (memchr(glob.p, '.', glob.n))
		return distance_glob(glob, full_name(b, f->message, f->signal));
	signal = distance_glob(glob, f->signal->name);
	message = distance_glob(glob, f->message->name);
	return signal < message ? signal : message;
}

/* Whether the glob matches a signal or, with best, which ones are nearest to it. */
static bool
look(const struct point_options *o, const char *glob, struct found *best)
{
	struct span g = span_str(glob);
	struct buf b = { 0 };
	bool any = false;
	size_t i, k, n;

	for (i = 0; i < o->dbs; i++) {
		for (k = 0; k < o->db[i].db->messages; k++) {
			const struct db_message *m = &o->db[i].db->message[k];

			for (n = 0; n < m->signals && !any; n++) {
				struct found f = { m, &m->signal[n], 0 };

				if (best)
					f.distance = distance_of(g, &f, &b);
				else
					any = fnmatch(glob, full_name(&b, m, f.signal).p, 0) == 0;
				if (best && f.distance <= 1 + g.n / 5)
					keep(best, f);
			}
		}
	}
	buf_free(&b);
	return any;
}

/* may_be_empty: globs that fit several databases are usual, so only what looks mistyped is told. */
static void
tell(const struct point_options *o, const char *option, bool may_be_empty, const char *glob,
    field_note *note, void *arg)
{
	struct found best[SHOWN] = { 0 };
	struct buf text = { 0 }, name = { 0 };
	size_t i;

	if (look(o, glob, NULL))
		return;
	look(o, glob, best);
	if (best[0].message || !may_be_empty) {
		buf_printf(&text, "--%s '%s' matches no signal", option, glob);
		for (i = 0; i < SHOWN && best[i].message; i++) {
			buf_puts(&text, i ? ", " : ": near it ");
			buf_put_span(&text, full_name(&name, best[i].message, best[i].signal));
		}
		note(arg, buf_str(&text));
	}
	buf_free(&name);
	buf_free(&text);
}

void
nearest_tell(const struct point_options *o, field_note *note, void *arg)
{
	size_t i;

	for (i = 0; note && i < o->selects; i++)
		tell(o, "select", false, o->select[i], note, arg);
	for (i = 0; note && i < o->excludes; i++)
		tell(o, "exclude", true, o->exclude[i], note, arg);
	for (i = 0; note && i < o->deadbands; i++)
		tell(o, "deadband", true, o->deadband[i].glob, note, arg);
}
