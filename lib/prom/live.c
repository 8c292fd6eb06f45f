#include "prom/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digits.h"
#include "base/mem.h"
#include "base/num.h"
#include "prom/registry_state.h"
#include "prom/states.h"
#include "prom/text.h"

/* --- the cursor --- */

bool
live_read_cursor(struct span text, struct live_cursor *c)
{
	const char *dash = text.n ? memchr(text.p, '-', text.n) : NULL;
	uint64_t run, epoch;
	size_t n;

	if (!dash)
		return false;
	n = (size_t)(dash - text.p);
	if (n != 16 || !num_hex(span_of(text.p, n), &run)
	    || !num_u64(span_of(dash + 1, text.n - n - 1), &epoch) || epoch > UINT32_MAX)
		return false;
	*c = (struct live_cursor){ run, (uint32_t)epoch };
	return true;
}

size_t
live_put_cursor(char out[static LIVE_CURSOR_TEXT], const struct live_cursor *c)
{
	return (size_t)snprintf(out, LIVE_CURSOR_TEXT, "%016" PRIx64 "-%" PRIu32, c->run, c->epoch);
}

/* --- the copy --- */

static void
copy_value(struct live *l, const struct registry *r, uint32_t i)
{
	const struct registry_life *life = &r->life[i];
	struct snapshot_string s;
	struct live_value *v;

	l->value = mem_room(l->value, l->values, &l->value_cap, sizeof *l->value);
	v = &l->value[l->values++];
	*v = (struct live_value){ i, life->count, life->seen, r->value[i] };
	/* These move: they are found by their order. */
	if (v->value.kind == REGISTRY_STRING) {
		s = snapshot_string_of(&v->value);
		buf_put(&l->strings, s.p, s.n);
	} else if (snapshot_is_long(&v->value)) {
		buf_put_span(&l->strings, snapshot_number(&v->value, r->longs.item));
	}
}

static void
copy_samples(struct live *l, const struct registry *r, const struct history *h, uint32_t i,
    struct live_series *to)
{
	enum { BYTES = HISTORY_SAMPLES * (int)sizeof *l->sample };

	l->sample = mem_room(l->sample, l->samples, &l->sample_cap, BYTES);
	if (history_of(h, r, i, l->sample + l->samples * HISTORY_SAMPLES))
		to->history = l->samples++;
}

static void
copy_series(struct live *l, const struct registry *r, const struct history *h, uint32_t i)
{
	const struct registry_family *f = family_at(r, series_at(r, i)->family);
	const struct registry_hint *hint = help_of(r, f);
	struct live_series *to;

	l->series = mem_room(l->series, l->all_series, &l->series_cap, sizeof *l->series);
	to = &l->series[l->all_series++];
	*to = (struct live_series){ .number = i, .kind = f->kind, .history = SIZE_MAX,
		.cycle_ms = message_at(r, f->message)->cycle_ms,
		.message = snapshot_put(&l->text, message_name(r, f->message)),
		.labels = snapshot_put(&l->text, registry_labels(r, i)),
		.field = snapshot_put(&l->text, family_field(r, f)),
		.metric = snapshot_put(&l->text, family_name(r, f)) };
	if (hint) {
		to->help = snapshot_put(&l->text, hint->text.help);
		to->unit = snapshot_put(&l->text, hint->text.unit);
		/* with a unit it is a quantity, and the table names what stands for its absence */
		if (!hint->text.unit.n)
			to->states = snapshot_put(&l->text, hint->text.values);
	}
	if (l->reset)
		copy_samples(l, r, h, i, to);
}

/* False when some of those that went are no longer known. */
static bool
copy_gone(struct live *l, const struct registry *r, uint32_t since)
{
	const struct registry_gone *g;
	uint64_t k;

	for (k = r->gones; k-- > 0; ) {
		if (r->gones - k > REGISTRY_GONE)
			return false;
		g = &r->gone[k % REGISTRY_GONE];
		if (!registry_after(g->epoch, since))
			break;
		l->gone = mem_room(l->gone, l->gones, &l->gone_cap, sizeof *l->gone);
		l->gone[l->gones++] = g->series;
	}
	return true;
}

void
live_clear(struct live *l, const struct live_cursor *since, int64_t now)
{
	l->values = l->all_series = l->gones = l->samples = l->text.len = l->strings.len = 0;
	l->reset = false;
	l->cursor = *since;
	l->now = now;
}

void
live_copy(struct live *l, struct registry *r, const struct history *h, uint64_t run,
    const struct live_cursor *since, int64_t now)
{
	const struct live_cursor cursor = { run, r->epoch++ };
	uint32_t i;

	live_clear(l, &cursor, now);
	l->sampled = h->at;
	l->reset = !since || since->run != run || registry_after(since->epoch, cursor.epoch)
	    || !copy_gone(l, r, since->epoch);
	if (l->reset)
		l->gones = 0;
	for (i = 0; i < r->series.used; i++) {
		if (!registry_lives(r, i))
			continue;
		if (l->reset || registry_after(registry_described(r, i), since->epoch))
			copy_series(l, r, h, i);
		else if (!registry_after(r->life[i].epoch, since->epoch))
			continue;
		copy_value(l, r, i);
	}
}

void
live_free(struct live *l)
{
	free(l->value);
	free(l->series);
	free(l->gone);
	free(l->sample);
	buf_free(&l->text);
	buf_free(&l->strings);
	*l = (struct live){ 0 };
}

/* --- JSON --- */

static void
put_number(struct buf *out, uint64_t v)
{
	char text[32];

	buf_put(out, text, (size_t)(digits_put(text, v) - text));
}

static void
put_member(struct buf *out, const char *name, struct span text)
{
	buf_puts(out, name);
	buf_putc(out, '"');
	text_put(out, text, TEXT_JSON);
	buf_putc(out, '"');
}

/* A text that is escaped as a label is: that is a JSON string but for its tabs. */
static void
put_escaped(struct buf *out, struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\t')
			buf_puts(out, "\\t");
		else
			buf_putc(out, s.p[i]);
	}
}

/* a="x",b="y" as {"a":"x","b":"y"}: names are plain, a quote behind no backslash ends a value. */
static void
put_labels(struct buf *out, struct span s)
{
	size_t i = 0, start;

	buf_putc(out, '{');
	while (i < s.n) {
		buf_puts(out, i ? ",\"" : "\"");
		for (i += i ? 1 : 0, start = i; s.p[i] != '='; i++)
			;
		buf_put(out, s.p + start, i - start);
		buf_puts(out, "\":\"");
		for (i += 2, start = i; s.p[i] != '"'; i++)
			i += s.p[i] == '\\';
		put_escaped(out, span_of(s.p + start, i - start));
		buf_putc(out, '"');
		i++;
	}
	buf_putc(out, '}');
}

/* [["3","Drive"],...], of the numbers that have a label. */
static void
put_states(struct buf *out, struct span text)
{
	const char *before = ",\"states\":[", *behind = "";
	struct span number, label;

	while (states_next(&text, &number, &label)) {
		if (label.p == number.p)
			continue;
		buf_puts(out, before);
		put_member(out, "[", number);
		put_member(out, ",", label);
		buf_putc(out, ']');
		before = ",";
		behind = "]";
	}
	buf_puts(out, behind);
}

static uint64_t
milliseconds(int64_t since, int64_t now)
{
	return now > since ? (uint64_t)((now - since) / (CLOCK_SECOND / 1000)) : 0;
}

static void
put_series(struct buf *out, const struct live *l, const struct live_series *s)
{
	buf_puts(out, "{\"id\":");
	put_number(out, s->number);
	put_member(out, ",\"message\":", snapshot_span(&l->text, s->message));
	buf_puts(out, ",\"labels\":");
	put_labels(out, snapshot_span(&l->text, s->labels));
	put_member(out, ",\"field\":", snapshot_span(&l->text, s->field));
	put_member(out, ",\"metric\":", snapshot_span(&l->text, s->metric));
	if (s->unit.n)
		put_member(out, ",\"unit\":", snapshot_span(&l->text, s->unit));
	if (s->help.n)
		put_member(out, ",\"help\":", snapshot_span(&l->text, s->help));
	if (s->cycle_ms) {
		buf_puts(out, ",\"cycle_ms\":");
		put_number(out, s->cycle_ms);
	}
	put_states(out, snapshot_span(&l->text, s->states));
	if (s->history != SIZE_MAX) {
		buf_puts(out, ",\"history\":");
		history_put(out, l->sample + s->history * HISTORY_SAMPLES,
		    (int64_t)milliseconds(l->sampled, l->now));
	}
	buf_putc(out, '}');
}

/* The text of a string or long number is at *string in strings. */
static void
put_value(struct buf *out, const struct live *l, const struct live_value *v, size_t *string)
{
	struct snapshot_string s;
	const char *text;

	buf_putc(out, '[');
	put_number(out, v->number);
	buf_puts(out, ",");
	if (v->value.kind == REGISTRY_STRING) {
		s = snapshot_string_of(&v->value);
		buf_puts(out, "{\"text\":\"");
		put_escaped(out, span_of(l->strings.p + *string, s.n));
		buf_puts(out, "\"}");
		*string += s.n;
	} else if (v->value.truth) {
		buf_puts(out, v->value.text[0] == '1' ? "true" : "false");
	} else {
		text = v->value.text;
		if (snapshot_is_long(&v->value)) {
			text = l->strings.p + *string;
			*string += v->value.n;
		}
		buf_putc(out, '"');
		buf_put(out, text, v->value.n);
		buf_putc(out, '"');
	}
	buf_putc(out, ',');
	put_number(out, milliseconds(v->seen, l->now));
	buf_putc(out, ',');
	put_number(out, v->count);
	buf_putc(out, ']');
}

static void
put_head(struct buf *out, const struct live *l, const struct live_state *s)
{
	char cursor[LIVE_CURSOR_TEXT];

	live_put_cursor(cursor, &l->cursor);
	buf_printf(out, "{\"cursor\":\"%s\",\"reset\":%s,\"ended_ms\":", cursor,
	    l->reset ? "true" : "false");
	if (s->ended)
		put_number(out, milliseconds(s->ended, l->now));
	else
		buf_puts(out, "null");
	buf_printf(out, ",\"points\":%" PRIu64 ",\"bad_lines\":%" PRIu64 ",\"refused_values\":%"
	    PRIu64, s->points, s->bad_lines, s->refused);
}

void
live_put(struct buf *out, const struct live *l, const struct live_state *s)
{
	size_t i, string = 0;

	put_head(out, l, s);
	buf_puts(out, ",\n\"removed\":[");
	for (i = 0; i < l->gones; i++) {
		buf_puts(out, i ? "," : "");
		put_number(out, l->gone[i]);
	}
	buf_puts(out, "],\n\"series\":[");
	for (i = 0; i < l->all_series; i++) {
		buf_puts(out, i ? ",\n" : "");
		put_series(out, l, &l->series[i]);
	}
	buf_puts(out, "],\n\"values\":[");
	for (i = 0; i < l->values; i++) {
		buf_puts(out, i ? "," : "");
		put_value(out, l, &l->value[i], &string);
	}
	buf_puts(out, "]}\n");
}
