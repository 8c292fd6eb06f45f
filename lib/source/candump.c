#include "source/readers.h"

#include "can/candump.h"

/* Lines of candump, of every style; what no other format takes. */
static enum source_result
next(struct source *s, bool wait)
{
	enum source_result r;

	for (;;) {
		r = source_line(s, wait);
		if (r != SOURCE_DATA)
			return r;
		switch (candump_parse(s->line.p, s->line.n, &s->frame, &s->expected)) {
		case CANDUMP_FRAME:
			return SOURCE_FRAME;
		case CANDUMP_BAD:
			return source_skip(s, s->expected);
		case CANDUMP_BLANK:
			source_blank(s);
			break;
		}
	}
}

const struct source_reader source_candump = {
	.name = "candump",
	.about = "candump of can-utils: log files (-l, -L) and every style on the screen",
	.next = next,
	.jumps = true,
	.canonical = true,
};
