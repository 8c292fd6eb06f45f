#include "source/readers.h"

const struct source_reader *const source_readers[] = {
	&source_blf,
	&source_pcap,
	&source_pcapng,
	&source_mf4,
	&source_asc,
	&source_trc,
	&source_carbus,
	&source_busmaster,
	&source_gvret,
	&source_pythoncan,
	&source_rawdatalog,
	&source_microchip,
	&source_idcsv,
	&source_candump,	/* stays last */
	NULL,
};

const struct source_reader *
source_reader_named(struct span name)
{
	size_t i;

	for (i = 0; source_readers[i]; i++)
		if (span_is(name, source_readers[i]->name))
			return source_readers[i];
	return NULL;
}
