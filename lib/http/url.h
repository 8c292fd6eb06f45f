#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* A base URL as a person gives it: [http[s]://][user[:password]@]host[:port][/path]. */
struct url {
	struct span scheme;		/* "http" where none is given */
	struct span user, password;	/* as written, percent-escapes in them */
	bool has_user, has_password;
	struct span place;		/* host[:port] */
	struct span path;		/* without the slash at its end; may be empty */
};

/*
 * Takes text apart; the spans point into it. False with what was expected (a constant text) when
 * it cannot be a base URL; a query or fragment is refused.
 */
bool url_split(struct span text, struct url *u, const char **expected);
/*
 * Appends scheme://place/path, the scheme in small letters: fit to be shown, for user and password
 * are left out.
 */
void url_put(struct buf *out, const struct url *u);
/* place without query and fragment, which may hold secrets. */
struct span url_without_query(struct span place);
/*
 * Whether place, that of a Location header, is on another host than the base URL from; another port
 * or scheme of the same one is not.
 */
bool url_leads_away(struct span from, struct span place);
/* Appends s with every byte but letters, digits and -._~ as %XX (RFC 3986, 2.3). */
void url_escape(struct buf *out, struct span s);
/* Appends s with %XX turned back; a % that starts no escape stays. */
void url_unescape(struct buf *out, struct span s);

#endif
