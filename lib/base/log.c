#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_CAP = 4096 };

static const char *log_name = "canpipe";
static int log_verbose;
static bool log_tty;
static atomic_bool log_progress_on;

void
log_init(const char *name)
{
	log_name = name;
	log_tty = isatty(2) == 1;
}

void
log_verbosity(int v)
{
	log_verbose = v;
}

bool
log_shows(enum log_level level)
{
	switch (level) {
	case LOG_ERROR:
		return true;
	case LOG_WARN:
		return log_verbose >= 0;
	case LOG_NOTE:
		return log_verbose > 0 || (log_verbose == 0 && log_tty);
	case LOG_DEBUG:
		return log_verbose > 0;
	}
	return true;
}

static void
write_line(const char *lead, const char *text, const char *tail)
{
	char line[LINE_CAP + 256];
	int n = snprintf(line, sizeof line, "%s%s%s", lead, text, tail);
	ssize_t w;

	if (n > (int)sizeof line - 1)
		n = (int)sizeof line - 1;
	w = write(2, line, (size_t)n);
	(void)w;		/* there is nobody left to tell */
}

void
log_msg(enum log_level level, const char *fmt, ...)
{
	char text[LINE_CAP], lead[128];
	va_list ap;

	if (!log_shows(level))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(lead, sizeof lead, "%s%s: ",
	    atomic_exchange(&log_progress_on, false) ? "\r\033[K" : "", log_name);
	write_line(lead, text, "\n");
}

bool
log_few(uint64_t *count)
{
	return (*count)++ < LOG_FEW || log_verbose > 0;
}

void
log_progress(const char *fmt, ...)
{
	char text[LINE_CAP];
	va_list ap;

	if (!log_shows_progress())
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	write_line("\r\033[K", text, "");
	atomic_store(&log_progress_on, true);
}

bool
log_shows_progress(void)
{
	return log_tty && log_verbose >= 0;
}

void
log_progress_end(void)
{
	if (atomic_exchange(&log_progress_on, false))
		write_line("\r\033[K", "", "");
}

const char *
log_quote(char *out, unsigned long cap, const char *p, unsigned long n)
{
	unsigned long i, o = 0;
	unsigned char c;

	for (i = 0; i < n && o + 5 < cap; i++) {
		c = (unsigned char)p[i];
		if (c >= 0x20 && c != 0x7f)
			out[o++] = (char)c;
		else
			o += (unsigned long)snprintf(out + o, 5, "\\x%02x", c);
	}
	if (i < n && o >= 3)
		memcpy(out + o - 3, "...", 3);
	out[o] = '\0';
	return out;
}
