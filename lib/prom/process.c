#include "prom/process.h"

#include <dirent.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/num.h"

/* Columns of /proc/self/stat (proc(5)), counted from 1, as far as they are used. */
enum { STAT_START = 22, STAT_VIRTUAL = 23, STAT_RESIDENT = 24 };

/* A column behind the name of the program, which may hold blanks and parentheses. */
static bool
stat_column(int column, uint64_t *v)
{
	struct buf text = { 0 };
	bool found = false;
	const char *p, *end;

	if (file_read("/proc/self/stat", 8192, &text) == 0 && (p = strrchr(buf_str(&text), ')'))) {
		for (p++; column > 3 && p; column--)
			p = strchr(p + 1, ' ');
		if (p) {
			end = p + 1 + strcspn(p + 1, " \n");
			found = num_u64(span_of(p + 1, (size_t)(end - p - 1)), v);
		}
	}
	buf_free(&text);
	return found;
}

static bool
cpu_seconds(double *v)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return false;
	*v = (double)t.tv_sec + (double)t.tv_nsec / (double)CLOCK_SECOND;
	return true;
}

/* When the machine was started, in seconds since 1970: the line "btime N" of /proc/stat. */
static bool
boot_time(uint64_t *v)
{
	struct buf text = { 0 };
	const char *p;
	bool found;

	found = file_read("/proc/stat", 1 << 20, &text) == 0
	    && (p = strstr(buf_str(&text), "\nbtime "))
	    && num_u64(span_of(p + 7, strspn(p + 7, "0123456789")), v);
	buf_free(&text);
	return found;
}

/* Never another value in one process, whatever becomes of the clock. */
static bool
start_time(double *v)
{
	uint64_t ticks, boot;

	if (!stat_column(STAT_START, &ticks) || !boot_time(&boot))
		return false;
	*v = (double)boot + (double)ticks / (double)sysconf(_SC_CLK_TCK);
	return true;
}

static bool
virtual_bytes(double *v)
{
	uint64_t bytes;

	if (!stat_column(STAT_VIRTUAL, &bytes))
		return false;
	*v = (double)bytes;
	return true;
}

static bool
resident_bytes(double *v)
{
	uint64_t pages;

	if (!stat_column(STAT_RESIDENT, &pages))
		return false;
	*v = (double)pages * (double)sysconf(_SC_PAGESIZE);
	return true;
}

static bool
open_fds(double *v)
{
	DIR *d = opendir("/proc/self/fd");
	const struct dirent *e;

	if (!d)
		return false;
	*v = -1;		/* that of d itself */
	while ((e = readdir(d)))
		*v += e->d_name[0] != '.';
	closedir(d);
	return true;
}

static bool
max_fds(double *v)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur == RLIM_INFINITY)
		return false;
	*v = (double)l.rlim_cur;
	return true;
}

static const struct {
	const char *name, *unit, *help;
	enum expose_type type;
	bool (*get)(double *v);
} row[] = {
	{ "process_cpu_seconds_total", "seconds", "Processor time used.", EXPOSE_COUNTER, cpu_seconds },
	{ "process_max_fds", "", "Largest number of open file descriptors.", EXPOSE_GAUGE, max_fds },
	{ "process_open_fds", "", "Open file descriptors.", EXPOSE_GAUGE, open_fds },
	{ "process_resident_memory_bytes", "bytes", "Resident memory.", EXPOSE_GAUGE, resident_bytes },
	{ "process_start_time_seconds", "seconds", "When the process began, in seconds since 1970.",
		EXPOSE_GAUGE, start_time },
	{ "process_virtual_memory_bytes", "bytes", "Virtual memory.", EXPOSE_GAUGE, virtual_bytes },
};

enum { ROWS = sizeof row / sizeof *row };

void
process_put(struct buf *out, enum expose_format format)
{
	char text[NUM_DOUBLE_TEXT];
	size_t i;
	double v;

	for (i = 0; i < ROWS; i++) {
		if (!row[i].get(&v))
			continue;
		expose_head(out, format, row[i].type, span_str(row[i].name), span_str(row[i].unit),
		    span_str(row[i].help));
		buf_puts(out, row[i].name);
		buf_putc(out, ' ');
		buf_put(out, text, num_put_double(text, v));
		buf_putc(out, '\n');
	}
}

void
process_reserve(struct registry *r)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		expose_reserve(r, row[i].type, span_str(row[i].name));
}
