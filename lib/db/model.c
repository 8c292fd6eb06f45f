#include "db/model.h"

void
db_free(struct db *db)
{
	arena_free(&db->arena);
	*db = (struct db){ 0 };
}

const struct db_label *
db_find_label(const struct db_signal *s, int64_t raw)
{
	size_t low = 0, high = s->labels, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (s->label[mid].key < raw)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->labels && s->label[low].key == raw ? &s->label[low] : NULL;
}
