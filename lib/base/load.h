#ifndef BASE_LOAD_H
#define BASE_LOAD_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Numbers in bytes of any alignment, little-endian (le) or big-endian (be). */

static inline uint16_t
load_le16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return le16toh(v);
}

static inline uint32_t
load_le32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return le32toh(v);
}

static inline uint64_t
load_le64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

static inline uint16_t
load_be16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return be16toh(v);
}

static inline uint32_t
load_be32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return be32toh(v);
}

static inline uint64_t
load_be64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return be64toh(v);
}

static inline uint8_t
load_u8(const char *p)
{
	return (uint8_t)*p;
}

#endif
