#ifndef POINT_FIELD_H
#define POINT_FIELD_H

#include <stdint.h>

#include "base/arena.h"
#include "decode/plan.h"
#include "point/options.h"
#include "point/types.h"

/*
 * What a signal's value looks like in a point. The text before it (",Name=", narrow: ",value=") is
 * the plan_signal's lead; here is what is special: view points to it.
 */
struct point_field {
	const char *label_lead;	/* ",Name=" or ",Name_label="; NULL: no label written */
	const struct span *label;	/* quoted texts, parallel to the signal's labels */
	uint32_t label_len;
	uint32_t room;		/* the most bytes that the field takes */
	bool number;		/* the value is written as a number */
	bool integer;		/* with an i behind it */
	bool digits;		/* a raw value without a label is written as quoted digits */
	struct span name;	/* the field key as it is written (escaped), for #meta */
	struct span label_name;	/* that of the label */
};

/* Leads are copied in chunks of this size: so much may be read behind a lead's end. */
enum { FIELD_CHUNK = 32 };

/* Told about names that had to change. text is one line. */
typedef void field_note(void *arg, const char *text);

/* What the fields of a message depend on, beside the message. */
struct field_scope {
	const struct point_options *o;
	struct types *types;		/* of all messages */
	uint32_t measurement;		/* that of the message */
	bool with_raw;			/* frames as they are are written to it, too */
	struct arena *arena;
	field_note *note;		/* may be NULL */
	void *arg;
};

/*
 * The fields of a message's signals, in three steps, each of which is to be done for all messages
 * before the next one, because those of one measurement have to agree. Names: field[i] is for
 * m->signal[i], in the arena. Names of labels. Then all the rest: lead, lead_len, special and view
 * of each signal.
 */
struct point_field *field_name(const struct field_scope *c, const struct plan_message *m);
void field_name_labels(const struct field_scope *c, const struct plan_message *m,
    struct point_field *f);
void field_compile(const struct field_scope *c, const struct plan_message *m,
    struct point_field *f);

char *field_put_special(char *out, const struct plan_signal *s, uint64_t raw);

static inline char *
field_put_lead(char *out, const char *lead, uint32_t n)
{
	uint32_t i;

	memcpy(out, lead, FIELD_CHUNK);
	for (i = FIELD_CHUNK; __builtin_expect(i < n, 0); i += FIELD_CHUNK)
		memcpy(out + i, lead + i, FIELD_CHUNK);
	return out + n;
}

/*
 * Writes ",Name=value" and what else belongs to the signal; returns the end, or out itself when
 * there is nothing to write (NaN). out has the field's room.
 */
static inline char *
field_put(char *out, const struct plan_signal *s, uint64_t raw)
{
	char *end;

	if (__builtin_expect(s->special, 0))
		return field_put_special(out, s, raw);
	end = scale_put(field_put_lead(out, s->lead, s->lead_len), &s->scale, raw);
	return __builtin_expect(end != NULL, 1) ? end : out;
}

#endif
