/* PEAK TRC: any lines. */
#include "source/trc.h"

#define FUZZ_LINE trc_line
#define FUZZ_STATE struct trc
#include "textfuzz.h"
