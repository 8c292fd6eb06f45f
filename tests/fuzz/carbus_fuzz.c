/* Traces of CARBUS Analyzer: any lines. */
#include "source/carbus.h"

#define FUZZ_LINE carbus_line
#define FUZZ_STATE struct carbus
#include "textfuzz.h"
