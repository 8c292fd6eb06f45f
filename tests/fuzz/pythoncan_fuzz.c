/* CSV of python-can: any lines. */
#include "source/pythoncan.h"

#define FUZZ_LINE pythoncan_line
#define FUZZ_STATE struct pythoncan
#include "textfuzz.h"
