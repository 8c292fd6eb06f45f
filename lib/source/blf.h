#ifndef SOURCE_BLF_H
#define SOURCE_BLF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/calendar.h"
#include "base/span.h"
#include "can/frame.h"

/*
 * Vector's Binary Logging Format. There is no public specification; what is written here follows
 * the headers of Vector_BLF (Tobias Lorenz), and where they leave a choice what python-can and
 * Wireshark read. All numbers are little-endian.
 *
 * A file is a header and then objects. An object is a header that begins with LOBJ, and a body.
 * Most are inside of containers (objects too), whose bodies, unpacked and one behind the other,
 * are again a sequence of objects, which may cross their borders. Between objects stand up to 7
 * bytes of padding. Pure: bytes in, verdicts out; blf.c does the reading.
 */
enum {
	BLF_HEADER_MIN = 72,		/* of the file: up to the two dates */
	BLF_OBJECT_MIN = 16,		/* the part that all objects have */
	BLF_CONTAINER_HEADER = 16,	/* at the beginning of a container's body */
	BLF_PADDING_MAX = 7,
	BLF_CONTAINER_MAX = 16 << 20,	/* packed or unpacked; 128 KiB is usual */
};

struct blf_header {
	uint32_t size;
	uint64_t file_size;		/* as the writer knew it; 0 where it did not finish */
	struct calendar start;		/* local time */
	bool dated;			/* there is one */
};

/* From BLF_HEADER_MIN bytes or more. False: not such a file. */
bool blf_header(struct span bytes, struct blf_header *h);

enum blf_type {
	BLF_CAN_MESSAGE = 1,
	BLF_CAN_ERROR = 2,
	BLF_CAN_OVERLOAD = 3,
	BLF_CONTAINER = 10,
	BLF_CAN_ERROR_EXT = 73,
	BLF_CAN_MESSAGE2 = 86,
	BLF_CAN_FD_MESSAGE = 100,
	BLF_CAN_FD_MESSAGE_64 = 101,
	BLF_CAN_FD_ERROR_64 = 104,
};

struct blf_object {
	uint32_t size;			/* of header and body */
	uint32_t header;		/* of the header, which says so */
	uint32_t type;
	const char *p;			/* where it begins */
};

enum blf_verdict {
	BLF_OBJECT,			/* all of it is there */
	BLF_PARTIAL,			/* o->size bytes are needed, or BLF_OBJECT_MIN where that is 0 */
	BLF_NO_OBJECT,			/* none begins here */
};

/* Takes what begins right at bytes. A container is not limited here. */
enum blf_verdict blf_object(struct span bytes, struct blf_object *o);
/* The bytes begin as an object does, whatever follows. */
bool blf_marked(struct span bytes);
/*
 * The first place at or behind from where an object could begin, or where too few bytes are left
 * to tell; at most bytes.n.
 */
size_t blf_find(struct span bytes, size_t from);
/* How much of the bytes, at most BLF_PADDING_MAX, to pass over to come to an object; else 0. */
size_t blf_padding(struct span bytes);

/*
 * A frame out of an object of any type. NULL, and *channel set: f is filled but for its bus, ns
 * counts from the start of the recording. Otherwise what was expected; or blf_no_frame where an
 * object of that type is none.
 */
const char *blf_frame(const struct blf_object *o, struct frame *f, unsigned *channel);
extern const char blf_no_frame[];
/* What objects of a type are, for counting: plural. */
const char *blf_kind(uint32_t type);

/*
 * A container's body. packed: what is to be unpacked, or the content itself where *zlib is set to
 * false. False: too short, or packed in a way that is not known.
 */
struct blf_container {
	struct span packed;
	bool zlib;
	uint32_t unpacked;		/* bytes, if it can be believed */
};
bool blf_container(const struct blf_object *o, struct blf_container *c);

#endif
