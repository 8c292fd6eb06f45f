#include "source/mf4.h"

#include "base/load.h"
#include "source/errorframe.h"

static const char want_id[] = "an id";
static const char want_length[] = "a length that such a frame can have";
static const char want_data[] = "as many bytes of data as its length says";

static bool
is_valid(const struct mf4_group *g, const struct mf4_field *field, const char *record)
{
	return field->invalid < 0
	    || !(load_u8(record + g->size + field->invalid / 8) >> field->invalid % 8 & 1);
}

/* The number as it is in the record, before any conversion. */
static inline bool
stored(const struct mf4_group *g, const struct mf4_field *field, const char *record, uint64_t *v)
{
	const char *p = record + field->at;

	if (!field->there || !is_valid(g, field, record))
		return false;
	*v = !field->mask ? 0
	    : (field->big ? load_be64(p) >> (64 - 8 * field->bytes) : load_le64(p)) >> field->shift
	    & field->mask;
	return true;
}

bool
mf4_number(const struct mf4_group *g, const struct mf4_field *field, const char *record,
    uint64_t *v)
{
	double d;

	if (!stored(g, field, record, v))
		return false;
	if (!field->scaled)
		return true;
	d = (double)*v * field->factor + field->offset;
	if (!(d >= 0 && d < 0x1p63))
		return false;
	*v = (uint64_t)(d + 0.5);
	return true;
}

/* Nanoseconds: what is near to a whole number of them is meant to be that. */
static bool
round_ns(double d, int64_t *ns)
{
	if (!(d > -0x1p62 && d < 0x1p62))
		return false;
	*ns = (int64_t)(d < 0 ? d - 0.5 : d + 0.5);
	return true;
}

void
mf4_time_prepare(struct mf4_group *g)
{
	const struct mf4_field *t = &g->time;
	int64_t factor;

	/* 1e-9 seconds, as a double, times 1e9: exactly one; and so on. */
	if (round_ns(t->factor, &factor) && round_ns(t->offset, &g->zero) && factor > 0
	    && t->factor - (double)factor < 1e-9 * t->factor
	    && (double)factor - t->factor < 1e-9 * t->factor)
		g->tick = factor;
}

static bool
integer_time(const struct mf4_group *g, uint64_t v, int64_t *ns)
{
	if (g->tick)
		return v <= INT64_MAX && !__builtin_mul_overflow((int64_t)v, g->tick, ns)
		    && !__builtin_add_overflow(*ns, g->zero, ns);
	return round_ns((double)v * g->time.factor + g->time.offset, ns);
}

bool
mf4_time(const struct mf4_group *g, const char *record, uint64_t n, int64_t *ns)
{
	uint64_t v;
	uint32_t word;
	double d;
	float f;

	if (g->clock == MF4_NO_CLOCK)
		return false;
	if (g->clock == MF4_COUNT)
		return integer_time(g, n, ns);
	if (!stored(g, &g->time, record, &v))
		return false;
	if (g->clock == MF4_INTEGER)
		return integer_time(g, v, ns);
	if (g->clock == MF4_FLOAT32) {
		word = (uint32_t)v;
		memcpy(&f, &word, 4);
		d = (double)f;
	} else {
		memcpy(&d, &v, 8);
	}
	return round_ns(d * g->time.factor + g->time.offset, ns);
}

static uint64_t
number_or(const struct mf4_group *g, enum mf4_member m, const char *record, uint64_t otherwise)
{
	uint64_t v;

	return mf4_number(g, &g->member[m], record, &v) ? v : otherwise;
}

/* The id with its kind: bit 31 where it is given, IDE, or an id that does not fit 11 bits. */
static bool
set_id(const struct mf4_group *g, const char *record, struct frame *f)
{
	uint64_t id, ide;

	if (!mf4_number(g, &g->member[MF4_ID], record, &id))
		return false;
	f->id = (uint32_t)id & FRAME_ID_MASK;
	if (!mf4_number(g, &g->member[MF4_IDE], record, &ide))
		ide = id >> 31 & 1;
	if (ide || f->id > FRAME_STANDARD_MAX)
		f->flags |= FRAME_EXTENDED;
	return true;
}

/* The bytes that a frame has, in its record or elsewhere. */
static const char *
set_data(const struct mf4_group *g, const char *record, struct span data, struct frame *f)
{
	uint64_t dlc = number_or(g, MF4_DLC, record, UINT64_MAX), n;
	bool fd = number_or(g, MF4_EDL, record, 0);

	if (g->storage == MF4_IN_RECORD)
		data = span_of(record + g->data.at, is_valid(g, &g->data, record) ? g->room : 0);
	/* The length, else what the DLC stands for, else what there is; never more than there is. */
	n = dlc < 16 ? fd ? frame_fd_len[dlc] : dlc < 8 ? dlc : 8 : UINT64_MAX;
	n = number_or(g, MF4_LENGTH, record, n);
	if (n == UINT64_MAX
	    || ((g->storage == MF4_IN_BLOCK || g->storage == MF4_IN_GROUP) && data.n < n))
		n = data.n;
	if (n > data.n || (n && g->storage == MF4_NO_DATA))
		return want_data;
	if (!g->member[MF4_EDL].there && n > 8)
		fd = true;
	if (n > (fd ? 64 : 8))
		return want_length;
	f->len = (uint16_t)n;
	if (fd) {
		f->flags |= FRAME_FD;
		f->fd_flags = (uint8_t)((number_or(g, MF4_BRS, record, 0) ? 1 : 0)
		    | (number_or(g, MF4_ESI, record, 0) ? 2 : 0));
	} else if (dlc > 8 && dlc < 16 && n == 8) {
		f->flags |= FRAME_RAW_DLC;
		f->raw_dlc = (uint8_t)dlc;
	}
	/* A view has MF4_SLACK bytes behind it. */
	if (n && n <= 8)
		memcpy(f->data, data.p, 8);
	else
		memcpy(f->data, data.p, n);
	return NULL;
}

static void
set_remote(const struct mf4_group *g, const char *record, struct frame *f)
{
	uint64_t dlc = number_or(g, MF4_DLC, record, 0), n;

	n = number_or(g, MF4_LENGTH, record, 0);
	if (dlc < 16 && dlc > n)
		n = dlc;
	f->len = (uint16_t)(n < 8 ? n : 8);
	f->flags |= FRAME_REMOTE;
	if (dlc > 8 && dlc < 16) {
		f->flags |= FRAME_RAW_DLC;
		f->raw_dlc = (uint8_t)dlc;
	}
}

static void
set_error(const struct mf4_group *g, const char *record, struct frame *f)
{
	static const enum errorframe_kind kind[] = { ERRORFRAME_UNKNOWN, ERRORFRAME_BIT,
		ERRORFRAME_FORM, ERRORFRAME_STUFF, ERRORFRAME_CRC, ERRORFRAME_ACK };
	uint64_t v = number_or(g, MF4_ERROR, record, 0);

	if (g->event == MF4_OVERLOAD_FRAME)
		errorframe_fill(f, ERRORFRAME_OVERLOAD, f->flags);
	else
		errorframe_fill(f, v < sizeof kind / sizeof *kind ? kind[v] : ERRORFRAME_UNKNOWN,
		    f->flags);
}

const char *
mf4_frame(const struct mf4_group *g, const char *record, struct span data, struct frame *f,
    unsigned *bus)
{
	uint64_t v;

	*bus = (unsigned)number_or(g, MF4_BUS, record, g->bus);
	f->flags = 0;
	if (mf4_number(g, &g->member[MF4_DIR], record, &v))
		f->flags = v ? FRAME_TX : FRAME_RX;
	if (g->event == MF4_ERROR_FRAME || g->event == MF4_OVERLOAD_FRAME) {
		set_error(g, record, f);
		return NULL;
	}
	if (!set_id(g, record, f))
		return want_id;
	if (g->event == MF4_REMOTE_FRAME) {
		set_remote(g, record, f);
		return NULL;
	}
	return set_data(g, record, data, f);
}
