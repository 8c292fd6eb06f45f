#include "source/operand.h"

#include <unistd.h>

#include "source/bridge.h"
#include "source/sockcan.h"
#include "source/socketcand.h"
#include "source/spec.h"

static struct spec
spec_of(const char *arg)
{
	return spec_parse(span_str(arg), access(arg, F_OK) == 0);
}

static bool
add_bus(struct operand_list *l, const struct spec *sp, const struct filter *filter,
    struct arena *a, struct operand_error *e)
{
	static const struct live_kind *const kind[] = { [SPEC_CAN] = &sockcan_kind,
		[SPEC_BRIDGE] = &bridge_kind, [SPEC_SOCKETCAND] = &socketcand_kind };
	struct filter *own;
	size_t at;

	if (sp->filter.p) {
		own = arena_alloc(a, sizeof *own);
		if (!filter_parse(sp->filter, own, a, &at, &e->expected)) {
			e->got = span_of(sp->filter.p + at, sp->filter.n - at);
			return false;
		}
		filter = own;
	}
	l->bus_arg[l->buses] = e->arg;
	l->bus[l->buses++] = (struct live_want){ kind[sp->kind], sp->name, filter };
	return true;
}

bool
operand_collect(struct operand_list *l, char *const *arg, size_t args,
    const struct filter *filter, struct arena *a, struct operand_error *e)
{
	size_t i;

	*l = (struct operand_list){ .path = arena_array(a, args + 1, sizeof *l->path),
		.bus = arena_array(a, args + 1, sizeof *l->bus),
		.bus_arg = arena_array(a, args + 1, sizeof *l->bus_arg) };
	for (i = 0; i < args; i++) {
		struct spec sp = spec_of(arg[i]);

		e->arg = arg[i];
		if (sp.kind == SPEC_STDIN || sp.kind == SPEC_FILE)
			l->path[l->paths++] = sp.kind == SPEC_STDIN ? NULL : sp.name.p;
		else if (!add_bus(l, &sp, filter, a, e))
			return false;
	}
	if (args == 0)
		l->path[l->paths++] = NULL;
	return true;
}

bool
operand_guessed(const char *arg)
{
	return spec_of(arg).guessed;
}
