#include "can/stamp.h"

void
stamp_init(struct stamp *s, enum stamp_mode mode, int64_t start)
{
	*s = (struct stamp){ .mode = mode, .start = start };
}

static int64_t
add(int64_t a, int64_t b)
{
	int64_t r;

	return __builtin_add_overflow(a, b, &r) ? INT64_MAX : r;
}

bool
stamp_is_relative(const struct stamp *s, const struct frame *f)
{
	if (s->mode == STAMP_NONE || f->flags & (FRAME_NO_TIME | FRAME_DATE))
		return false;
	return s->counted || s->mode != STAMP_ABSOLUTE || f->ns < STAMP_FIRST_ABSOLUTE;
}

int64_t
stamp_resolve(struct stamp *s, const struct frame *f, int64_t now)
{
	if (s->mode == STAMP_NONE)
		return now;
	if (f->flags & FRAME_NO_TIME) {
		s->timeless = true;
		return now;
	}
	if (f->flags & FRAME_DATE)
		return f->ns;
	if (s->counted) {
		s->relative = true;
		return add(s->start, f->ns);
	}
	switch (s->mode) {
	case STAMP_ABSOLUTE:
		if (f->ns >= STAMP_FIRST_ABSOLUTE)
			return f->ns;
		s->relative = true;
		return add(s->start, f->ns);
	case STAMP_DELTA:
		s->sum = add(s->sum, f->ns);
		return add(s->start, s->sum);
	case STAMP_ZERO:
		return add(s->start, f->ns);
	case STAMP_NONE:
		break;
	}
	return now;
}
