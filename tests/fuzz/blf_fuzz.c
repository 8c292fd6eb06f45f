/* Vector BLF: any file. */
#define FUZZ_FORMAT "blf"
#include "filefuzz.h"
