#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/linein.h"

/* The bytes of a file or of standard input, unpacked when they are compressed. */
struct input {
	int fd;
	struct linein raw;		/* as they are in the file */
	struct linein plain;		/* unpacked; unused as long as unpack is NULL */
	struct unpack *unpack;
	struct follow *follow;
	bool begun;			/* the compression, if any, is known */
	bool regular;			/* a file, no pipe or device */
};

/*
 * path NULL is standard input, which input_close() leaves open. grace: as linein_init(). follow: a
 * file that is not compressed is waited for at its end, path being borrowed. 0, or an errno;
 * nothing is to be closed then.
 */
int input_open(struct input *in, const char *path, int64_t grace, bool follow);
void input_close(struct input *in);

/* What is there and not consumed, unpacked. */
struct span input_data(const struct input *in);
void input_consume(struct input *in, size_t n);
/*
 * Reads more behind that: DATA when there is more. Before anything is given, the compression is
 * recognised, from 6 bytes unless the input is shorter.
 */
enum linein_result input_more(struct input *in, bool wait);
/* What ends the lines that input_block() gives. */
void input_newline(struct input *in, char c);
/* Bytes asked of one read(2). */
void input_chunk(struct input *in, size_t n);
/* END after so many bytes more of the file; UINT64_MAX: at its end. */
void input_limit(struct input *in, uint64_t n);
/* The size of the file as it is; 0 where it is no file. */
uint64_t input_size(const struct input *in);
/*
 * The place in its file of the next byte that is not consumed; and going on at another one. Only
 * for a file that is not compressed: where that is so, input_seeks().
 */
bool input_seeks(const struct input *in);
uint64_t input_tell(const struct input *in);
bool input_seek(struct input *in, uint64_t offset);
/* As linein_block(), behind what unpacks. ERROR: input_error() says which. */
enum linein_result input_block(struct input *in, struct span *block, bool wait);
int input_error(const struct input *in);
/* Compressed bytes that cannot be unpacked further: why; else NULL. To be asked at the end. */
const char *input_damage(const struct input *in);
bool input_packed(const struct input *in);
/* Ended because the file was truncated or another one has its name: to be opened again. */
bool input_replaced(const struct input *in);
/* Ended by a signal, not by the end of its file. */
bool input_stopped(const struct input *in);
/* Lines dropped as too long, so far. */
uint64_t input_long_lines(const struct input *in);

#endif
