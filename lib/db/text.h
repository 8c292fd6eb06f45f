#ifndef DB_TEXT_H
#define DB_TEXT_H

#include "base/arena.h"
#include "base/span.h"

enum text_encoding {
	TEXT_UTF8,
	TEXT_CP1252,
	TEXT_UTF16,
};

/*
 * The whole of a database file as UTF-8, in the arena: valid UTF-8 as it is, anything else as
 * Windows code page 1252 (its five unused bytes as the C1 controls of the same number, as the
 * WHATWG's encoding standard has it; U+FF3C where '\\' is half of a character of two bytes). A byte
 * order mark is dropped. NUL bytes become blanks; *nul
 * is the place of the first in out, out->n without one. Where all lines end with CR alone, CR
 * becomes LF. UTF-16 is known by its mark, or by NULs in every second byte.
 */
enum text_encoding text_decode(struct span in, struct arena *a, struct span *out, size_t *nul);

#endif
