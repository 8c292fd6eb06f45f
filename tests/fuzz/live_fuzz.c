/* What comes from the network: the first byte says as what the rest is read. */
#include <string.h>

#include "source/bridge.h"
#include "source/sockcan.h"
#include "source/socketcand.h"
#include "fuzz.h"

static void
check_item(const struct merge_item *it)
{
	bool wide = it->flags & (FRAME_EXTENDED | FRAME_ERROR);

	must(it->id <= (wide ? (unsigned)FRAME_ID_MASK : (unsigned)FRAME_STANDARD_MAX));
	must(it->len <= (it->flags & FRAME_XL ? FRAME_DATA_MAX : it->flags & FRAME_FD ? 64 : 8));
	must(!it->more == !(it->flags & FRAME_XL));
}

static void
bridge(const uint8_t *p, size_t n)
{
	uint16_t bus;

	if (n < BRIDGE_HEADER || !bridge_header(p, &bus))
		return;
	for (p += BRIDGE_HEADER, n -= BRIDGE_HEADER; n >= BRIDGE_RECORD; n -= BRIDGE_RECORD) {
		struct merge_item it = { 0 };

		if (bridge_record(p, &it) == BRIDGE_FRAME)
			check_item(&it);
		p += BRIDGE_RECORD;
	}
}

static void
socketcand(const char *p, size_t n)
{
	struct socketcand_message m;

	for (;;) {
		enum socketcand_result r = socketcand_parse(p, n, &m);

		must(m.used <= n);
		if (r == SOCKETCAND_FRAME)
			check_item(&m.it);
		if (r == SOCKETCAND_MORE) {
			must(n - m.used < SOCKETCAND_MESSAGE_MAX);
			return;
		}
		must(m.used > 0);
		must(!m.text.n || (m.text.p >= p && m.text.p + m.text.n <= p + n));
		p += m.used;
		n -= m.used;
	}
}

static void
kernel(const uint8_t *p, size_t n)
{
	struct merge_item it;
	void *copy = malloc(n);

	memcpy(copy, p, n);
	if (sockcan_frame(copy, n, &it)) {
		check_item(&it);
		free(it.more);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	if (data[0] % 3 == 0)
		bridge(data + 1, size - 1);
	else if (data[0] % 3 == 1)
		socketcand((const char *)data + 1, size - 1);
	else
		kernel(data + 1, size - 1);
	return 0;
}
