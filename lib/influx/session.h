#ifndef INFLUX_SESSION_H
#define INFLUX_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/linein.h"
#include "http/request.h"
#include "influx/accounting.h"
#include "influx/api.h"
#include "influx/detect.h"
#include "influx/health.h"
#include "influx/intake.h"
#include "influx/login.h"
#include "influx/meter.h"
#include "influx/packer.h"
#include "influx/push.h"
#include "influx/reject.h"
#include "influx/resume.h"
#include "influx/session_spool.h"
#include "influx/tee.h"
#include "influx/tell.h"
#include "influx/validate.h"

/*
 * A run of influxpush: joins input, engine, HTTP and clock, and tells people what happens. Here
 * is the loop; what is decided is decided in push, verdict, health and intake.
 */
struct session_config {
	struct api_target target;	/* borrowed */
	const struct api *api;		/* NULL: find out */
	struct push_config push;	/* in_flight 0: what is right for the server */
	bool gzip;
	bool check_health;
	bool dry_run;			/* requests are shown on standard output, not sent */
	bool tee;			/* the input, on standard output too */
	int64_t health_interval;	/* ns; 0: only at the start */
	int64_t grace;			/* ns, after the first signal */
	struct http_config http;
	const char *checkpoint;		/* the path, or NULL: none */
};

enum session_end {
	SESSION_FINISHED,	/* everything that was taken is dealt with */
	SESSION_REFUSED,	/* the server refused us before it had accepted anything */
	SESSION_GAVE_UP,	/* points are left over */
	SESSION_MISMATCH,	/* the checkpoint is of another input; nothing was sent */
};

struct session {
	struct session_config c;
	struct login *login;		/* borrowed */
	struct intake *intake;		/* borrowed */
	struct tell tell;
	struct api_target target;	/* as the server that was found takes it */
	struct accounting sum;
	struct push push;
	struct packer *packer;		/* NULL: the one thread does all */
	struct health health;
	struct detect detect;
	struct http *http;
	struct linein in;
	struct validate validate;
	struct buf why;			/* of a line that is not valid */
	struct meter meter;
	uint64_t file_size;		/* of an input that is a file */
	struct tee tee;
	bool tee_ended;			/* and that was told */
	struct buf url, headers, body;	/* of the write; of the request that was made last */
	enum { SESSION_ASKS_NOTHING, SESSION_ASKS_HEALTH, SESSION_ASKS_CREATE } asking;
	bool wants_create;
	int64_t health_due;		/* 0: no further check */
	int64_t read_at;		/* since 1970: when the last bytes came */
	bool input_over, input_failed;
	int reject_err;			/* refused lines cannot be written … */
	int64_t reject_at;		/* … and are tried again then */
	struct resume *resume;		/* borrowed; NULL: no checkpoint */
	struct session_spool *sp;	/* borrowed; NULL: no spool */
	int64_t checkpoint_due;		/* when it may be written again */
	bool checkpoint_failed;		/* the last one could not be written */
	uint64_t left_over;		/* points that were read and found no room before the end */
	enum session_end end;
	bool over;
};

/* SIGPIPE is ignored from here on. fd: the input. resume: NULL without a checkpoint. */
void session_init(struct session *s, const struct session_config *c, struct login *login,
    struct reject *reject, struct intake *intake, struct resume *resume, int fd);
/* Runs until everything is delivered or it cannot go on. push.verdict has the last answer. */
enum session_end session_run(struct session *s);
/*
 * Writes the checkpoint when it is due, once a second and at the end. To be called when what counts
 * as rejected is in its file.
 */
void session_checkpoint(struct session *s, int64_t now);
/*
 * What counts as rejected is on the disk, and may be recorded as dealt with. To be asked before
 * that; tells when it is not so.
 */
bool session_keep_rejects(struct session *s, int64_t now);
/* Neither lines nor refused ones are too many already. */
bool session_has_room(const struct session *s);
/* Brings the accounting up to date. */
void session_count(struct session *s);
enum session_read { SESSION_READ_NOTHING, SESSION_READ_SOME, SESSION_READ_END };
/*
 * Reads once, without waiting, from the input or from what lies between it and the engine. What the
 * input brings is passed on, whatever it is; an error of it is told, and is its end.
 */
enum session_read session_read(struct session *s, struct linein *in);
/* A line that is not even sent: counts and tells it. */
void session_refuse_line(struct session *s, const struct intake_line *l);
/* The counters as they are now, on stderr. */
void session_print_stats(struct session *s);
void session_free(struct session *s);

#endif
