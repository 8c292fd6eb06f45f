#ifndef SOURCE_READERS_H
#define SOURCE_READERS_H

#include "source/source.h"

/* The formats of recordings; a declaration here and a row in readers.c for each. */
extern const struct source_reader source_candump;
extern const struct source_reader source_blf;

/* In the order in which they are asked; NULL-terminated. The last one takes what is left. */
extern const struct source_reader *const source_readers[];

/* The format of that name, or NULL. */
const struct source_reader *source_reader_named(struct span name);

#endif
