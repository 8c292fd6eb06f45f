#ifndef SOURCE_READERS_H
#define SOURCE_READERS_H

#include "source/source.h"

/* The formats of recordings; a declaration here and a row in readers.c for each. */
extern const struct source_reader source_asc;
extern const struct source_reader source_blf;
extern const struct source_reader source_busmaster;
extern const struct source_reader source_candump;
extern const struct source_reader source_carbus;
extern const struct source_reader source_gvret;
extern const struct source_reader source_idcsv;
extern const struct source_reader source_mf4;
extern const struct source_reader source_microchip;
extern const struct source_reader source_pcap;
extern const struct source_reader source_pcapng;
extern const struct source_reader source_pythoncan;
extern const struct source_reader source_rawdatalog;
extern const struct source_reader source_trc;

/* In the order in which they are asked; NULL-terminated. The last one takes what is left. */
extern const struct source_reader *const source_readers[];

/* The format of that name, or NULL. */
const struct source_reader *source_reader_named(struct span name);

#endif
