#include "can/screen.h"

#include "base/num.h"

static const char want_extra[] = "RX or TX and two flags as candump -x writes them";
static const char want_id[] = "an id of 3 or 8 hex digits (11 or 29 bits)";
static const char want_length[] = "a length like [8], [08] or {8} behind the id";
static const char want_data[] = "as many bytes of data as the length says, and no more";
static const char want_remote[] = "a classic length in front of \"remote request\"";
static const char want_error[] = "no length of CAN FD in an error frame";

enum kind { CLASSIC, RAW, FD, XL };

static bool
is_blank(const char *p, const char *end)
{
	return p == end || *p == ' ' || *p == '\t' || *p == '\033';
}

/* The length of a colour sequence, "ESC [ 1 m"; 0 when there is none. */
static size_t
colour(const char *p, const char *end)
{
	const char *s = p;

	if (end - s < 3 || s[0] != '\033' || s[1] != '[')
		return 0;
	for (s += 2; s < end && ((*s >= '0' && *s <= '9') || *s == ';'); s++)
		;
	return s < end && *s == 'm' ? (size_t)(s + 1 - p) : 0;
}

const char *
screen_skip(const char *p, const char *end)
{
	size_t n;

	for (;;) {
		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		n = colour(p, end);
		if (!n)
			return p;
		p += n;
	}
}

static size_t
word(const char *p, const char *end)
{
	const char *s = p;

	while (!is_blank(s, end))
		s++;
	return (size_t)(s - p);
}

/* "TX B E" of candump -x, or nothing. The FD flags go to *fd_flags. */
static const char *
take_extra(const char *p, const char *end, struct frame *f, uint8_t *fd_flags)
{
	if (word(p, end) != 2 || (*p != 'R' && *p != 'T') || p[1] != 'X')
		return p;
	f->flags |= *p == 'R' ? FRAME_RX : FRAME_TX;
	p += 2;
	if (end - p < 5 || p[0] != ' ' || (p[1] != '-' && p[1] != 'B') || p[2] != ' '
	    || (p[3] != '-' && p[3] != 'E') || !is_blank(p + 4, end))
		return NULL;
	*fd_flags |= (p[1] == 'B' ? 1 : 0) | (p[3] == 'E' ? 2 : 0);
	return screen_skip(p + 4, end);
}

static const char *
take_id(const char *p, const char *end, struct frame *f)
{
	size_t n = word(p, end);
	uint64_t v;

	if (!num_hex(span_of(p, n), &v))
		return NULL;
	if (n == 8 && v >> 30 == 0)
		f->flags |= v > FRAME_ID_MASK ? FRAME_ERROR : FRAME_EXTENDED;
	else if (n != 3 || v > FRAME_STANDARD_MAX)
		return NULL;
	f->id = (uint32_t)v & FRAME_ID_MASK;
	return screen_skip(p + n, end);
}

/* "[3]", "{B}", "[03]", "[0003]". */
static const char *
take_length(const char *p, const char *end, enum kind *kind, uint64_t *len)
{
	static const struct {
		size_t digits;
		char open, close;
		uint64_t max;
		enum kind kind;
	} row[] = {
		{ 1, '[', ']', 8, CLASSIC }, { 1, '{', '}', 15, RAW }, { 2, '[', ']', 64, FD },
		{ 4, '[', ']', FRAME_DATA_MAX, XL },
	};
	size_t i, n = word(p, end);

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct span s = span_of(p + 1, row[i].digits);

		if (n != s.n + 2 || *p != row[i].open || p[n - 1] != row[i].close)
			continue;
		*kind = row[i].kind;
		if (!(*kind == RAW ? num_hex(s, len) : num_u64(s, len)) || *len > row[i].max)
			return NULL;
		return screen_skip(p + n, end);
	}
	return NULL;
}

/* "(45|81:00:12345678)": VCID, flags, SDU type, acceptance field. */
static const char *
take_xl(const char *p, const char *end, struct frame *f)
{
	uint64_t vcid, flags, sdt, af;

	if (word(p, end) != 19 || p[0] != '(' || p[3] != '|' || p[6] != ':' || p[9] != ':'
	    || p[18] != ')' || !num_hex(span_of(p + 1, 2), &vcid) || !num_hex(span_of(p + 4, 2), &flags)
	    || !num_hex(span_of(p + 7, 2), &sdt) || !num_hex(span_of(p + 10, 8), &af))
		return NULL;
	f->xl_vcid = (uint8_t)vcid;
	f->xl_flags = (uint8_t)(flags | FRAME_XL_XLF);
	f->xl_sdt = (uint8_t)sdt;
	f->xl_af = (uint32_t)af;
	return screen_skip(p + 19, end);
}

/* What the brackets said. NULL, or what was expected. */
static const char *
set_kind(struct frame *f, enum kind kind, uint64_t len, uint8_t fd_flags)
{
	if (kind == FD || kind == XL) {
		if (f->flags & (FRAME_ERROR | (kind == XL ? FRAME_EXTENDED : 0)))
			return want_error;
		f->flags |= kind == FD ? FRAME_FD : FRAME_XL;
		f->fd_flags = fd_flags;
	}
	if (kind == RAW && len > 8) {
		f->flags |= FRAME_RAW_DLC;
		f->raw_dlc = (uint8_t)len;
		len = 8;
	}
	f->len = (uint16_t)len;
	return NULL;
}

/* A byte as two hex digits or, with -i, eight binary ones. 0, or how many characters it took. */
static size_t
take_byte(const char *p, const char *end, uint8_t *byte)
{
	size_t n = 0;
	unsigned v = 0;
	uint64_t x;

	while (p + n < end && num_hex_digit[(unsigned char)p[n]] < 16)
		v = v << 1 | (unsigned)(p[n++] == '1');
	if (n == 2 && num_hex(span_of(p, 2), &x)) {
		*byte = (uint8_t)x;
		return 2;
	}
	if (n != 8)
		return 0;
	while (n && (p[n - 1] == '0' || p[n - 1] == '1'))
		n--;
	*byte = (uint8_t)v;
	return n ? 0 : 8;
}

/* f->len bytes with blanks between them, or with -S the last one first and ` between them. */
static const char *
take_data(const char *p, const char *end, struct frame *f)
{
	char between = 0;
	unsigned i;
	size_t n;

	for (i = 0; i < f->len; i++) {
		if (i == 1)
			between = p < end ? *p : 0;
		if (i && (p == end || *p != between || (between != ' ' && between != '`')))
			return NULL;
		p += i > 0;
		n = take_byte(p, end, &f->data[i]);
		if (!n)
			return NULL;
		p += n;
	}
	for (i = 0; between == '`' && i < f->len / 2u; i++) {
		uint8_t byte = f->data[i];

		f->data[i] = f->data[f->len - 1u - i];
		f->data[f->len - 1u - i] = byte;
	}
	return p;
}

/* Nothing, ERRORFRAME, or the column of -a: as many characters as bytes between two ' or two `. */
static bool
is_tail(const char *p, const char *end, const struct frame *f)
{
	static const char mark[] = "ERRORFRAME";
	size_t n = sizeof mark - 1;

	if (f->len && !is_blank(p, end))
		return false;
	p = screen_skip(p, end);
	if (p == end)
		return true;
	if (f->flags & FRAME_ERROR)
		return (size_t)(end - p) >= n && !memcmp(p, mark, n) && screen_skip(p + n, end) == end;
	n = f->len + 1u;
	return n <= 9 && (size_t)(end - p) > n && (*p == '\'' || *p == '`') && p[n] == *p
	    && screen_skip(p + n + 1, end) == end;
}

static bool
is_remote(const char *p, const char *end)
{
	static const char text[] = "remote request";
	size_t n = sizeof text - 1;

	return (size_t)(end - p) >= n && !memcmp(p, text, n) && screen_skip(p + n, end) == end;
}

const char *
screen_frame(const char *p, const char *end, struct frame *f)
{
	uint8_t fd_flags = FRAME_FDF;
	enum kind kind = CLASSIC;
	const char *bad;
	uint64_t len;

	p = take_extra(p, end, f, &fd_flags);
	if (!p)
		return want_extra;
	p = take_id(p, end, f);
	if (!p)
		return want_id;
	p = take_length(p, end, &kind, &len);
	if (!p)
		return want_length;
	bad = set_kind(f, kind, len, fd_flags);
	if (bad)
		return bad;
	if (is_remote(p, end)) {
		f->flags |= FRAME_REMOTE;
		return kind == FD || kind == XL || f->flags & FRAME_ERROR ? want_remote : NULL;
	}
	if (kind == XL)
		p = take_xl(p, end, f);
	p = p ? take_data(p, end, f) : NULL;
	return p && is_tail(p, end, f) ? NULL : want_data;
}

bool
screen_is_error_words(const char *p, const char *end)
{
	static const char *const words[] = { "tx-timeout", "lost-arbitration{", "controller-problem{",
		"protocol-violation{", "transceiver-status", "no-acknowledgement-on-tx", "bus-off",
		"bus-error", "restarted-after-bus-off", "error-counter-tx-rx{" };
	size_t i, n;

	if (p == end || *p != '\t')
		return false;
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		n = strlen(words[i]);
		if ((size_t)(end - p) > n && !memcmp(p + 1, words[i], n))
			return true;
	}
	return false;
}
