#include "influx/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#define CHECKPOINT_INTERVAL CLOCK_SECOND

void
session_checkpoint(struct session *s, int64_t now)
{
	struct checkpoint c;
	int err;

	if (s->c.dry_run || (s->checkpoint_due && now < s->checkpoint_due && !s->over))
		return;
	s->checkpoint_due = 0;
	if (!s->resume || !resume_checkpoint(s->resume, push_oldest(&s->push), &c))
		return;
	s->checkpoint_due = now + CHECKPOINT_INTERVAL;
	if (!session_keep_rejects(s, now))
		return;
	err = checkpoint_save(s->c.checkpoint, &c);
	if (err && !s->checkpoint_failed)
		log_error("%s: %s: the next run sends again what this one has sent",
		    s->c.checkpoint, file_fault(err));
	s->checkpoint_failed = err != 0;
	if (!err)
		s->resume->old = c;
}
