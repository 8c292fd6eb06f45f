#ifndef SOURCE_RAWDATALOG_H
#define SOURCE_RAWDATALOG_H

#include "source/daytime.h"
#include "source/text.h"

/*
 * RawDataLog-yyyyMMdd-HHmm.txt of Prohelion's Profinity and of ArrowPoint CANbus: a header "Recv
 * time, Packet num, ID, …", then "22:51:46.481 , 1 , 0x0x6F8 ,  , 0x07050101101d0e74, …".
 * The data is written from byte 7 to byte 0. There is no length: it is 8.
 */
struct rawdatalog {
	bool known, opened;
	struct daytime day;
};

/* As struct text_format has it; state is a struct rawdatalog. */
enum text_result rawdatalog_line(void *state, struct span line, struct frame *f,
    struct text_note *note);
/* The time in a file's name, local, as ns since 1970. False when there is none. */
bool rawdatalog_name(const char *name, int64_t *ns);

#endif
