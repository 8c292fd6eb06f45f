#include "base/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/distance.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/status.h"
#include "version.h"

enum { ID_LIST = 1001 };

static const struct cli_option common[] = {
	{ 0, "Common", NULL, NULL },
	{ CLI_STATS, "stats", NULL, "print the counters on stderr at the end" },
	{ 'q', "quiet", NULL, "print errors only" },
	{ 'v', "verbose", NULL, "print more, and every diagnostic" },
	{ 'h', "help", NULL, "print this help and exit" },
	{ 'V', "version", NULL, "print the version and exit" },
	{ 0, NULL, NULL, NULL },
};

struct cli_tables {
	const struct cli_option **row;	/* both tables' options in one list, headings included */
	struct option *longs;
	char *shorts;
	int rows;
};

/* "[X]", but not "[X]Y". */
static bool
is_optional(const struct cli_option *o)
{
	return o->arg && *o->arg == '[' && o->arg[strlen(o->arg) - 1] == ']';
}

static void
add_rows(struct cli_tables *t, const struct cli_option *o)
{
	for (; o->name; o++) {
		t->row = mem_resize(t->row, (size_t)t->rows + 1, sizeof *t->row);
		t->row[t->rows++] = o;
	}
}

static void
build_tables(struct cli *c)
{
	struct cli_tables *t = c->tables = mem_zero(1, sizeof *t);
	struct option *l;
	char *s;
	int i;

	add_rows(t, c->program->options);
	add_rows(t, common);
	l = t->longs = mem_zero((size_t)t->rows + 2, sizeof *l);
	s = t->shorts = mem_zero((size_t)t->rows + 1, 3);
	*s++ = ':';
	for (i = 0; i < t->rows; i++) {
		const struct cli_option *o = t->row[i];
		int has = !o->arg ? no_argument : is_optional(o) ? optional_argument : required_argument;

		if (!o->id)
			continue;
		*l++ = (struct option){ o->name, has, NULL, o->id };
		if (o->id < 256) {
			*s++ = (char)o->id;
			memcpy(s, "::", (size_t)has);
			s += has;
		}
	}
	*l = (struct option){ "list-options", no_argument, NULL, ID_LIST };
}

/*
 * What came closed stays of no use (EBADF), but what is opened next does not take its place: a
 * program would read a pipe of its own, or write messages into its output.
 */
static void
hold_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void
cli_init(struct cli *c, const struct cli_program *p, int argc, char **argv)
{
	hold_standard_files();
	*c = (struct cli){ .program = p, .argc = argc, .argv = argv };
	log_init(p->name);
	build_tables(c);
	optind = 0;
	opterr = 0;
}

void
cli_free(struct cli *c)
{
	if (!c->tables)
		return;
	free(c->tables->row);
	free(c->tables->longs);
	free(c->tables->shorts);
	free(c->tables);
	c->tables = NULL;
}

static const struct cli_option *
find_row(const struct cli *c, int id)
{
	int i;

	for (i = 0; i < c->tables->rows; i++)
		if (c->tables->row[i]->id == id)
			return c->tables->row[i];
	return NULL;
}

/* Words in the columns from `at` on; where the first line has come to `used` of them. */
static void
print_words(const char *text, int at, int used)
{
	enum { WIDTH = 79 };
	int column = used, n;

	for (; *text; text += n + (text[n] != '\0')) {
		n = (int)strcspn(text, " \n");
		if (column > at && column + 1 + n > WIDTH)
			column = (putchar('\n'), 0);
		column += printf("%*s%.*s", column > at ? 1 : at - column, "", n, text);
	}
	putchar('\n');
}

static void
print_option(const struct cli_option *o)
{
	enum { COLUMN = 30 };
	bool optional = is_optional(o);
	int n = printf("  %c%c%s--%s", o->id < 256 ? '-' : ' ', o->id < 256 ? o->id : ' ',
	    o->id < 256 ? ", " : "  ", o->name);

	if (optional)
		n += printf("[=%s", o->arg + 1);
	else if (o->arg)
		n += printf(" %s", o->arg);
	if (n > COLUMN - 2)
		n = (putchar('\n'), 0);
	print_words(o->help, COLUMN, n);
}

static void
print_help(const struct cli *c)
{
	const char *u = c->program->usage, *lead = "Usage: ";
	int i;

	for (;;) {
		size_t len = strcspn(u, "\n");

		printf("%s%s %.*s\n", lead, c->program->name, (int)len, u);
		lead = "       ";
		if (!u[len])
			break;
		u += len + 1;
	}
	print_words(c->program->about, 0, 0);
	for (i = 0; i < c->tables->rows; i++) {
		if (c->tables->row[i]->id)
			print_option(c->tables->row[i]);
		else
			printf("\n%s:\n", c->tables->row[i]->name);
	}
	if (c->program->epilog)
		printf("\n%s\n", c->program->epilog);
}

static void
print_list(const struct cli *c)
{
	const struct cli_option *o;
	const char *h;
	int i;

	for (i = 0; i < c->tables->rows; i++) {
		o = c->tables->row[i];
		if (!o->id)
			continue;
		if (o->id < 256)
			putchar(o->id);
		printf("\t%s\t%s\t", o->name, o->arg ? o->arg : "");
		for (h = o->help; *h; h++)
			putchar(*h == '\n' ? ' ' : *h);
		putchar('\n');
	}
}

static int
finish(struct cli *c, int status)
{
	c->status = status;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("standard output: %s", strerror(errno));
		c->status = STATUS_FAILED;
	}
	return CLI_EXIT;
}

/* Why --name is no option: it begins several, or is like one, or like none. */
static void
unknown_option(const struct cli *c, struct span name, struct buf *why)
{
	const struct cli_option *near = NULL, *o;
	unsigned least = (unsigned)name.n / 3 + 1, far;
	int i, begun = 0;

	buf_printf(why, "option --%.*s could be", (int)name.n, name.p);
	for (i = 0; i < c->tables->rows; i++) {
		o = c->tables->row[i];
		if (!o->id)
			continue;
		if (!strncmp(o->name, name.p, name.n))
			buf_printf(why, "%s --%s", begun++ ? "," : "", o->name);
		far = distance_glob(name, span_str(o->name));
		if (far <= least) {
			least = far - !!far;
			near = o;
		}
	}
	if (begun)
		return;
	why->len = 0;
	buf_printf(why, "unknown option --%.*s", (int)name.n, name.p);
	if (near)
		buf_printf(why, ": did you mean --%s?", near->name);
}

static int
wrong_name(struct cli *c, const char *word)
{
	struct buf why = { 0 };

	unknown_option(c, span_of(word + 2, strcspn(word + 2, "=")), &why);
	c->status = cli_usage_error(c, "%s", buf_str(&why));
	buf_free(&why);
	return CLI_EXIT;
}

static int
wrong_option(struct cli *c, bool missing)
{
	const struct cli_option *o = optopt ? find_row(c, optopt) : NULL;
	const char *word = c->argv[optind - 1];

	if (missing && o)
		c->status = cli_usage_error(c, "--%s needs %s", o->name, o->arg);
	else if (o && !o->arg && !strncmp(word, "--", 2))
		c->status = cli_usage_error(c, "--%s takes no argument", o->name);
	else if (optopt && optopt < 256)
		c->status = cli_usage_error(c, "unknown option -%c", optopt);
	else
		return wrong_name(c, word);
	return CLI_EXIT;
}

int
cli_next(struct cli *c)
{
	const struct cli_option *o;
	int id;

	for (;;) {
		id = getopt_long(c->argc, c->argv, c->tables->shorts, c->tables->longs, NULL);
		switch (id) {
		case -1:
			c->index = optind;
			return CLI_END;
		case '?':
			return wrong_option(c, false);
		case ':':
			return wrong_option(c, true);
		case 'h':
			print_help(c);
			return finish(c, STATUS_OK);
		case 'V':
			printf("%s (canpipe) %s, commit %s\n", c->program->name, CANPIPE_VERSION,
			    CANPIPE_COMMIT);
			return finish(c, STATUS_OK);
		case ID_LIST:
			print_list(c);
			return finish(c, STATUS_OK);
		case 'q':
			log_verbosity(-1);
			break;
		case 'v':
			log_verbosity(1);
			break;
		case CLI_STATS:
			c->stats = true;
			break;
		default:
			o = find_row(c, id);
			c->row = o;
			c->option = o ? o->name : "";
			c->arg = optarg;
			return id;
		}
	}
}

int
cli_usage_error(const struct cli *c, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	log_error("%s", text);
	log_error("try '%s --help'", c->program->name);
	return STATUS_USAGE;
}

static bool
wrong_arg(struct cli *c, const char *expected)
{
	c->status = cli_usage_error(c, "--%s: expected %s, got '%s'", c->option, expected, c->arg);
	return false;
}

bool
cli_arg_u64(struct cli *c, uint64_t min, uint64_t max, uint64_t *v)
{
	char text[96];

	if (num_u64(span_str(c->arg), v) && *v >= min && *v <= max)
		return true;
	if (max == UINT64_MAX)
		snprintf(text, sizeof text, "a whole number of at least %llu", (unsigned long long)min);
	else
		snprintf(text, sizeof text, "a whole number from %llu to %llu",
		    (unsigned long long)min, (unsigned long long)max);
	return wrong_arg(c, text);
}

bool
cli_arg_size(struct cli *c, uint64_t min, uint64_t *v)
{
	char text[96];

	if (num_size(span_str(c->arg), v) && *v >= min)
		return true;
	snprintf(text, sizeof text, "a size of at least %llu bytes, like 64k, 16M or 1G",
	    (unsigned long long)min);
	return wrong_arg(c, text);
}

bool
cli_arg_duration(struct cli *c, int64_t *ns)
{
	return num_duration(span_str(c->arg), ns)
	    || wrong_arg(c, "a duration like 500ms, 10s, 5m or 2h");
}

bool
cli_arg_rate(struct cli *c, uint64_t *bytes, int64_t *ns)
{
	const char *slash = strchr(c->arg, '/');

	if (slash && num_size(span_of(c->arg, (size_t)(slash - c->arg)), bytes) && *bytes
	    && num_duration(span_str(slash + 1), ns) && *ns)
		return true;
	return wrong_arg(c, "BYTES/DURATION as 5M/5m");
}

bool
cli_arg_time(struct cli *c, int64_t *ns)
{
	return num_time(span_str(c->arg), ns)
	    || wrong_arg(c, "a time: seconds since 1970, or like 2026-03-04 or 2026-03-04T05:06:07Z");
}

bool
cli_arg_choice(struct cli *c, int *v)
{
	struct span rest = span_str(c->row->arg + is_optional(c->row)), word;
	char text[256] = "one of";
	size_t n;
	int i;

	for (i = 0; rest.n; i++) {
		n = strcspn(rest.p, "|]");
		word = (struct span){ rest.p, n };
		if (span_is(word, c->arg)) {
			*v = i;
			return true;
		}
		snprintf(text + strlen(text), sizeof text - strlen(text), " %.*s", (int)n, word.p);
		n += rest.p[n] != '\0';
		rest = (struct span){ rest.p + n, rest.n - n };
	}
	return wrong_arg(c, text);
}

void
cli_note_terminal(const char *what)
{
	if (isatty(STDIN_FILENO))
		log_note("reading %s from the terminal; Ctrl-D ends", what);
}
