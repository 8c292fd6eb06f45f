/* pcapng: any file. */
#define FUZZ_FORMAT "pcapng"
#include "filefuzz.h"
