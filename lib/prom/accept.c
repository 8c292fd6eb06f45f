#include "prom/accept.h"

#include "base/num.h"

static struct span
trim(struct span s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* Takes what stands before the next separator outside quotes, trimmed. False at the end. */
static bool
next_part(struct span *rest, char separator, struct span *part)
{
	bool quoted = false;
	size_t i;

	if (!rest->p)
		return false;
	for (i = 0; i < rest->n && (quoted || rest->p[i] != separator); i++) {
		if (rest->p[i] == '"')
			quoted = !quoted;
		else if (rest->p[i] == '\\' && quoted && i + 1 < rest->n)
			i++;
	}
	*part = trim(span_of(rest->p, i));
	*rest = i < rest->n ? span_of(rest->p + i + 1, rest->n - i - 1) : span_of(NULL, 0);
	return true;
}

/* The two sides of "name=value", value without its quotes. */
static struct span
split_value(struct span part, struct span *name)
{
	const char *eq = part.n ? memchr(part.p, '=', part.n) : NULL;
	struct span value;

	*name = part;
	if (!eq)
		return span_of(NULL, 0);
	*name = trim(span_of(part.p, (size_t)(eq - part.p)));
	value = trim(span_of(eq + 1, part.n - (size_t)(eq + 1 - part.p)));
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = span_of(value.p + 1, value.n - 2);
	return value;
}

/* "0" to "1" with at most three digits behind the point, in thousandths; -1 for anything else. */
static int
parse_q(struct span s)
{
	double q;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.')
	    || !num_double(s, &q) || q > 1)
		return -1;
	return (int)(q * 1000 + 0.5);
}

/* An element of a header: what is named, its version where it has one, and q. */
struct choice {
	struct span name, version;
	int q;
};

static bool
next_choice(struct span *rest, struct choice *c)
{
	struct span element, name, value;

	do {
		if (!next_part(rest, ',', &element))
			return false;
		*c = (struct choice){ .q = 1000 };
		next_part(&element, ';', &c->name);
		while (next_part(&element, ';', &value)) {
			value = split_value(value, &name);
			if (span_is_anycase(name, "q"))
				c->q = parse_q(value);
			else if (span_is_anycase(name, "version"))
				c->version = value;
		}
	} while (c->q < 0 || !c->name.n);
	return true;
}

/* How exactly a choice names a format: 0 when it does not. */
static int
fit(const struct choice *c, enum expose_format f)
{
	const char *type = expose_syntax[f].type_name, *slash = strchr(type, '/') + 1;
	char any[32] = { 0 };

	memcpy(any, type, (size_t)(slash - type));
	any[slash - type] = '*';
	if (span_is_anycase(c->name, "*/*"))
		return 1;
	if (span_is_anycase(c->name, any))
		return 2;
	if (!span_is_anycase(c->name, type))
		return 0;
	if (!c->version.n)
		return 3;
	return span_is_anycase(c->version, expose_syntax[f].version) ? 4 : 0;
}

enum expose_format
accept_format(struct span accept)
{
	int best[EXPOSE_FORMATS] = { 0 }, q[EXPOSE_FORMATS] = { 0 };
	enum expose_format f, chosen = EXPOSE_TEXT;
	struct choice c;

	while (next_choice(&accept, &c)) {
		for (f = 0; f < EXPOSE_FORMATS; f++) {
			if (fit(&c, f) > best[f]) {
				best[f] = fit(&c, f);
				q[f] = c.q;
			}
		}
	}
	for (f = 0; f < EXPOSE_FORMATS; f++)
		if (q[f] > q[chosen])
			chosen = f;
	return chosen;
}

bool
accept_gzip(struct span accept_encoding)
{
	int gzip = -1, plain = -1, any = -1;
	struct choice c;

	while (next_choice(&accept_encoding, &c)) {
		if (span_is_anycase(c.name, "gzip") || span_is_anycase(c.name, "x-gzip"))
			gzip = c.q;
		else if (span_is_anycase(c.name, "identity"))
			plain = c.q;
		else if (span_is_anycase(c.name, "*"))
			any = c.q;
	}
	if (gzip < 0)
		gzip = any;
	return gzip > 0 && gzip >= plain;
}
