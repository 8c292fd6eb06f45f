#include "db/load.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/dbc.h"

int
load_file(struct load *l, const char *arg)
{
	const char *eq = strchr(arg, '=');
	struct buf text = { 0 };
	int err;

	*l = (struct load){ .path = arg };
	if (eq && eq != arg && access(arg, F_OK) != 0) {
		l->bus = span_of(arg, (size_t)(eq - arg));
		l->path = eq + 1;
	}
	err = file_read(l->path, LOAD_MAX, &text);
	if (!err && !dbc_parse(buf_span(&text), &l->db))
		err = -1;
	buf_free(&text);
	return err;
}
