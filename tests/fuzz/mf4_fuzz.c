/* MDF 4: any file. */
#define FUZZ_FORMAT "mf4"
#include "filefuzz.h"
