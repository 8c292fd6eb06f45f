#include "prom/registry_state.h"

struct texts_place
registry_add_text(struct registry *r, struct span s)
{
	r->text_bytes += s.n;
	return texts_add(&r->texts, s);
}

void
registry_drop_text(struct registry *r, struct texts_place *at)
{
	r->text_bytes -= at->n;
	texts_drop(&r->texts, at);
}

/* What is not in use has an empty text. */
static void
squeeze(struct registry *r)
{
	struct texts to = { 0 };
	uint32_t i;

	texts_reserve(&to, r->texts.used);
	for (i = 0; i < r->message.used; i++)
		texts_move(&to, &r->texts, &message_at(r, i)->name);
	for (i = 0; i < r->family.used; i++)
		texts_move(&to, &r->texts, &family_at(r, i)->text);
	for (i = 0; i < r->tags.used; i++)
		texts_move(&to, &r->texts, &tags_at(r, i)->text);
	for (i = 0; i < r->source.used; i++)
		if (source_at(r, i)->message == TABLE_NONE)
			texts_move(&to, &r->texts, &source_at(r, i)->alias.raw);
	texts_free(&r->texts);
	r->texts = to;
}

void
registry_tidy(struct registry *r)
{
	if (texts_is_wasteful(&r->texts))
		squeeze(r);
}
