#ifndef INFLUX_LOGIN_H
#define INFLUX_LOGIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "influx/api.h"

/* User, password and token, and the files that they are read from again when they change. */
struct login {
	struct buf user, password, token;
	const char *password_file, *token_file;		/* borrowed; NULL: none */
};

/*
 * Reads the files that are named; blanks and newlines at their end do not count. False when one
 * cannot be read, or when something in the login could break out of a header line: *why then
 * says so, naming the file but nothing of what is in it, and what was known before is kept.
 */
bool login_load(struct login *l, struct buf *why);
/* What api_authorization() takes; valid until the next load. */
struct api_login login_spans(const struct login *l);
/* Overwrites password, token and what is sent of them, wherever they stand in text, with *. */
void login_mask(const struct login *l, struct buf *text);
/* Clears the memory that held secrets. */
void login_free(struct login *l);

#endif
