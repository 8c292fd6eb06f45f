#ifndef DB_DBC_H
#define DB_DBC_H

#include <stdbool.h>

#include "base/span.h"
#include "db/model.h"

/*
 * Vector's DBC ("DBC File Format Documentation", and files as they are in the wild: what of it is
 * read, what is tolerated and what is done about it stands in canpipe-dbc(5)). The text is
 * borrowed for the call only. db must be all zeroes; it is to be freed with db_free() either way.
 * False when nothing of the text can be understood as a DBC: the last diagnostic then says where
 * and what was expected.
 */
bool dbc_parse(struct span text, struct db *db);

#endif
