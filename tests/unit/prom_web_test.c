#include "test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/base64.h"
#include "prom/basic.h"
#include "prom/guard.h"
#include "prom/password.h"
#include "prom/webconfig.h"

/* bcrypt of "secret" and of 80 letters a, of the least cost. */
#define SECRET "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"

#define TLS "tls_server_config:\n  cert_file: c\n  key_file: k\n"
#define SUITE_A "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"

static void
config_faults(void)
{
	static const struct {
		const char *text, *fault;	/* line:column: text; NULL for a good one */
	} row[] = {
		{ "", NULL }, { "\n# nothing\n", NULL }, { "{}", NULL }, { "~", NULL },
		{ "basic_auth_users:\ntls_server_config:\nhttp_server_config:\n", NULL },
		{ TLS, NULL },
		{ TLS "  client_auth_type:\n  client_ca_file:\n  cipher_suites:\n", NULL },
		{ TLS "  client_auth_type: RequireClientCert\n", NULL },
		{ TLS "  cipher_suites: [" SUITE_A "]\n  curve_preferences: [X25519, CurveP521]\n", NULL },
		{ "basic_auth_users: {a: " SECRET "}", NULL },
		{ "basic_auth_users: {a: &x " SECRET ", b: *x}", NULL },
		{ "x: 1", "1:1: expected one of tls_server_config, http_server_config, basic_auth_users" },
		{ "- a", "1:1: expected keys with values" },
		{ "a", "1:1: expected keys with values" },
		{ "{[a]: b}", "1:2: expected a text as the key" },
		{ "rate_limit: {}", "1:1: expected no rate_limit: it is not supported" },
		{ "basic_auth_users: {}\nbasic_auth_users: {}", "2:1: expected each key once" },
		{ "{}\n---\n{}\n", "2:1: expected one document" },
		{ "a: [", "2:1: not YAML: did not find expected node content" },
		{ "a: *b", "1:4: not YAML: found undefined alias" },
		{ "a: \"\xff\"", "1:1: not YAML: invalid leading UTF-8 octet" },
		{ "tls_server_config: {min_version: TLS12}", "1:20: expected cert_file in tls_server_config" },
		{ "tls_server_config: {cert_file: c}", "1:20: expected key_file in tls_server_config" },
		{ TLS "  cert: x\n", "4:3: expected a file (cert_file, key_file, client_ca_file): texts in "
			"this place are not supported" },
		{ TLS "  client_allowed_sans: [x]\n", "4:3: expected no client_allowed_sans: it is not "
			"supported" },
		{ TLS "  min_version: TLS13\n  max_version: TLS12\n", "2:3: expected a max_version that is not "
			"below min_version" },
		{ TLS "  min_version: TLS11\n", "4:16: expected one of TLS12, TLS13" },
		{ TLS "  client_auth_type: Maybe\n", "4:21: expected one of NoClientCert, RequestClientCert, "
			"RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert" },
		{ TLS "  client_auth_type: VerifyClientCertIfGiven\n", "2:3: expected client_ca_file beside "
			"this client_auth_type" },
		{ TLS "  client_ca_file: x\n", "2:3: expected a client_auth_type that verifies beside "
			"client_ca_file: VerifyClientCertIfGiven or RequireAndVerifyClientCert" },
		{ TLS "  cipher_suites: x\n", "4:18: expected a list" },
		{ TLS "  cipher_suites: [TLS_AES_128_GCM_SHA256]\n", "4:19: expected a suite of TLS 1.2 with "
			"ECDHE, like " SUITE_A " (those of TLS 1.3 cannot be chosen)" },
		{ TLS "  cipher_suites: [" SUITE_A ", " SUITE_A "]\n", "4:58: expected each name once" },
		{ TLS "  curve_preferences: [[X25519]]\n", "4:23: expected CurveP256, CurveP384, CurveP521 or "
			"X25519" },
		{ TLS "  prefer_server_cipher_suites: yes\n", "4:32: expected one of false, true" },
		{ "http_server_config: {http2: true}", "1:29: expected false: there is no HTTP/2 here" },
		{ "http_server_config: {headers: {X-Frame-Options: maybe}}", "1:49: expected one of deny, "
			"sameorigin" },
		{ "http_server_config: {headers: {Server: x}}", "1:32: expected one of "
			"Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, "
			"Strict-Transport-Security" },
		{ "http_server_config: {headers: {X-XSS-Protection: \"a\\r\\nb\"}}",
			"1:50: expected visible ASCII characters" },
		{ "basic_auth_users: {a: secret}", "1:23: expected a bcrypt hash: $2y$10$ and 53 characters "
			"behind it" },
		{ "basic_auth_users: {'a:b': x}", "1:20: expected a name without colon" },
		{ "basic_auth_users: {'': x}", "1:20: expected a name without colon" },
		{ "basic_auth_users: {\"a\\0\": x}", "1:20: expected a text without NUL" },
		{ "basic_auth_users: {a: [x]}", "1:23: expected a text" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct webconfig_fault f = { 0 };
		struct arena arena = { 0 };
		struct webconfig w;
		char got[300];
		bool good = webconfig_parse(&w, &arena, span_str(row[i].text), &f);

		snprintf(got, sizeof got, "%zu:%zu: %s", f.line, f.column, f.text);
		CHECK_CASE(good == !row[i].fault, row[i].text);
		if (!good && row[i].fault)
			CHECK_TEXT(span_str(got), row[i].fault);
		arena_free(&arena);
	}
}

static void
config_values(void)
{
	static const char text[] = TLS "  client_auth_type: RequireAndVerifyClientCert\n"
	    "  client_ca_file: 'a b'\n  min_version: TLS13\n  prefer_server_cipher_suites: false\n"
	    "  curve_preferences: [X25519, CurveP256]\n"
	    "http_server_config: {http2: false, headers: {X-Frame-Options: DENY, X-XSS-Protection: ''}}\n"
	    "basic_auth_users:\n  alice: " SECRET "\n  \"\\u00fc\": " SECRET "\n";
	struct webconfig_fault f = { 0 };
	struct arena arena = { 0 };
	struct webconfig w;

	CHECK(webconfig_parse(&w, &arena, span_str(text), &f));
	CHECK_TEXT(span_str(w.tls.cert_file), "c");
	CHECK_TEXT(span_str(w.tls.client_ca_file), "a b");
	CHECK(w.tls.client == WEBCONFIG_REQUIRE_AND_VERIFY);
	CHECK(w.tls.min == WEBCONFIG_TLS13 && w.tls.max == WEBCONFIG_TLS13 && w.tls.client_order);
	CHECK(w.tls.curves.n == 2);
	CHECK_TEXT(span_str(webconfig_curve[w.tls.curves.item[0]].name), "X25519");
	CHECK(w.headers == 1);
	CHECK_TEXT(span_str(w.header[0].value), "DENY");
	CHECK(w.users == 2);
	CHECK_TEXT(span_str(w.user[1].name), "\xc3\xbc");
	arena_free(&arena);
}

static void
hashes(void)
{
	static const struct {
		const char *hash;
		bool good;
	} row[] = {
		{ SECRET, true },
		{ "$2a$10$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", true },
		{ "$2b$16$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", true },
		{ "$2x$10$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", false },
		{ "$2b$17$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", false },
		{ "$2b$03$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", false },
		{ "$2b$1/$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", false },
		{ "$2b$10$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIr", false },
		{ "$2b$10$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrWW", false },
		{ "$2b$10$abcdefghijklmnopqrstu:2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", false },
		{ "$5$rounds=1000$abcdefghijklmno$0000000000000000000000000000", false }, { "", false },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE(!password_hash_fault(span_str(row[i].hash)) == row[i].good, row[i].hash);
	CHECK(password_fits(span_str("secret"), SECRET));
	CHECK(!password_fits(span_str("Secret"), SECRET));
	CHECK(!password_fits(span_str(""), SECRET));
	CHECK(!password_fits(span_of("secret\0x", 8), SECRET));
}

static void
basic(void)
{
	static const struct {
		const char *header, *name, *password;	/* NULL: none */
	} row[] = {
		{ "Basic YWxpY2U6c2VjcmV0", "alice", "secret" },
		{ "bAsIc   YWxpY2U6c2VjcmV0 \t", "alice", "secret" },
		{ "Basic YWxpY2U6Og==", "alice", ":" }, { "Basic YWxpY2U6Og", "alice", ":" },
		{ "Basic Og==", "", "" }, { "Basic YWxpY2U=", NULL, NULL }, { "Basic ", NULL, NULL },
		{ "Basic", NULL, NULL }, { "", NULL, NULL }, { "Basic YWxp Y2U6", NULL, NULL },
		{ "Basic ====", NULL, NULL }, { "Basic Y", NULL, NULL }, { "Bearer YWxpY2U6Og==", NULL, NULL },
	};
	struct span name, password;
	struct buf text = { 0 };
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		bool good = basic_read(span_str(row[i].header), &text, &name, &password);

		CHECK_CASE(good == (row[i].name != NULL), row[i].header);
		if (good && row[i].name) {
			CHECK_TEXT(name, row[i].name);
			CHECK_TEXT(password, row[i].password);
		}
	}
	buf_free(&text);
}

static void
base64(void)
{
	static const struct {
		const char *plain, *packed;
	} row[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "\xff\xfe\xfd", "//79" } };
	struct buf out = { 0 };
	uint8_t back[8];
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct span plain = span_str(row[i].plain), packed = span_str(row[i].packed);

		out.len = 0;
		base64_put(&out, plain);
		CHECK_TEXT(buf_span(&out), row[i].packed);
		CHECK_CASE(base64_size(packed) == plain.n, row[i].packed);
		CHECK_CASE(base64_take(packed, back, plain.n) && !memcmp(back, plain.p, plain.n),
		    row[i].packed);
		CHECK_CASE(!base64_take(packed, back, plain.n + 1), row[i].packed);
	}
	CHECK(!base64_take(span_str("Zm9-"), back, 3));
	buf_free(&out);
}

/* --- the guard --- */

static uint64_t
client(const char *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		return guard_client((struct sockaddr *)&v4);
	CHECK(inet_pton(AF_INET6, address, &v6.sin6_addr) == 1);
	return guard_client((struct sockaddr *)&v6);
}

/* One who asks. */
struct visitor {
	bool waits, told;
	enum guard_verdict v;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;

static void
on_wait(void *who)
{
	((struct visitor *)who)->waits = true;
}

static void
on_verdict(void *who, enum guard_verdict v)
{
	struct visitor *x = who;

	pthread_mutex_lock(&lock);
	x->told = true;
	x->v = v;
	pthread_cond_signal(&news);
	pthread_mutex_unlock(&lock);
}

/* The verdict, waited for. */
static enum guard_verdict
ask(struct guard *g, const struct webconfig *w, const char *pair, struct visitor *x)
{
	struct buf header = { 0 };
	enum guard_verdict v;

	*x = (struct visitor){ 0 };
	buf_puts(&header, "Basic ");
	base64_put(&header, span_str(pair));
	v = guard_ask(g, w, buf_span(&header), 1, x);
	buf_free(&header);
	if (v != GUARD_LATER)
		return v;
	pthread_mutex_lock(&lock);
	while (!x->told)
		pthread_cond_wait(&news, &lock);
	pthread_mutex_unlock(&lock);
	return x->v;
}

/* The same number: an IPv4 address however it came, and a network of IPv6. */
static void
clients(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} row[] = {
		{ "192.0.2.1", "192.0.2.1", true }, { "192.0.2.1", "192.0.2.2", false },
		{ "192.0.2.1", "::ffff:192.0.2.1", true }, { "192.0.2.1", "::ffff:192.0.2.2", false },
		{ "2001:db8::1", "2001:db8::ffff:1", true }, { "2001:db8::1", "2001:db8:0:1::1", false },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		CHECK_CASE((client(row[i].a) == client(row[i].b)) == row[i].same, row[i].b);
	CHECK(guard_client(NULL) == 0 && client("192.0.2.1"));
}

static void
guarding(void)
{
	static const struct guard_calls calls = { on_wait, on_verdict };
	struct webconfig_pair user[] = { { "alice", SECRET }, { "bob", SECRET } };
	const struct webconfig open = { 0 }, two = { .user = user, .users = 2 },
		one = { .user = user + 1, .users = 1 };
	struct guard *g = guard_new(&calls);
	struct visitor x;

	CHECK(guard_ask(g, &open, span_str(""), 1, &x) == GUARD_PASS);
	CHECK(guard_ask(g, &two, span_str(""), 1, &x) == GUARD_DENY);
	CHECK(guard_ask(g, &two, span_str("Basic !"), 1, &x) == GUARD_DENY);
	CHECK(ask(g, &two, "alice:wrong", &x) == GUARD_DENY && x.waits);
	/* A name that is none takes a comparison too, and the right password does not help it. */
	CHECK(ask(g, &two, "nobody:secret", &x) == GUARD_DENY && x.waits);
	CHECK(ask(g, &two, "alice:secret", &x) == GUARD_PASS && x.waits);
	/* What was right is known, for that user alone and while there is one. */
	CHECK(ask(g, &two, "alice:secret", &x) == GUARD_PASS && !x.waits);
	CHECK(ask(g, &two, "bob:secret", &x) == GUARD_PASS && x.waits);
	CHECK(ask(g, &one, "alice:secret", &x) == GUARD_DENY && x.waits);
	CHECK(ask(g, &two, "alice:wrong", &x) == GUARD_DENY && x.waits);
	user[0].value = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrX";
	CHECK(ask(g, &two, "alice:secret", &x) == GUARD_DENY && x.waits);
	guard_stop(g);
	CHECK(ask(g, &two, "alice:other", &x) == GUARD_BUSY && !x.waits);
	guard_free(g);
}

static void
crowding(void)
{
	enum { ALL = GUARD_QUEUE + 20 };
	static const struct guard_calls calls = { on_wait, on_verdict };
	struct webconfig_pair user = { "alice",
		"$2y$12$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW" };
	const struct webconfig w = { .user = &user, .users = 1 };
	struct guard *g = guard_new(&calls);
	struct visitor x[ALL] = { { 0 } };
	size_t i, later = 0, of_one = 0, told = 0;
	enum guard_verdict v;

	for (i = 0; i < ALL; i++) {
		uint64_t client = i < GUARD_QUEUE_OF_ONE + 4 ? 7 : 100 + i;

		v = guard_ask(g, &w, span_str("Basic YTpi"), client, &x[i]);
		CHECK(v == (x[i].waits ? GUARD_LATER : GUARD_BUSY));
		later += x[i].waits;
		of_one += x[i].waits && client == 7;
	}
	/* Few are compared meanwhile, however busy the machine, and make room. */
	CHECK(of_one >= GUARD_QUEUE_OF_ONE && of_one < GUARD_QUEUE_OF_ONE + 4);
	CHECK(later > GUARD_QUEUE_OF_ONE && later < ALL);
	guard_stop(g);
	for (i = 0; i < ALL; i++)
		told += x[i].told;
	CHECK(told == later);
	guard_free(g);
}

int
main(void)
{
	TEST(config_faults);
	TEST(config_values);
	TEST(hashes);
	TEST(basic);
	TEST(base64);
	TEST(clients);
	TEST(guarding);
	TEST(crowding);
	return test_end();
}
