#include "prom/snapshot.h"

#include <stdlib.h>

#include "base/mem.h"
#include "prom/registry_state.h"
#include "prom/text.h"

/* An array of at least n items in the memory of p. */
static void *
room(void *p, size_t *cap, size_t n, size_t size)
{
	if (p && n <= *cap)
		return p;
	*cap = n + n / 4 + 16;
	free(p);
	return mem_resize(NULL, *cap, size);
}

static struct snapshot_text
since(const struct buf *b, size_t at)
{
	return (struct snapshot_text){ at, b->len - at };
}

static void
copy_strings(struct snapshot *s, const struct registry *r)
{
	struct snapshot_string v;
	uint32_t i;

	s->strings.len = 0;
	buf_reserve(&s->strings, r->string_bytes + 1);
	for (i = 0; r->string_bytes && i < r->series.used; i++) {
		if (s->value[i].kind != REGISTRY_STRING)
			continue;
		v = snapshot_string_of(&s->value[i]);
		buf_put(&s->strings, v.p, v.n);
		v.p = s->strings.p + s->strings.len - v.n;
		snapshot_set_string(&s->value[i], v);
	}
}

static void
copy_names(struct snapshot *s, const struct registry *r)
{
	size_t at;
	uint32_t i;

	s->names.len = s->messages = 0;
	s->message = room(s->message, &s->message_cap, r->message.used, sizeof *s->message);
	for (i = 0; i < r->message.used; i++) {
		if (!r->traffic[i].points)
			continue;
		at = s->names.len;
		text_put(&s->names, message_name(r, i), TEXT_LABEL);
		s->message[s->messages++] = (struct snapshot_message){ at,
			(uint32_t)(s->names.len - at), i };
	}
	s->named = r->generation;
}

static void
copy_messages(struct snapshot *s, const struct registry *r)
{
	uint32_t n = r->message.used;

	s->traffic = room(s->traffic, &s->traffic_cap, n, sizeof *s->traffic);
	if (n)
		memcpy(s->traffic, r->traffic, n * sizeof *s->traffic);
	if (s->named != r->generation)
		copy_names(s, r);
}

void
snapshot_values(struct snapshot *s, const struct registry *r)
{
	uint32_t n = r->series.used;

	s->generation = r->generation;
	s->value = room(s->value, &s->value_cap, n, sizeof *s->value);
	if (n)
		memcpy(s->value, r->value, n * sizeof *s->value);
	s->longs = room(s->longs, &s->long_cap, r->longs.used, SNAPSHOT_LONG);
	if (r->longs.used)
		memcpy(s->longs, r->longs.item, (size_t)r->longs.used * SNAPSHOT_LONG);
	if (r->time && n) {
		s->time = room(s->time, &s->time_cap, n, sizeof *s->time);
		memcpy(s->time, r->time, n * sizeof *s->time);
	}
	copy_strings(s, r);
	copy_messages(s, r);
}

/* Without its series, for which room is left. */
static void
copy_family(struct snapshot *s, const struct registry *r, uint32_t number)
{
	struct snapshot_family *to = &s->family[s->families++];
	const struct registry_family *f = family_at(r, number);
	const struct registry_hint *h = f->companion == TABLE_NONE ? NULL : help_of(r, f);
	size_t at;

	*to = (struct snapshot_family){ .name = snapshot_put(&s->text, family_name(r, f)),
		.base = f->base, .kind = f->kind, .first = (uint32_t)s->all_series, .count = f->series,
		.number = number };
	s->all_series += f->series;
	at = s->text.len;
	help_put(&s->text, r, f);
	to->help = since(&s->text, at);
	at = s->text.len;
	help_put_unit(&s->text, r, f);
	to->unit = since(&s->text, at);
	if (h) {
		to->states = snapshot_put(&s->text, h->text.values);
		to->state_name = snapshot_put(&s->text, family_name(r, family_at(r, f->companion)));
	}
}

/* place: where the next series of a family goes, by number. */
static void
copy_series(struct snapshot *s, const struct registry *r, uint32_t *place)
{
	struct snapshot_text *labels = mem_zero(r->tags.used, sizeof *labels);
	const struct registry_series *from;
	uint32_t i;

	for (i = 0; i < r->tags.used; i++)
		labels[i] = snapshot_put(&s->text, tags_labels(r, tags_at(r, i)));
	for (i = 0; i < r->series.used; i++) {
		if (!registry_lives(r, i))
			continue;
		from = series_at(r, i);
		s->series[place[from->family]++] = (struct snapshot_series){
		    labels[source_at(r, from->source)->tags], i };
	}
	free(labels);
}

void
snapshot_structure(struct snapshot *s, const struct registry *r)
{
	uint32_t *place = mem_zero(r->family.used, sizeof *place), i;

	s->text.len = 0;
	buf_reserve(&s->text, r->text_bytes * 2 + 1);	/* about what it will take */
	s->family = room(s->family, &s->family_cap, r->by_field.used, sizeof *s->family);
	s->series = room(s->series, &s->series_cap, pool_count(&r->series), sizeof *s->series);
	s->families = s->all_series = 0;
	for (i = 0; i < r->family.used; i++) {
		place[i] = (uint32_t)s->all_series;
		if (family_at(r, i)->series)
			copy_family(s, r, i);
	}
	copy_series(s, r, place);
	free(place);
}

void
snapshot_drop_structure(struct snapshot *s)
{
	buf_free(&s->text);
	free(s->family);
	free(s->series);
	s->family = NULL;
	s->series = NULL;
	s->families = s->all_series = 0;
}

void
snapshot_free(struct snapshot *s)
{
	snapshot_drop_structure(s);
	free(s->value);
	free(s->longs);
	free(s->time);
	free(s->traffic);
	free(s->message);
	buf_free(&s->strings);
	buf_free(&s->names);
	*s = (struct snapshot){ 0 };
}
