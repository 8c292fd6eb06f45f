#include "http/header.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/num.h"

static struct span
trim(struct span s)
{
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		s = span_of(s.p + 1, s.n - 1);
	return s;
}

bool
header_find(struct span block, const char *name, struct span *value)
{
	size_t len = strlen(name), n;
	bool found = false;
	const char *nl;

	for (; block.n; block = span_of(block.p + n, block.n - n)) {
		nl = memchr(block.p, '\n', block.n);
		n = nl ? (size_t)(nl + 1 - block.p) : block.n;
		if (n > len && block.p[len] == ':' && strncasecmp(block.p, name, len) == 0) {
			*value = trim(span_of(block.p + len + 1, n - len - 1));
			found = true;
		}
	}
	return found;
}

/* The words of a date, in whatever order one of the three forms has them. */
struct date {
	struct tm tm;
	bool day, month, year, time;
};

static bool
take_clock(struct span word, struct date *d)
{
	uint64_t h, m, s;

	if (word.n != 8 || word.p[2] != ':' || word.p[5] != ':'
	    || !num_u64(span_of(word.p, 2), &h) || !num_u64(span_of(word.p + 3, 2), &m)
	    || !num_u64(span_of(word.p + 6, 2), &s) || h > 23 || m > 59 || s > 60)
		return false;
	d->tm.tm_hour = (int)h;
	d->tm.tm_min = (int)m;
	d->tm.tm_sec = (int)s;
	d->time = true;
	return true;
}

/* Two digits behind the day are a year of RFC 850: 70 to 99 are of the last century. */
static bool
take_number(struct span word, struct date *d)
{
	uint64_t v;

	if (!num_u64(word, &v))
		return false;
	if (word.n == 4) {
		d->tm.tm_year = (int)v - 1900;
		d->year = true;
	} else if (!d->day && word.n <= 2 && v >= 1 && v <= 31) {
		d->tm.tm_mday = (int)v;
		d->day = true;
	} else if (word.n == 2) {
		d->tm.tm_year = (int)v + (v < 70 ? 100 : 0);
		d->year = true;
	} else {
		return false;
	}
	return true;
}

static void
take_name(struct span word, struct date *d)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int i;

	for (i = 0; i < 12 && word.n == 3; i++)
		if (memcmp(word.p, months + (size_t)i * 3, 3) == 0) {
			d->tm.tm_mon = i;
			d->month = true;
		}
}

/* The next word between blanks, commas and dashes; empty at the end. */
static struct span
next_word(struct span *s)
{
	static const char between[] = " ,-";
	struct span w;

	while (s->n && *s->p && strchr(between, *s->p))
		*s = span_of(s->p + 1, s->n - 1);
	for (w = span_of(s->p, 0); w.n < s->n && !(s->p[w.n] && strchr(between, s->p[w.n])); w.n++)
		;
	*s = span_of(s->p + w.n, s->n - w.n);
	return w;
}

bool
header_date(struct span text, int64_t *ns)
{
	struct date d = { 0 };
	struct span word;
	bool good = true;

	while (good && (word = next_word(&text)).n) {
		if (*word.p < '0' || *word.p > '9')
			take_name(word, &d);
		else if (memchr(word.p, ':', word.n))
			good = take_clock(word, &d);
		else
			good = take_number(word, &d);
	}
	if (!good || !d.day || !d.month || !d.year || !d.time || d.tm.tm_year < 70
	    || d.tm.tm_year > 360)
		return false;
	*ns = (int64_t)timegm(&d.tm) * CLOCK_SECOND;
	return true;
}

bool
header_retry_after(struct span text, int64_t now, int64_t *wait)
{
	uint64_t seconds;
	int64_t when;

	text = trim(text);
	if (num_u64(text, &seconds)) {
		*wait = seconds > INT64_MAX / CLOCK_SECOND ? INT64_MAX : (int64_t)seconds * CLOCK_SECOND;
		return true;
	}
	if (!header_date(text, &when))
		return false;
	*wait = when > now ? when - now : 0;
	return true;
}
