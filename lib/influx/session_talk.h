#ifndef INFLUX_SESSION_TALK_H
#define INFLUX_SESSION_TALK_H

#include "influx/session.h"

/* The part of a session that talks to the server: requests out, answers in. */

/* From now on this flavour is written to. */
void session_talk_set_api(struct session *s, const struct api *api);
/* The run is over, and why. */
void session_talk_finish(struct session *s, enum session_end end);
/* Starts whatever writes the engine wants to send now (clock_mono()). */
void session_talk_send_writes(struct session *s, int64_t now);
/* Asks what is due: which server it is, its health, or for the database to be made. */
void session_talk_ask(struct session *s, int64_t now);
/* Deals with every answer that has come. */
void session_talk_take_answers(struct session *s);
/* Reads token and password files (again); what is wrong with them is told. */
void session_talk_load_login(struct session *s);

#endif
