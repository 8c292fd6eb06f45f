/* Profinity's RawDataLog: any lines. */
#include "source/rawdatalog.h"

#define FUZZ_LINE rawdatalog_line
#define FUZZ_STATE struct rawdatalog
#include "textfuzz.h"
