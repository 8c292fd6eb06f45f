#include "prom/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { HASH_BYTES = 60, COST_AT = 4, SALT_END = 29 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of salt and hash: "./A-Za-z0-9". */
static bool
is_letter(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '/';
}

const char *
password_hash_fault(struct span h)
{
	int cost;
	size_t i;

	if (h.n != HASH_BYTES || h.p[0] != '$' || h.p[1] != '2' || !strchr("aby", h.p[2]) || !h.p[2]
	    || h.p[3] != '$' || !is_digit(h.p[COST_AT]) || !is_digit(h.p[COST_AT + 1])
	    || h.p[COST_AT + 2] != '$')
		return "a bcrypt hash: $2y$10$ and 53 characters behind it";
	for (i = COST_AT + 3; i < h.n; i++)
		if (!is_letter(h.p[i]))
			return "a bcrypt hash: $2y$10$ and 53 characters behind it";
	cost = (h.p[COST_AT] - '0') * 10 + h.p[COST_AT + 1] - '0';
	if (cost < PASSWORD_COST_MIN || cost > PASSWORD_COST_MAX)
		return "a bcrypt hash of a cost from 4 to 16";
	return NULL;
}
_Static_assert(PASSWORD_COST_MIN == 4 && PASSWORD_COST_MAX == 16, "as the message says");

static bool
same(const char *a, const char *b, size_t n)
{
	unsigned char differ = 0;
	size_t i;

	for (i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return !differ;
}

bool
password_fits(struct span password, const char *hash)
{
	struct crypt_data *work = mem_zero(1, sizeof *work);
	char *text = mem_strndup(password.p ? password.p : "", password.n);
	/* Not crypt_r(): ASan has one of its own, and then libcrypt would not be linked. */
	const char *got = crypt_rn(text, hash, work, sizeof *work);
	/* What stands before is the hash's own; its unused bits come back cleared. */
	bool fits = got && strlen(got) == HASH_BYTES
	    && same(got + SALT_END, hash + SALT_END, HASH_BYTES - SALT_END)
	    && strlen(text) == password.n;

	explicit_bzero(text, password.n);
	explicit_bzero(work, sizeof *work);
	free(text);
	free(work);
	return fits;
}
