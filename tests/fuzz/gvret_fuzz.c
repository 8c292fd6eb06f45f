/* GVRET CSV: any lines. */
#include "source/gvret.h"

#define FUZZ_LINE gvret_line
#define FUZZ_STATE struct gvret
#include "textfuzz.h"
