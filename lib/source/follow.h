#ifndef SOURCE_FOLLOW_H
#define SOURCE_FOLLOW_H

#include <stdbool.h>

#include "base/linein.h"

/* A file that grows: what to do at its end. Told by inotify, and looked at once a second anyway. */
struct follow;

/* Borrows path and the linein, which reads the file of that name. */
struct follow *follow_new(const char *path, const struct linein *l);
void follow_free(struct follow *w);
/*
 * As linein's at_end: waits for the file to grow. END when it was truncated, or when another file
 * has its name and nothing more has come to this one.
 */
enum linein_result follow_at_end(void *w, bool wait);
/* It was END for that reason: the file is to be opened again. */
bool follow_replaced(const struct follow *w);

#endif
