/* Logs of Microchip's CAN BUS Analyzer: any lines. */
#include "source/microchip.h"

#define FUZZ_LINE microchip_line
#define FUZZ_STATE struct microchip
#include "textfuzz.h"
