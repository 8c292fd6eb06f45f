/* Vector ASC: any lines. */
#include "source/asc.h"

#define FUZZ_LINE asc_line
#define FUZZ_STATE struct asc
#include "textfuzz.h"
