#include "influx/validate.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "influx/check.h"
#include "line/scanner.h"

enum { STRING_MAX = 65536 };
#define TIME_MAX (INT64_MAX - 1)

static const char *const types[] = {
	[SCANNER_FLOAT] = "float", [SCANNER_INTEGER] = "integer", [SCANNER_UNSIGNED] = "unsigned",
	[SCANNER_BOOLEAN] = "boolean", [SCANNER_STRING] = "string", [SCANNER_INVALID] = "invalid",
};

/* InfluxDB drops a field of that name silently and refuses such tags; v2 also the other two. */
static bool
is_reserved(struct span key)
{
	return span_is(key, "time") || span_is(key, "_field") || span_is(key, "_measurement");
}

static bool
complain(struct buf *why, const char *what, struct span key)
{
	buf_puts(why, what);
	buf_put_span(why, key);
	return false;
}

static bool
check_tags(struct span tags, struct buf *why)
{
	struct span key, value;

	while (scanner_next_tag(&tags, &key, &value))
		if (is_reserved(key))
			return complain(why, "a name that InfluxDB keeps for itself: tag ", key);
	return true;
}

static bool
check_value(struct span key, const struct scanner_value *v, struct buf *why)
{
	if (span_is(key, "time"))
		return complain(why, "a name that InfluxDB keeps for itself: field ", key);
	if (v->type == SCANNER_STRING && v->text.n > STRING_MAX)
		return complain(why, "a string longer than 64 KiB in field ", key);
	return true;
}

static bool
same(const void *ctx, uint32_t item, const void *key)
{
	const struct validate *v = ctx;
	const struct validate_field *f = &v->field[item];

	return span_equal(span_of(v->names.p + f->at, f->n), *(const struct span *)key);
}

static void
remember(struct validate *v, uint64_t hash, struct span key, enum scanner_type type)
{
	if (v->fields == VALIDATE_FIELDS_MAX)
		return;
	if (v->fields == v->room) {
		v->room = v->room ? v->room * 2 : 64;
		v->field = mem_resize(v->field, v->room, sizeof *v->field);
	}
	v->field[v->fields] = (struct validate_field){ v->names.len, key.n, (int)type };
	buf_put_span(&v->names, key);
	table_add(&v->table, hash, (uint32_t)v->fields++);
}

/* What a type is on the server. */
static int
kind(const struct validate *v, int type)
{
	return type == SCANNER_UNSIGNED && v->integers_alike ? SCANNER_INTEGER : type;
}

/* learn: a type that is new is remembered; else nothing but looked at. */
static bool
check_type(struct validate *v, struct span measurement, struct span key, enum scanner_type type,
    bool learn, struct buf *why)
{
	uint32_t item;
	uint64_t hash;
	struct span whole;

	v->key.len = 0;
	buf_put_span(&v->key, measurement);
	buf_putc(&v->key, ' ');		/* behind a measurement, as in the line */
	buf_put_span(&v->key, key);
	whole = buf_span(&v->key);
	hash = hash_bytes(whole, v->seed);
	item = table_find(&v->table, hash, same, v, &whole);
	if (item == TABLE_NONE) {
		if (learn)
			remember(v, hash, whole, type);
		return true;
	}
	if (kind(v, v->field[item].type) == kind(v, (int)type))
		return true;
	buf_printf(why, "type %s, which was %s before, in field ", types[type],
	    types[v->field[item].type]);
	return complain(why, "", key);
}

static bool
check_fields(struct validate *v, const struct scanner_point *p, bool learn, struct buf *why)
{
	struct span rest = p->fields, key;
	struct scanner_value value;

	while (scanner_next_field(&rest, &key, &value))
		if ((!learn && !check_value(key, &value, why))
		    || !check_type(v, p->measurement, key, value.type, learn, why))
			return false;
	return true;
}

/* InfluxDB keeps the ends of the range for itself. */
static bool
check_time(struct span time, struct buf *why)
{
	int64_t t;

	if (!time.n || (num_i64(time, &t) && t >= -TIME_MAX && t <= TIME_MAX))
		return true;
	buf_puts(why, "the time is out of range");
	return false;
}

bool
validate_line(struct validate *v, struct span line, struct buf *why)
{
	struct scanner_point p;
	const char *expected;
	size_t where;

	if (!check_line(line, v->unsigned_fields, why))
		return false;
	if (scanner_split(line.p, line.n, &p, &where, &expected) != SCANNER_POINT)
		return true;
	/* a line that is refused teaches nothing */
	return check_tags(p.tags, why) && check_time(p.time, why) && check_fields(v, &p, false, why)
	    && check_fields(v, &p, true, why);
}

void
validate_free(struct validate *v)
{
	free(v->field);
	buf_free(&v->names);
	buf_free(&v->key);
	table_free(&v->table);
	*v = (struct validate){ 0 };
}
