#include "source/spec.h"

enum { INTERFACE_NAME_MAX = 15 };	/* IFNAMSIZ - 1 */

static bool
starts_with(struct span *s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s->n < n || memcmp(s->p, prefix, n))
		return false;
	*s = span_of(s->p + n, s->n - n);
	return true;
}

/* A live bus, and behind a comma its filter. */
static struct spec
bus(struct span s, enum spec_kind kind)
{
	const char *comma = s.n ? memchr(s.p, ',', s.n) : NULL;
	struct spec r = { .kind = kind, .name = s };

	if (comma) {
		r.name.n = (size_t)(comma - s.p);
		r.filter = span_of(comma + 1, s.n - r.name.n - 1);
	}
	return r;
}

static bool
may_be_interface(struct span name)
{
	size_t i;

	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == ':' || (unsigned char)name.p[i] <= ' ')
			return false;
	return name.n > 0 && name.n <= INTERFACE_NAME_MAX;
}

struct spec
spec_parse(struct span arg, bool exists)
{
	struct spec can;

	if (span_is(arg, "-"))
		return (struct spec){ .kind = SPEC_STDIN, .name = arg };
	if (starts_with(&arg, "file:"))
		return (struct spec){ .kind = SPEC_FILE, .name = arg };
	if (starts_with(&arg, "can:"))
		return bus(arg, SPEC_CAN);
	if (starts_with(&arg, "bridge:"))
		return bus(arg, SPEC_BRIDGE);
	if (starts_with(&arg, "socketcand:"))
		return bus(arg, SPEC_SOCKETCAND);
	can = bus(arg, SPEC_CAN);
	if (exists || !may_be_interface(can.name))
		return (struct spec){ .kind = SPEC_FILE, .name = arg };
	can.guessed = true;
	return can;
}
