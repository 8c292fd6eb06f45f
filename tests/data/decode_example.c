/*
 * Decoding with the headers and sources of lib/base, lib/can, lib/db and lib/decode alone: prints
 * the signals of the frame on the command line.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "can/candump.h"
#include "db/dbc.h"
#include "decode/decode.h"
#include "decode/lookup.h"

int
main(int argc, char **argv)
{
	static struct frame f;
	struct buf text = { 0 };
	struct db db = { 0 };
	struct arena arena = { 0 };
	struct plan_count count = { 0 };
	const struct plan *plans[1];
	const struct plan_message *m;
	struct plan plan;
	struct lookup lookup;
	char out[SCALE_TEXT_MAX], *end;
	size_t i, n;

	if (argc != 3 || file_read(argv[1], 1 << 24, &text) || !dbc_parse(buf_span(&text), &db)
	    || !candump_parse_log(argv[2], strlen(argv[2]), &f))
		return 1;
	plan = plan_compile(&db, false, NULL, NULL, &count, &arena);
	plans[0] = &plan;
	lookup = lookup_build(plans, 1, &arena);
	m = lookup_find(&lookup, f.id, f.flags & FRAME_EXTENDED);
	if (m) {
		const struct plan_list *list[m->selectors + 2];
		struct decode_value v[m->wanted + 1];

		n = decode_frame(m, &f, list, v);
		for (i = 0; i < n; i++) {
			end = scale_put(out, &v[i].signal->scale, v[i].raw);
			if (end)
				printf("%.*s %.*s\n", (int)v[i].signal->db->name.n, v[i].signal->db->name.p,
				    (int)(end - out), out);
		}
	}
	db_free(&db);
	arena_free(&arena);
	buf_free(&text);
	return 0;
}
