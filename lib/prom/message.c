#include "prom/registry_state.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "prom/ttl.h"

static bool
same_measurement(const void *ctx, uint32_t item, const void *key)
{
	return span_equal(message_name(ctx, item), *(const struct span *)key);
}

uint32_t
registry_find_message(const struct registry *r, struct span measurement)
{
	return table_find(&r->by_measurement, hash_bytes(measurement, r->seed), same_measurement, r,
	    &measurement);
}

/* --- the idle ones --- */

static void
add_idle(struct registry *r, uint32_t i)
{
	struct registry_message *m = message_at(r, i);

	m->next = TABLE_NONE;
	m->before = r->idle_last;
	*(r->idle_last == TABLE_NONE ? &r->idle_first : &message_at(r, r->idle_last)->next) = i;
	r->idle_last = i;
	r->idle++;
	r->idle_bytes += m->name.n;
	r->text_bytes -= m->name.n;
}

static void
remove_idle(struct registry *r, uint32_t i)
{
	struct registry_message *m = message_at(r, i);

	*(m->before == TABLE_NONE ? &r->idle_first : &message_at(r, m->before)->next) = m->next;
	*(m->next == TABLE_NONE ? &r->idle_last : &message_at(r, m->next)->before) = m->before;
	r->idle--;
	r->idle_bytes -= m->name.n;
	r->text_bytes += m->name.n;
}

static void
forget_oldest(struct registry *r)
{
	uint32_t i = r->idle_first;
	struct registry_message *m = message_at(r, i);

	remove_idle(r, i);
	if (r->traffic[i].points)
		r->generation++;
	r->traffic[i] = (struct snapshot_traffic){ 0 };
	table_remove(&r->by_measurement, hash_bytes(message_name(r, i), r->seed), i);
	registry_drop_text(r, &m->name);
	pool_give(&r->message, i);
}

/* Keeps one even where its name alone is over the bound: the last one added is being worked on. */
static void
bound_idle(struct registry *r)
{
	while (r->idle > 1 && (r->idle > REGISTRY_IDLE_MAX || r->idle_bytes > REGISTRY_IDLE_BYTES))
		forget_oldest(r);
}

void
registry_free_messages(struct registry *r)
{
	while (r->idle)
		forget_oldest(r);
	pool_free(&r->message);
	free(r->traffic);
	table_free(&r->by_measurement);
}

/* --- all --- */

static void
set_ttl(struct registry *r, struct registry_message *m)
{
	r->help.len = 0;
	buf_put_span(&r->help, texts_at(&r->texts, m->name));
	m->ttl = ttl_of(r->config.rule, r->config.rules, buf_str(&r->help), m->cycle_ms);
	if (m->ttl < r->ttl_min)
		r->ttl_min = m->ttl;
}

static uint32_t
add_message(struct registry *r)
{
	uint32_t i = pool_take(&r->message);

	if (r->traffics < r->message.cap) {
		r->traffics = r->message.cap;
		r->traffic = mem_resize(r->traffic, r->traffics, sizeof *r->traffic);
	}
	r->traffic[i] = (struct snapshot_traffic){ 0 };
	return i;
}

uint32_t
registry_get_message(struct registry *r, struct span measurement)
{
	uint32_t i = registry_find_message(r, measurement);

	if (i != TABLE_NONE)
		return i;
	i = add_message(r);
	message_at(r, i)->name = registry_add_text(r, measurement);
	set_ttl(r, message_at(r, i));
	table_add(&r->by_measurement, hash_bytes(measurement, r->seed), i);
	add_idle(r, i);
	bound_idle(r);
	return i;
}

void
registry_use_message(struct registry *r, uint32_t i)
{
	if (message_at(r, i)->users++ == 0)
		remove_idle(r, i);
}

void
registry_leave_message(struct registry *r, uint32_t i)
{
	if (--message_at(r, i)->users)
		return;
	add_idle(r, i);
	bound_idle(r);
}

void
registry_set_cycle(struct registry *r, struct span measurement, uint32_t cycle_ms)
{
	struct registry_message *m = message_at(r, registry_get_message(r, measurement));

	if (cycle_ms <= m->cycle_ms)
		return;
	m->cycle_ms = cycle_ms;
	set_ttl(r, m);
	r->due = INT64_MIN;
}
