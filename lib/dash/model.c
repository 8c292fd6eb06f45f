#include "dash/model.h"

#include <jansson.h>

#include "base/mem.h"
#include "base/num.h"
#include "dash/quote.h"
#include "prom/text.h"

enum {
	SCHEMA = 36,		/* of the model: Grafana 9 and up; later ones migrate it */
	WIDTH = 24, HEIGHT = 8,	/* of the grid, and of a panel */
	HELP_MAX = 4096,
};

/* --- jansson, whose only failure is lack of memory --- */

static json_t *
sure(json_t *v)
{
	if (!v)
		mem_fail();
	return v;
}

static json_t *
text(struct span s)
{
	json_t *v = json_stringn(s.n ? s.p : "", s.n);
	struct buf clean = { 0 };

	if (v)
		return v;
	text_put(&clean, s, TEXT_CLEAN);	/* it was no UTF-8 */
	v = sure(json_stringn(clean.p, clean.len));
	buf_free(&clean);
	return v;
}

static json_t *
word(const char *s)
{
	return sure(json_string(s));
}

/* o gets the member, whose reference it takes. Returns o. */
static json_t *
put(json_t *o, const char *key, json_t *v)
{
	if (json_object_set_new(o, key, sure(v)))
		mem_fail();
	return o;
}

static void
add(json_t *array, json_t *v)
{
	if (json_array_append_new(array, sure(v)))
		mem_fail();
}

static json_t *
integer(uint64_t v)
{
	return sure(json_integer((json_int_t)v));
}

/* A constant. */
static json_t *
parse(const char *json)
{
	return sure(json_loads(json, 0, NULL));
}

/* --- data source and variables --- */

static json_t *
datasource(const struct model *m)
{
	json_t *d = sure(json_object());

	put(d, "type", word(m->language->plugin));
	return put(d, "uid", m->options->datasource.n ? text(m->options->datasource)
	    : word("${" MODEL_DATASOURCE "}"));
}

static json_t *
datasource_variable(const struct model *m)
{
	json_t *v = parse("{\"type\":\"datasource\",\"name\":\"" MODEL_DATASOURCE "\","
	    "\"label\":\"Data source\",\"hide\":0,\"includeAll\":false,\"multi\":false,"
	    "\"options\":[],\"refresh\":1,\"regex\":\"\",\"skipUrlSync\":false,\"current\":{}}");

	return put(v, "query", word(m->language->plugin));
}

static json_t *
tag_variable(const struct model *m, const struct query_variable *v)
{
	json_t *j = parse("{\"type\":\"query\",\"hide\":0,\"includeAll\":true,\"multi\":true,"
	    "\"options\":[],\"refresh\":2,\"regex\":\"\",\"skipUrlSync\":false,\"sort\":1,"
	    "\"current\":{\"selected\":true,\"text\":[\"All\"],\"value\":[\"$__all\"]}}");
	struct buf b = { 0 };

	put(j, "name", word(v->name));
	quote_display(&b, v->tag);
	put(j, "label", text(buf_span(&b)));
	put(j, "datasource", datasource(m));
	b.len = 0;
	m->language->variable(&b, m->query, v);
	put(j, "query", text(buf_span(&b)));
	put(j, "definition", text(buf_span(&b)));
	if (m->language->all)
		put(j, "allValue", word(m->language->all));
	buf_free(&b);
	return j;
}

static json_t *
templating(const struct model *m)
{
	json_t *list = sure(json_array());
	size_t i;

	if (!m->options->datasource.n)
		add(list, datasource_variable(m));
	for (i = 0; i < m->query->variables; i++)
		add(list, tag_variable(m, &m->query->variable[i]));
	return put(sure(json_object()), "list", list);
}

/* --- panels --- */

/* "A" to "Z", "AA" and so on. */
static json_t *
ref(size_t i)
{
	char name[16];
	size_t at = sizeof name;

	do
		name[--at] = (char)('A' + i % 26);
	while ((i /= 26) && i--);
	return text(span_of(name + at, sizeof name - at));
}

static json_t *
target(const struct model *m, const struct outline_signal *s, size_t i)
{
	json_t *t = put(sure(json_object()), "refId", ref(i)), *more = parse(m->language->target);

	put(t, "datasource", datasource(m));
	put(t, m->language->text, text(s->query));
	if (json_object_update(t, more))
		mem_fail();
	json_decref(more);
	return t;
}

/* Names of Grafana's palette, which fit light and dark themes. */
static const char *const colour[] = { "blue", "green", "yellow", "orange", "red", "purple",
	"light-blue", "light-green", "dark-yellow", "light-orange", "light-red", "light-purple" };

/* The key is the number as JavaScript writes it. */
static json_t *
mappings(const struct catalog_signal *s)
{
	json_t *options = sure(json_object()), *map;
	struct buf names = { 0 };
	struct states states;
	char key[NUM_DOUBLE_TEXT];
	size_t i, n;

	if (s->text || !states_read(&states, s->values, &names)) {
		json_decref(options);
		buf_free(&names);
		return NULL;
	}
	for (i = 0; i < states.values; i++) {
		n = num_put_double(key, states.value[i]);
		key[n] = '\0';
		if (json_object_get(options, key))
			continue;
		map = put(sure(json_object()), "text", text(states.label[states.of[i]]));
		put(map, "index", integer(i));
		put(map, "color", word(colour[states.of[i] % (sizeof colour / sizeof *colour)]));
		put(options, key, map);
	}
	buf_free(&names);
	map = sure(json_array());
	add(map, put(put(sure(json_object()), "type", word("value")), "options", options));
	return map;
}

static json_t *
property(const char *id, json_t *value)
{
	return put(put(sure(json_object()), "id", word(id)), "value", value);
}

/* What is special of one signal is matched by its query, whatever the series are called. */
static json_t *
override(const struct outline_panel *p, size_t i)
{
	json_t *o = sure(json_object()), *list = sure(json_array()), *map;

	put(o, "matcher", put(put(sure(json_object()), "id", word("byFrameRefID")), "options",
	    ref(i)));
	add(list, property("displayName", text(p->signal[i].name)));
	map = p->kind == OUTLINE_STATES ? mappings(p->signal[i].of) : NULL;
	if (map)
		add(list, property("mappings", map));
	return put(o, "properties", list);
}

static void
put_range(json_t *defaults, json_t *custom, const struct outline_panel *p, enum dash_axes axes)
{
	double min = p->signal[0].min, max = p->signal[0].max;
	size_t i;

	for (i = 0; i < p->signals; i++) {
		if (!p->signal[i].ranged)
			return;
		min = p->signal[i].min < min ? p->signal[i].min : min;
		max = p->signal[i].max > max ? p->signal[i].max : max;
	}
	if (axes == DASH_SOFT) {
		put(custom, "axisSoftMin", json_real(min));
		put(custom, "axisSoftMax", json_real(max));
	} else if (axes == DASH_HARD) {
		put(defaults, "min", json_real(min));
		put(defaults, "max", json_real(max));
	}
}

static json_t *
field_config(const struct model *m, const struct outline_panel *p)
{
	const bool series = p->kind == OUTLINE_SERIES;
	json_t *defaults = parse("{\"color\":{\"mode\":\"palette-classic\"}}");
	json_t *custom = parse(series ? "{\"drawStyle\":\"line\",\"lineInterpolation\":\"linear\","
	    "\"lineWidth\":1,\"fillOpacity\":0,\"showPoints\":\"auto\",\"spanNulls\":false}"
	    : "{\"lineWidth\":0,\"fillOpacity\":70}");
	json_t *overrides = sure(json_array());
	size_t i;

	if (p->unit.n)
		put(defaults, "unit", text(p->unit));
	if (series)
		put_range(defaults, custom, p, m->options->axes);
	put(defaults, "custom", custom);
	for (i = 0; i < p->signals; i++)
		add(overrides, override(p, i));
	return put(put(sure(json_object()), "defaults", defaults), "overrides", overrides);
}

/* The names of a few, and how many more there are. */
static json_t *
title(const struct outline_panel *p)
{
	enum { FEW = 3 };
	struct buf b = { 0 };
	json_t *v;
	size_t i;

	for (i = 0; i < p->signals && i < FEW; i++) {
		buf_puts(&b, i ? ", " : "");
		quote_display(&b, p->signal[i].of->name);
	}
	if (i < p->signals)
		buf_printf(&b, " and %zu more", p->signals - i);
	v = text(buf_span(&b));
	buf_free(&b);
	return v;
}

/* The comments of its signals, a paragraph each; NULL without one. */
static json_t *
description(const struct outline_panel *p)
{
	struct buf b = { 0 };
	json_t *v;
	size_t i;

	for (i = 0; i < p->signals && b.len < HELP_MAX; i++) {
		const struct catalog_signal *s = p->signal[i].of;

		if (!s->help.n)
			continue;
		buf_puts(&b, b.len ? "\n\n" : "");
		quote_display(&b, s->name);
		buf_puts(&b, ": ");
		quote_display(&b, text_cut(s->help, HELP_MAX));
	}
	v = b.len ? text(buf_span(&b)) : NULL;
	buf_free(&b);
	return v;
}

/* As wide as the slowest message in it sends: finer ones only make gaps. NULL: not known. */
static json_t *
interval(const struct model *m, const struct outline_panel *p)
{
	uint32_t ms = 0, least = m->language->least_ms;
	struct buf b = { 0 };
	json_t *v;
	size_t i;

	for (i = 0; i < p->signals; i++)
		ms = p->signal[i].of->cycle_ms > ms ? p->signal[i].of->cycle_ms : ms;
	if (least == UINT32_MAX || (!ms && least == 1))
		return NULL;
	buf_printf(&b, "%ums", ms > least ? ms : least);
	v = text(buf_span(&b));
	buf_free(&b);
	return v;
}

struct place {
	unsigned x, y, w, h;
};

static json_t *
grid(struct place at)
{
	json_t *g = sure(json_object());

	put(put(g, "x", integer(at.x)), "y", integer(at.y));
	return put(put(g, "w", integer(at.w)), "h", integer(at.h));
}

static json_t *
panel(const struct model *m, const struct outline_panel *p, struct place at)
{
	json_t *j = sure(json_object()), *targets = sure(json_array()), *v;
	size_t i;

	put(j, "id", integer(p->id));
	put(j, "type", word(p->kind == OUTLINE_SERIES ? "timeseries" : "state-timeline"));
	put(j, "title", title(p));
	if ((v = description(p)))
		put(j, "description", v);
	put(j, "datasource", datasource(m));
	put(j, "gridPos", grid(at));
	if ((v = interval(m, p)))
		put(j, "interval", v);
	for (i = 0; i < p->signals; i++)
		add(targets, target(m, &p->signal[i], i));
	put(j, "targets", targets);
	put(j, "fieldConfig", field_config(m, p));
	return put(j, "options", parse(p->kind == OUTLINE_SERIES
	    ? "{\"legend\":{\"displayMode\":\"list\",\"placement\":\"bottom\",\"showLegend\":true,"
	    "\"calcs\":[]},\"tooltip\":{\"mode\":\"multi\",\"sort\":\"none\"}}"
	    : "{\"legend\":{\"displayMode\":\"list\",\"placement\":\"bottom\",\"showLegend\":false,"
	    "\"calcs\":[]},\"tooltip\":{\"mode\":\"single\",\"sort\":\"none\"},"
	    "\"showValue\":\"auto\",\"rowHeight\":0.9,\"mergeValues\":true,\"alignValue\":\"left\"}"));
}

/*
 * Where a panel goes: plots side by side, two in a line, the last one alone on all of it; states
 * below them, a line of the grid for each. *y: where the next line begins.
 */
static struct place
place_panel(const struct outline_row *r, size_t i, unsigned *y)
{
	enum { STATES_MOST = 20 };
	const struct outline_panel *p = &r->panel[i];
	size_t n = p->signals < STATES_MOST ? p->signals : STATES_MOST;
	bool right = i % 2, alone = i + 1 == r->panels || r->panel[i + 1].kind != OUTLINE_SERIES;
	struct place at = { 0, *y, WIDTH, HEIGHT };

	if (p->kind == OUTLINE_STATES) {
		at.h = (unsigned)n + 3;
	} else if (right || !alone) {
		at.w = WIDTH / 2;
		at.x = right ? WIDTH / 2 : 0;
	}
	if (at.x + at.w == WIDTH)
		*y += at.h;
	return at;
}

/* An open row's panels stand behind it, those of a collapsed one in it. */
static void
add_row(json_t *panels, const struct model *m, const struct outline_row *r, bool open, unsigned *y)
{
	json_t *row = sure(json_object()), *inside = sure(json_array());
	struct buf b = { 0 };
	unsigned below;
	size_t i;

	quote_display(&b, r->message);
	put(row, "id", integer(r->id));
	put(row, "type", word("row"));
	put(row, "title", text(buf_span(&b)));
	put(row, "collapsed", open ? json_false() : json_true());
	put(row, "gridPos", grid((struct place){ 0, (*y)++, WIDTH, 1 }));
	put(row, "panels", inside);
	add(panels, row);
	for (i = 0, below = *y; i < r->panels; i++)
		add(open ? panels : inside, panel(m, &r->panel[i], place_panel(r, i, &below)));
	*y = open ? below : *y;
	buf_free(&b);
}

/* --- the dashboard --- */

static int
take(const char *p, size_t n, void *out)
{
	buf_put(out, p, n);
	return 0;
}

void
model_write(struct buf *out, const struct model *m)
{
	json_t *d = parse("{\"id\":null}"), *panels = sure(json_array()), *v;
	const struct dash_options *o = m->options;
	unsigned y = 0;
	size_t i;

	put(d, "uid", text(m->uid));
	put(d, "title", text(o->title));
	put(d, "tags", parse("[\"canpipe\"]"));
	put(d, "timezone", word("browser"));
	put(d, "editable", json_true());
	put(d, "graphTooltip", integer(1));	/* one crosshair for all panels */
	v = put(sure(json_object()), "from", text(o->from));
	put(d, "time", put(v, "to", text(o->to)));
	put(d, "refresh", text(o->refresh));
	put(d, "schemaVersion", integer(SCHEMA));
	put(d, "version", integer(0));
	put(d, "links", json_array());
	put(d, "annotations", parse("{\"list\":[]}"));
	put(d, "templating", templating(m));
	for (i = 0; i < m->outline->rows; i++)
		add_row(panels, m, &m->outline->row[i], i < o->open_rows, &y);
	put(d, "panels", panels);
	/* 15 digits: what a person wrote into a database comes out as it was. */
	if (json_dump_callback(d, take, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)))
		mem_fail();
	buf_putc(out, '\n');
	json_decref(d);
}
