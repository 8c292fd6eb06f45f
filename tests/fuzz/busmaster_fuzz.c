/* Logs of BUSMASTER: any lines. */
#include "source/busmaster.h"

#define FUZZ_LINE busmaster_line
#define FUZZ_STATE struct busmaster
#include "textfuzz.h"
