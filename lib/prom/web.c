#include "prom/web.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

enum { FILE_BYTES = 1 << 20, FILES = 4 };

/* What tells that a file is another one; all zeroes for one that is not there. */
struct stamp {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec modified, changed;
};

/* A state with what only this file sees of it. */
struct version {
	struct web_state state;		/* first: what is given out */
	struct arena arena;
	const char *file[FILES];	/* that it was read from; NULL: none */
	struct stamp stamp[FILES];	/* of them, from before */
	unsigned holders;		/* with struct web itself */
};

struct web {
	const char *path;
	pthread_mutex_t lock;
	struct version *now;
	struct stamp tried[FILES];	/* of now's files, when they were last looked at */
};

static struct stamp
stamp_of(const char *path)
{
	struct stat st;

	if (!path || stat(path, &st) != 0)
		return (struct stamp){ 0 };
	return (struct stamp){ st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim };
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool
same_stamp(const struct stamp *a, const struct stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size
	    && same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

static void
free_version(struct version *v)
{
	if (!v)
		return;
	tls_free(v->state.tls);
	if (v->state.files.key.p)
		explicit_bzero(v->state.files.key.p, v->state.files.key.cap);
	buf_free(&v->state.files.cert);
	buf_free(&v->state.files.key);
	buf_free(&v->state.files.client_ca);
	arena_free(&v->arena);
	free(v);
}

/* --- reading --- */

/* A file beside the configuration, or one with an absolute path. */
static const char *
path_beside(struct version *v, const char *name)
{
	const char *slash = strrchr(v->file[0], '/');
	size_t n = slash && *name != '/' ? (size_t)(slash + 1 - v->file[0]) : 0;
	char *path = arena_alloc(&v->arena, n + strlen(name) + 1);

	memcpy(path, v->file[0], n);
	memcpy(path + n, name, strlen(name) + 1);
	return path;
}

/* Reads file number i; false with a fault. */
static bool
read_one(struct version *v, int i, struct buf *out, char *fault)
{
	int err;

	v->stamp[i] = stamp_of(v->file[i]);
	err = file_read(v->file[i], FILE_BYTES, out);
	if (err)
		snprintf(fault, WEB_FAULT, "%s: %s", v->file[i], strerror(err));
	return !err;
}

/* A file that the configuration names; *name becomes its path. */
static bool
read_named(struct version *v, int i, const char **name, struct buf *out, char *fault)
{
	if (!*name)
		return true;
	*name = v->file[i] = path_beside(v, *name);
	return read_one(v, i, out, fault);
}

static bool
read_config(struct version *v, char *fault)
{
	struct webconfig_fault f = { 1, 1, "expected a web configuration" };
	struct buf text = { 0 };
	bool good;

	if (!read_one(v, 0, &text, fault))
		return false;
	good = webconfig_parse(&v->state.config, &v->arena, buf_span(&text), &f);
	buf_free(&text);
	if (!good)
		snprintf(fault, WEB_FAULT, "%s:%zu:%zu: %s", v->file[0], f.line, f.column, f.text);
	return good;
}

static bool
read_tls(struct version *v, char *fault)
{
	struct webconfig_tls *c = &v->state.config.tls;
	struct tls_files *files = &v->state.files;
	char warning[TLS_FAULT];

	if (!c->cert_file)
		return true;
	if (!read_named(v, 1, &c->cert_file, &files->cert, fault)
	    || !read_named(v, 2, &c->key_file, &files->key, fault)
	    || !read_named(v, 3, &c->client_ca_file, &files->client_ca, fault))
		return false;
	buf_str(&files->cert);	/* libmicrohttpd wants texts with an end */
	buf_str(&files->key);
	v->state.tls = tls_new(c, files, clock_real() / CLOCK_SECOND, fault, warning);
	if (v->state.tls && *warning)
		log_warn("%s", warning);
	return v->state.tls != NULL;
}
_Static_assert((int)TLS_FAULT <= (int)WEB_FAULT, "a fault of TLS is one of these");

static struct version *
read_version(const char *path, char *fault)
{
	struct version *v = mem_zero(1, sizeof *v);

	v->holders = 1;
	v->file[0] = path;
	if (!path || (read_config(v, fault) && read_tls(v, fault)))
		return v;
	free_version(v);
	return NULL;
}

/* --- changes --- */

static void
look_again(struct web *w)
{
	int i;

	for (i = 0; i < FILES; i++)
		w->tried[i] = stamp_of(w->now->file[i]);
}

static bool
is_changed(const struct web *w)
{
	struct stamp s;
	int i;

	for (i = 0; i < FILES && w->now->file[i]; i++) {
		s = stamp_of(w->now->file[i]);
		if (!same_stamp(&s, &w->tried[i]))
			return true;
	}
	return false;
}

static void
release(struct version *v)
{
	if (--v->holders == 0)
		free_version(v);
}

static void
replace(struct web *w)
{
	char fault[WEB_FAULT] = "";
	struct version *v;

	look_again(w);
	v = read_version(w->path, fault);
	if (v && !v->state.tls != !w->now->state.tls) {
		free_version(v);
		v = NULL;
		snprintf(fault, sizeof fault, "%s: TLS cannot be turned on or off while the program runs",
		    w->path);
	}
	if (!v) {
		log_warn("%s; what was read before stays in force", fault);
		return;
	}
	if (w->now->state.config.users && !v->state.config.users)
		log_warn("%s: there are no users any more, no password is asked for", w->path);
	log_note("%s: read again", w->path);
	release(w->now);
	w->now = v;
	memcpy(w->tried, v->stamp, sizeof w->tried);
}

/* --- all --- */

struct web *
web_open(const char *path, char fault[static WEB_FAULT])
{
	struct version *v = read_version(path, fault);
	struct web *w;

	if (!v)
		return NULL;
	w = mem_zero(1, sizeof *w);
	w->path = path;
	w->now = v;
	memcpy(w->tried, v->stamp, sizeof w->tried);
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

void
web_free(struct web *w)
{
	if (!w)
		return;
	release(w->now);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

const struct web_state *
web_hold(struct web *w)
{
	struct version *v;

	pthread_mutex_lock(&w->lock);
	if (is_changed(w))
		replace(w);
	v = w->now;
	v->holders++;
	pthread_mutex_unlock(&w->lock);
	return &v->state;
}

void
web_release(struct web *w, const struct web_state *s)
{
	union { const struct web_state *state; struct version *version; } p = { .state = s };

	pthread_mutex_lock(&w->lock);
	release(p.version);
	pthread_mutex_unlock(&w->lock);
}
