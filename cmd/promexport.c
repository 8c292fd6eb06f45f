/* promexport: line protocol in, a page for Prometheus to scrape out. */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/linein.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/out.h"
#include "base/stats.h"
#include "base/status.h"
#include "base/stop.h"
#include "prom/backfill.h"
#include "prom/serve.h"
#include "prom/setup.h"

/* --- messages --- */

static void
tell_bad_line(void *arg, uint64_t line, size_t where, const char *expected)
{
	static uint64_t shown;

	(void)arg;
	if (log_few(&shown))
		log_warn("line %llu, byte %zu: expected %s", (unsigned long long)line, where + 1,
		    expected);
}

static void
tell_event(void *arg, enum registry_event event, struct span what, struct span instead)
{
	static const struct {
		const char *before, *after;
	} text[] = {
		[REGISTRY_NAME_TAKEN] = { "", ": another field has its name, it is shown as " },
		[REGISTRY_LABEL_TAKEN] = { "tag ", ": another tag has its name, it is shown as " },
		[REGISTRY_FULL] = { "", "there is no room for further series, they are left out "
		    "(--max-series allows more)" },
		[REGISTRY_TOO_LONG] = { "", ": left out, its name and labels are too long" },
	};
	static uint64_t shown[sizeof text / sizeof *text];
	char a[256], b[256];

	(void)arg;
	if (log_few(&shown[event]))
		log_warn("%s%s%s%s", text[event].before, log_quote(a, sizeof a, what.p, what.n),
		    text[event].after, log_quote(b, sizeof b, instead.p, instead.n));
}

/* Listening wider without protection is said, once. */
static void
tell_protection(const struct web_state *web)
{
	const bool who = web->config.users
	    || web->config.tls.client == WEBCONFIG_REQUIRE_AND_VERIFY;

	if (!who)
		log_warn("listening beyond this machine: whoever reaches it can read the page "
		    "(--web-config asks for passwords)");
	else if (!web->tls)
		log_warn("listening beyond this machine without TLS: passwords and values can be read on "
		    "their way");
}

static void
tell_address(const struct setup *s, const struct listen *l, const struct web_state *web)
{
	const char *host = s->hosts ? s->host[0] : "localhost";
	bool v6 = strchr(host, ':') != NULL;

	if (l->wide)
		tell_protection(web);
	if (l->port)
		log_note("serving http%s://%s%s%s:%u%s", web->tls ? "s" : "", v6 ? "[" : "", host,
		    v6 ? "]" : "", l->port, s->path);
	else
		log_note("serving %s on %zu inherited sockets", s->path, l->n);
}

/* The sockets of the service manager, or our own. False after a message. */
static bool
find_sockets(const struct setup *s, struct listen *l)
{
	if (listen_inherit(l))
		return true;
	if (!l->fault[0] && listen_open(l, s->host, s->hosts, (uint16_t)s->port))
		return true;
	log_error("%s", l->fault);
	return false;
}

static void
print_stats(struct exporter *e)
{
	struct exporter_counts c = exporter_counts(e);
	const struct stats_row row[] = {
		{ "bytes", c.bytes }, { "lines", c.lines }, { "bad_lines", c.bad_lines },
		{ "points", c.registry.points }, { "values", c.registry.values },
		{ "refused_values", c.registry.refused }, { "cut_strings", c.registry.cut },
		{ "name_clashes", c.registry.clashes }, { "series", c.registry.series },
		{ "families", c.registry.families }, { "expired_series", c.registry.expired },
		{ "scrapes", c.scrapes }, { NULL, 0 },
	};

	stats_print(row);
}

/* --- the work --- */

struct job {
	struct exporter *e;
	struct serve *server;		/* NULL: none */
	struct backfill *backfill;	/* NULL: none */
	const struct setup *s;
	int64_t next_sweep, next_file;	/* clock_mono() times; 0: no file */
	int64_t next_alive;		/* 0: nobody wants to know */
	bool file_failed;		/* the last one could not be written */
};

static void
make_page(struct exporter *e, struct buf *page)
{
	exporter_page(e, EXPOSE_TEXT, clock_mono(), 0, page);
}

/* A fault is said when it begins and when it ends. */
static void
write_file(struct job *j)
{
	struct buf page = { 0 };
	bool failed = j->file_failed;
	int err;

	make_page(j->e, &page);
	err = file_replace(j->s->file, page.p, page.len, 0644);
	buf_free(&page);
	if (err && !failed)
		log_error("%s: %s", j->s->file, file_fault(err));
	if (!err && failed)
		log_warn("%s: written again", j->s->file);
	j->file_failed = err != 0;
	j->next_file = clock_mono() + j->s->interval;
}

/* When keep_house() has something to do. */
static int64_t
next_time(const struct job *j)
{
	int64_t next = j->next_sweep;

	if (j->next_file && j->next_file < next)
		next = j->next_file;
	return j->next_alive && j->next_alive < next ? j->next_alive : next;
}

static void
keep_house(struct job *j)
{
	int64_t now = clock_mono();

	j->next_alive = notify_alive(now);
	if (stop_take_usr1())
		print_stats(j->e);
	if (now >= j->next_sweep) {
		j->next_sweep = exporter_expire(j->e, now);
		if (j->server)
			serve_check(j->server, now);
	}
	if (j->next_file && now >= j->next_file)
		write_file(j);
}

static struct registry_arrival
arrival(void)
{
	return (struct registry_arrival){ clock_mono(), clock_real() };
}

/* Feeds until the input ends or a signal comes. */
static enum linein_result
feed(struct job *j, struct linein *in)
{
	enum linein_result r;

	for (;;) {
		r = linein_fill(in, true, next_time(j));
		if (r == LINEIN_DATA)
			linein_consume(in, exporter_feed(j->e, linein_data(in), arrival()));
		if (r == LINEIN_END || r == LINEIN_ERROR)
			return r;
		keep_house(j);
	}
}

static void
wait_for_signal(struct job *j)
{
	int64_t left;

	while (!stop_wanted()) {
		left = (next_time(j) - clock_mono()) / 1000000 + 1;
		poll(&(struct pollfd){ .fd = stop_fd(), .events = POLLIN }, 1,
		    left < 0 ? 0 : (int)left);
		stop_drain();
		keep_house(j);
	}
}

static int
end_status(struct exporter *e)
{
	struct exporter_counts c = exporter_counts(e);

	if (c.bad_lines)
		log_warn("%llu of %llu lines could not be used", (unsigned long long)c.bad_lines,
		    (unsigned long long)c.lines);
	return c.bad_lines || c.registry.refused ? STATUS_PARTIAL : STATUS_OK;
}

/* From the first byte of the input to the end of all work; the exit status. */
static int
work(struct job *j)
{
	struct linein in;
	int status = STATUS_OK;

	cli_note_terminal("points");
	linein_init(&in, 0, 0);
	in.stop_now = true;
	notify_ready();
	keep_house(j);
	if (feed(j, &in) == LINEIN_ERROR) {
		log_error("standard input: %s", strerror(in.err));
		status = STATUS_FAILED;
	}
	if (!in.stopped) {
		exporter_end(j->e, linein_data(&in), j->s->unterminated, arrival());
		if (status == STATUS_OK)
			status = end_status(j->e);
		if (!j->s->exit_at_end) {
			log_warn("the input has ended; the page is served until a signal comes");
			wait_for_signal(j);
			status = status == STATUS_FAILED ? STATUS_FAILED : STATUS_OK;
		}
	}
	linein_free(&in);
	return status;
}

static int
serve_with(struct job *j, struct web *web)
{
	struct site site = { j->e, j->s->path, !j->s->no_page };
	const struct web_state *state;
	struct listen l;
	int status;

	if (!find_sockets(j->s, &l))
		return STATUS_FAILED;
	state = web_hold(web);
	tell_address(j->s, &l, state);
	web_release(web, state);
	j->server = serve_start(&l, &site, web);
	if (!j->server) {
		log_error("cannot start the server: %s", strerror(errno));
		return STATUS_FAILED;
	}
	status = work(j);
	serve_stop(j->server);
	return status;
}

static int
serve(struct job *j)
{
	char fault[WEB_FAULT];
	struct web *web = web_open(j->s->web_config, fault);
	int status;

	if (!web) {
		log_error("%s", fault);
		return STATUS_USAGE;
	}
	status = serve_with(j, web);
	web_free(web);
	return status;
}

static int
keep_file(struct job *j)
{
	int status;

	j->next_file = clock_mono() + j->s->interval;
	status = work(j);
	write_file(j);
	return j->file_failed ? STATUS_FAILED : status;
}

static int
print_once(struct job *j)
{
	int status = work(j);
	struct out out;

	out_init(&out, 1);
	make_page(j->e, &out.b);
	if (!out_close(&out)) {
		log_error("standard output: %s", strerror(out.err));
		return STATUS_FAILED;
	}
	return status;
}

/* STATUS_OK, or what to end with. */
static int
read_meta(struct exporter *e, const char *path)
{
	enum { META_BYTES = 256 << 20 };
	struct buf text = { 0 };
	int err = file_read(path, META_BYTES, &text), status = STATUS_OK;

	if (err) {
		log_error("%s: %s", path, strerror(err));
		status = STATUS_USAGE;
	} else if (!exporter_meta(e, buf_span(&text))) {
		log_error("%s: expected #meta lines, as 'can2line --list=meta' writes them", path);
		status = STATUS_USAGE;
	}
	buf_free(&text);
	return status;
}

/* Where --backfill writes: a file that appears when it is whole, or standard output. */
struct target {
	bool file;
	struct file_swap swap;
};

/* Before the input is read, so that nobody waits for it in vain. 0, or an errno. */
static int
begin_target(struct target *t, const char *path)
{
	*t = (struct target){ .file = strcmp(path, "-") != 0, .swap.fd = 1 };
	return t->file ? file_swap_begin(&t->swap, path, 0644) : 0;
}

/* Keeps what was written, or not. 0, or an errno. */
static int
end_target(struct target *t, int err)
{
	if (t->file && !err)
		return file_swap_end(&t->swap);
	if (t->file)
		file_swap_drop(&t->swap);
	return err;
}

/* 0, or an errno. */
static int
put_backfill(const struct job *j, int fd)
{
	struct snapshot structure = { 0 };
	struct out out;
	int err;

	out_init(&out, fd);
	exporter_structure(j->e, &structure);
	err = backfill_write(j->backfill, &structure, &out);
	snapshot_free(&structure);
	if (!out_close(&out) && !err)
		err = out.err;
	return err;
}

static int
backfill_status(const struct backfill_counts *c, int status)
{
	log_note("%llu samples; %llu left out that had the millisecond of a later one",
	    (unsigned long long)c->samples, (unsigned long long)c->folded);
	if (c->untimed)
		log_warn("%llu values left out: without a time, or before 1970",
		    (unsigned long long)c->untimed);
	if (c->refused)
		log_warn("%llu values left out: no room for further series (--max-series)",
		    (unsigned long long)c->refused);
	return status == STATUS_OK && (c->untimed || c->refused) ? STATUS_PARTIAL : status;
}

/* A signal before the end leaves what was there before. */
static int
write_backfill(struct job *j)
{
	const char *folder;
	struct backfill_counts c;
	struct target t;
	int err = begin_target(&t, j->s->file), status = STATUS_OK;

	if (!err) {
		status = work(j);
		err = end_target(&t, stop_wanted() ? EINTR : put_backfill(j, t.swap.fd));
	}
	if (stop_wanted())
		return stop_status();
	c = backfill_counts(j->backfill);
	if (!err)
		return backfill_status(&c, status);
	folder = backfill_failed_in(j->backfill);
	log_error("%s: %s", folder ? folder : j->s->file, file_fault(err));
	return STATUS_FAILED;
}

static int
do_way(struct job *j)
{
	switch (j->s->way) {
	case SETUP_TEXTFILE:
		return keep_file(j);
	case SETUP_ONCE:
		return print_once(j);
	case SETUP_BACKFILL:
		return write_backfill(j);
	case SETUP_SERVE:
		break;
	}
	return serve(j);
}

static void
begin_backfill(struct job *j, struct setup *s)
{
	enum { SORT_BYTES = 64 << 20 };
	struct registry_config *r = &s->exporter.registry;

	j->backfill = backfill_new(SORT_BYTES, r->max_series);
	r->rules = 0;
	r->keep_kinds = true;
	r->taken = backfill_take;
	r->taken_arg = j->backfill;
}

static int
run(struct setup *s, bool stats)
{
	struct job j = { .s = s };
	int status = STATUS_OK;
	size_t i;

	if (s->way == SETUP_BACKFILL)
		begin_backfill(&j, s);
	s->exporter.registry.tell = tell_event;
	s->exporter.bad_line = tell_bad_line;
	j.e = exporter_new(&s->exporter);
	j.next_sweep = exporter_expire(j.e, clock_mono());
	for (i = 0; status == STATUS_OK && i < s->metas; i++)
		status = read_meta(j.e, s->meta[i]);
	if (status == STATUS_OK) {
		status = do_way(&j);
		if (stats)
			print_stats(j.e);
	}
	exporter_free(j.e);
	backfill_free(j.backfill);
	return status;
}

int
main(int argc, char **argv)
{
	struct setup s;
	struct cli c;
	int status;

	/* What a page took goes back to the system, and not into glibc's own stock of memory. */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	cli_init(&c, &setup_program, argc, argv);
	if (setup_parse(&s, &c)) {
		stop_init();
		status = run(&s, c.stats);
	} else {
		status = c.status;
	}
	setup_free(&s);
	cli_free(&c);
	return status;
}
