#include "source/ascdate.h"

#include "base/calendar.h"
#include "base/clock.h"
#include "source/text.h"

/*
 * How the months begin, in ISO 8859-1 and in UTF-8. The longer beginning stands first where one
 * is a part of another.
 */
static const struct {
	const char *begin;
	int month;
} months[] = {
	{ "jan", 1 }, { "gen", 1 }, { "ene", 1 }, { "f\xe9v", 2 }, { "f\xc3\xa9v", 2 }, { "feb", 2 },
	{ "fev", 2 }, { "mar", 3 }, { "m\xe4r", 3 }, { "m\xc3\xa4r", 3 }, { "mrz", 3 }, { "mrt", 3 },
	{ "maa", 3 }, { "apr", 4 }, { "avr", 4 }, { "abr", 4 }, { "mai", 5 }, { "may", 5 },
	{ "maj", 5 },
	{ "mag", 5 }, { "mei", 5 }, { "juin", 6 }, { "jun", 6 }, { "giu", 6 }, { "juil", 7 },
	{ "jul", 7 }, { "lug", 7 }, { "aug", 8 }, { "ao\xfb", 8 }, { "ao\xc3\xbb", 8 }, { "aou", 8 },
	{ "ago", 8 }, { "sep", 9 }, { "set", 9 }, { "oct", 10 }, { "okt", 10 }, { "ott", 10 },
	{ "out", 10 }, { "nov", 11 }, { "dec", 12 }, { "dez", 12 }, { "d\xe9" "c", 12 },
	{ "d\xc3\xa9" "c", 12 }, { "dic", 12 },
};

static int
month(struct span w)
{
	int digits = 0;
	size_t i;

	for (i = 0; i < sizeof months / sizeof *months; i++)
		if (text_begins(w, months[i].begin))
			return months[i].month;
	/* "9", with or without a character, as in Chinese and Japanese */
	for (i = 0; i < w.n && i < 2 && (unsigned)(w.p[i] - '0') <= 9; i++)
		digits = digits * 10 + (w.p[i] - '0');
	return digits;
}

static void
add_clock(struct calendar *c, int64_t clock)
{
	c->ns = clock % CLOCK_SECOND;
	clock /= CLOCK_SECOND;
	c->second = (int)(clock % 60);
	c->minute = (int)(clock / 60 % 60);
	c->hour = (int)(clock / 3600);
}

/* "[am|pm] 2017" behind the time: what clock covers, and the year. */
static bool
take_year(struct span *clock, struct span rest, uint32_t *year)
{
	struct span w = text_word(&rest);

	if (text_is(w, "am") || text_is(w, "pm")) {
		clock->n = (size_t)(w.p + w.n - clock->p);
		w = text_word(&rest);
	}
	return text_number(w, year) && !text_trim(rest).n;
}

/* "Sep 30 15:06:13.191 [am|pm] 2017" */
static bool
parse(struct span rest, int64_t *ns)
{
	struct calendar c = { .month = month(text_word(&rest)) };
	struct span day = text_word(&rest), clock = text_word(&rest);
	uint32_t d, y;
	int64_t t;

	if (!take_year(&clock, rest, &y) || !text_number(day, &d) || !text_clock(clock, &t))
		return false;
	c.day = (int)d;
	c.year = (int)y;
	add_clock(&c, t);
	return calendar_local(&c, ns);
}

bool
ascdate_parse(struct span s, int64_t *ns)
{
	struct span rest = s, first;
	int64_t t;

	s = text_trim(s);
	first = text_word(&rest);
	/* The weekday says nothing, and may be in any language, or missing. */
	if (!(first.n >= 10 && first.p[4] == '-' && num_time(s, &t)) && !parse(rest, &t)
	    && !parse(s, &t))
		return false;
	*ns = t < INT64_C(315532800) * CLOCK_SECOND ? 0 : t;
	return true;
}
