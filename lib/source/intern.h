#ifndef SOURCE_INTERN_H
#define SOURCE_INTERN_H

#include "source/source.h"

/* Between the files of lib/source that make up struct source; not for readers. */

/* What an input says when it gives no bytes. */
enum source_result source_no_data(struct source *s, enum linein_result r);
/*
 * Makes s->file and s->size: the file itself, or, after a SPOOLING, a copy of the input in an
 * unlinked temporary file. DATA when it is there, or what next() has to return.
 */
enum source_result source_spool(struct source *s, bool wait);

#endif
