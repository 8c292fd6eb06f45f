#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* Exit statuses, the same for all programs; for another one see stop_status(). */
enum status {
	STATUS_OK = 0,		/* all of the input was handled */
	STATUS_FAILED = 1,	/* input or output error; refused before anything was accepted */
	STATUS_USAGE = 2,	/* bad option, unreadable or unparsable database */
	STATUS_PARTIAL = 3,	/* finished, but some input was not usable or rejected */
	STATUS_GAVE_UP = 75,	/* the destination could not be reached in time (EX_TEMPFAIL) */
};

#endif
