/* Generic CSV of SavvyCAN: any lines. */
#include "source/idcsv.h"

#define FUZZ_LINE idcsv_line
#define FUZZ_STATE struct idcsv
#include "textfuzz.h"
