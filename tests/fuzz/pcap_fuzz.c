/* pcap: any file. */
#define FUZZ_FORMAT "pcap"
#include "filefuzz.h"
