#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Messages for people, on stderr, each a line "PROGRAM: text". Not thread-safe against
 * log_init(); single messages are one write(2) each and do not mix.
 */
enum log_level {
	LOG_ERROR,	/* always shown */
	LOG_WARN,	/* input or points that are not usable; shown unless -q */
	LOG_NOTE,	/* what goes on; shown when stderr is a terminal or with -v, not with -q */
	LOG_DEBUG,	/* shown with -v */
};

/* name: borrowed, shown before each message. Before the call it is "canpipe". */
void log_init(const char *name);
/* -q (-1), default (0), -v (1). */
void log_verbosity(int v);
bool log_shows(enum log_level level);
void log_msg(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_error(...) log_msg(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_msg(LOG_WARN, __VA_ARGS__)
#define log_note(...) log_msg(LOG_NOTE, __VA_ARGS__)
#define log_debug(...) log_msg(LOG_DEBUG, __VA_ARGS__)

/*
 * "The first few are shown": true for the first LOG_FEW calls with one counter, and always with -v;
 * counts every call. *count starts at 0.
 */
enum { LOG_FEW = 5 };
bool log_few(uint64_t *count);

/* The progress line: replaced by the next, cleared before a message. Only on a terminal. */
void log_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_progress_end(void);
/* Whether log_progress() shows anything. */
bool log_shows_progress(void);

/* A copy of n input bytes fit for a message: at most cap - 1 bytes, unprintable ones as \xNN. */
const char *log_quote(char *out, unsigned long cap, const char *p, unsigned long n);

#endif
