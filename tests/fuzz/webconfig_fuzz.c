/* --web-config: what is taken is whole, what is not has a place and an expectation. */
#include <string.h>

#include "prom/password.h"
#include "prom/webconfig.h"
#include "fuzz.h"

static void
check(const struct webconfig *w)
{
	size_t i;

	must(!w->tls.cert_file == !w->tls.key_file);
	must(w->tls.min <= w->tls.max || !w->tls.cert_file);
	for (i = 0; i < w->users; i++) {
		must(*w->user[i].name && !strchr(w->user[i].name, ':'));
		must(!password_hash_fault(span_str(w->user[i].value)));
	}
	for (i = 0; i < w->headers; i++)
		must(*w->header[i].value && !strpbrk(w->header[i].value, "\r\n"));
	for (i = 0; i < w->tls.suites.n; i++)
		must(w->tls.suites.item[i] < 10);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct webconfig_fault fault = { 0 };
	struct arena arena = { 0 };
	struct webconfig w;

	if (webconfig_parse(&w, &arena, span_of((const char *)data, size), &fault))
		check(&w);
	else
		must(fault.line && fault.column && *fault.text);
	arena_free(&arena);
	return 0;
}
