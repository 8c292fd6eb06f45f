#include "prom/webconfig.h"

#include <stdio.h>
#include <strings.h>
#include <yaml.h>

#include "prom/password.h"

/* What Go's tls.CipherSuites() has for TLS 1.2. */
const struct webconfig_suite webconfig_suite[] = {
	{ "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", { 0xc0, 0x09 } },
	{ "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", { 0xc0, 0x0a } },
	{ "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", { 0xc0, 0x13 } },
	{ "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", { 0xc0, 0x14 } },
	{ "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", { 0xc0, 0x2b } },
	{ "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", { 0xc0, 0x2c } },
	{ "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", { 0xc0, 0x2f } },
	{ "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", { 0xc0, 0x30 } },
	{ "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", { 0xcc, 0xa8 } },
	{ "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", { 0xcc, 0xa9 } },
	{ NULL, { 0 } },
};

const struct webconfig_curve webconfig_curve[] = {
	{ "CurveP256", "SECP256R1" }, { "CurveP384", "SECP384R1" }, { "CurveP521", "SECP521R1" },
	{ "X25519", "X25519" }, { NULL, NULL },
};

static const char *const client_names[] = {
	[WEBCONFIG_NO_CERT] = "NoClientCert", [WEBCONFIG_REQUEST] = "RequestClientCert",
	[WEBCONFIG_REQUIRE_ANY] = "RequireAnyClientCert",
	[WEBCONFIG_VERIFY_IF_GIVEN] = "VerifyClientCertIfGiven",
	[WEBCONFIG_REQUIRE_AND_VERIFY] = "RequireAndVerifyClientCert", NULL,
};
static const char *const version_names[] = {
	[WEBCONFIG_TLS12] = "TLS12", [WEBCONFIG_TLS13] = "TLS13", NULL,
};
static const char *const bool_names[] = { "false", "true", NULL };

struct reader {
	struct webconfig *w;
	struct arena *arena;
	yaml_document_t doc;
	struct webconfig_fault *fault;
	yaml_mark_t tls;		/* where tls_server_config stands */
	bool tls_given;			/* something is in it */
};

/* --- faults --- */

static bool
fail(struct reader *r, yaml_mark_t at, const char *expected)
{
	r->fault->line = at.line + 1;
	r->fault->column = at.column + 1;
	snprintf(r->fault->text, sizeof r->fault->text, "expected %s", expected);
	return false;
}

/* "expected one of a, b" */
static bool
fail_names(struct reader *r, yaml_mark_t at, const char *const *names)
{
	char text[160] = "one of ";
	size_t n = strlen(text);

	for (; *names && n < sizeof text; names++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", *names, names[1] ? ", " : "");
	return fail(r, at, text);
}

/* --- values --- */

static struct span
text_of(const yaml_node_t *n)
{
	return span_of((const char *)n->data.scalar.value, n->data.scalar.length);
}

/* A key without value, as in "basic_auth_users:". */
static bool
is_empty(const yaml_node_t *n)
{
	return n->type == YAML_SCALAR_NODE && n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
	    && (!n->data.scalar.length || span_is(text_of(n), "null") || span_is(text_of(n), "~"));
}

static bool
read_text(struct reader *r, const yaml_node_t *n, const char **to)
{
	struct span s;

	if (n->type != YAML_SCALAR_NODE)
		return fail(r, n->start_mark, "a text");
	s = text_of(n);
	if (s.n && memchr(s.p, '\0', s.n))
		return fail(r, n->start_mark, "a text without NUL");
	*to = arena_copy(r->arena, s).p;
	return true;
}

static bool
read_file_name(struct reader *r, const yaml_node_t *n, const char **to)
{
	if (is_empty(n))
		return true;
	return read_text(r, n, to) && (**to || fail(r, n->start_mark, "the name of a file"));
}

/* Which of the names a scalar is. */
static bool
read_choice(struct reader *r, const yaml_node_t *n, const char *const *names, int *to)
{
	for (*to = 0; n->type == YAML_SCALAR_NODE && names[*to]; ++*to)
		if (span_is(text_of(n), names[*to]))
			return true;
	return fail_names(r, n->start_mark, names);
}

static const char *
suite_name(size_t i)
{
	return webconfig_suite[i].name;
}

static const char *
curve_name(size_t i)
{
	return webconfig_curve[i].name;
}

static bool
read_item(struct reader *r, const yaml_node_t *n, struct webconfig_list *to,
    const char *(*name)(size_t i), const char *expected)
{
	size_t i, k;

	for (i = 0; n->type == YAML_SCALAR_NODE && name(i); i++) {
		if (!span_is(text_of(n), name(i)))
			continue;
		for (k = 0; k < to->n; k++)
			if (to->item[k] == i)
				return fail(r, n->start_mark, "each name once");
		to->item[to->n++] = (unsigned char)i;
		return true;
	}
	return fail(r, n->start_mark, expected);
}

static bool
read_list(struct reader *r, const yaml_node_t *n, struct webconfig_list *to,
    const char *(*name)(size_t i), const char *expected)
{
	const yaml_node_item_t *i;

	if (is_empty(n))
		return true;
	if (n->type != YAML_SEQUENCE_NODE)
		return fail(r, n->start_mark, "a list");
	for (i = n->data.sequence.items.start; i < n->data.sequence.items.top; i++)
		if (!read_item(r, yaml_document_get_node(&r->doc, *i), to, name, expected))
			return false;
	return true;
}

/* --- mappings --- */

/* A key and what reads its value; without that it is one that is not supported. */
struct key {
	const char *name;
	bool (*read)(struct reader *r, const yaml_node_t *value);
	const char *expected;		/* instead, for one that is not supported */
};

static bool
repeats(struct reader *r, const yaml_node_t *map, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(&r->doc, pair->key), *k;
	const yaml_node_pair_t *p;

	for (p = map->data.mapping.pairs.start; p < pair; p++) {
		k = yaml_document_get_node(&r->doc, p->key);
		if (span_equal(text_of(k), text_of(key)))
			return true;
	}
	return false;
}

/* Calls take() for each pair; keys are scalars, each there once. */
static bool
each_pair(struct reader *r, const yaml_node_t *map, const void *arg, bool (*take)(struct reader *r,
    const yaml_node_t *key, const yaml_node_t *value, const void *arg))
{
	const yaml_node_t *key;
	yaml_node_pair_t *p;

	if (is_empty(map))
		return true;
	if (map->type != YAML_MAPPING_NODE)
		return fail(r, map->start_mark, "keys with values");
	for (p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
		key = yaml_document_get_node(&r->doc, p->key);
		if (key->type != YAML_SCALAR_NODE)
			return fail(r, key->start_mark, "a text as the key");
		if (repeats(r, map, p))
			return fail(r, key->start_mark, "each key once");
		if (!take(r, key, yaml_document_get_node(&r->doc, p->value), arg))
			return false;
	}
	return true;
}

static bool
take_key(struct reader *r, const yaml_node_t *key, const yaml_node_t *value, const void *arg)
{
	const char *names[16] = { NULL };
	const struct key *k;
	size_t n = 0;

	for (k = arg; k->name; k++) {
		if (!span_is(text_of(key), k->name)) {
			if (k->read)
				names[n++] = k->name;
			continue;
		}
		return k->read ? k->read(r, value) : fail(r, key->start_mark, k->expected);
	}
	return fail_names(r, key->start_mark, names);
}

/* --- tls_server_config --- */

static bool
read_cert_file(struct reader *r, const yaml_node_t *n)
{
	return read_file_name(r, n, &r->w->tls.cert_file);
}

static bool
read_key_file(struct reader *r, const yaml_node_t *n)
{
	return read_file_name(r, n, &r->w->tls.key_file);
}

static bool
read_client_ca_file(struct reader *r, const yaml_node_t *n)
{
	return read_file_name(r, n, &r->w->tls.client_ca_file);
}

static bool
read_client(struct reader *r, const yaml_node_t *n)
{
	int i;

	if (is_empty(n))
		return true;
	/* An older name of the same. */
	if (n->type == YAML_SCALAR_NODE && span_is(text_of(n), "RequireClientCert"))
		i = WEBCONFIG_REQUIRE_ANY;
	else if (!read_choice(r, n, client_names, &i))
		return false;
	r->w->tls.client = (enum webconfig_client)i;
	return true;
}

static bool
read_version(struct reader *r, const yaml_node_t *n, enum webconfig_version *to)
{
	int i;

	if (!read_choice(r, n, version_names, &i))
		return false;
	*to = (enum webconfig_version)i;
	return true;
}

static bool
read_min(struct reader *r, const yaml_node_t *n)
{
	return read_version(r, n, &r->w->tls.min);
}

static bool
read_max(struct reader *r, const yaml_node_t *n)
{
	return read_version(r, n, &r->w->tls.max);
}

static bool
read_suites(struct reader *r, const yaml_node_t *n)
{
	return read_list(r, n, &r->w->tls.suites, suite_name, "a suite of TLS 1.2 with ECDHE, like "
	    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (those of TLS 1.3 cannot be chosen)");
}

static bool
read_curves(struct reader *r, const yaml_node_t *n)
{
	return read_list(r, n, &r->w->tls.curves, curve_name, "CurveP256, CurveP384, CurveP521 or "
	    "X25519");
}

static bool
read_order(struct reader *r, const yaml_node_t *n)
{
	int i;

	if (!read_choice(r, n, bool_names, &i))
		return false;
	r->w->tls.client_order = !i;
	return true;
}

#define NO_TEXT "a file (cert_file, key_file, client_ca_file): texts in this place are not " \
	"supported"

static const struct key tls_keys[] = {
	{ "cert_file", read_cert_file, NULL },
	{ "key_file", read_key_file, NULL },
	{ "client_auth_type", read_client, NULL },
	{ "client_ca_file", read_client_ca_file, NULL },
	{ "min_version", read_min, NULL },
	{ "max_version", read_max, NULL },
	{ "cipher_suites", read_suites, NULL },
	{ "prefer_server_cipher_suites", read_order, NULL },
	{ "curve_preferences", read_curves, NULL },
	{ "cert", NULL, NO_TEXT },
	{ "key", NULL, NO_TEXT },
	{ "client_ca", NULL, NO_TEXT },
	{ "client_allowed_sans", NULL, "no client_allowed_sans: it is not supported" },
	{ NULL, NULL, NULL },
};

static bool
read_tls(struct reader *r, const yaml_node_t *n)
{
	r->tls = n->start_mark;
	r->tls_given = n->type == YAML_MAPPING_NODE
	    && n->data.mapping.pairs.top > n->data.mapping.pairs.start;
	return each_pair(r, n, tls_keys, take_key);
}

/* What does not go together; NULL when all does. */
static const char *
find_conflict(const struct webconfig_tls *t)
{
	const bool verifies = t->client == WEBCONFIG_VERIFY_IF_GIVEN
	    || t->client == WEBCONFIG_REQUIRE_AND_VERIFY;
	const struct {
		bool is;
		const char *expected;
	} row[] = {
		{ !t->cert_file, "cert_file in tls_server_config" },
		{ !t->key_file, "key_file in tls_server_config" },
		{ t->min > t->max, "a max_version that is not below min_version" },
		{ verifies && !t->client_ca_file, "client_ca_file beside this client_auth_type" },
		{ t->client_ca_file && !verifies, "a client_auth_type that verifies beside "
			"client_ca_file: VerifyClientCertIfGiven or RequireAndVerifyClientCert" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].is)
			return row[i].expected;
	return NULL;
}

/* --- http_server_config --- */

static bool
read_http2(struct reader *r, const yaml_node_t *n)
{
	int i;

	if (!read_choice(r, n, bool_names, &i))
		return false;
	return !i || fail(r, n->start_mark, "false: there is no HTTP/2 here");
}

/* The headers that may be added; value: the only ones that they may have, or NULL. */
static const struct header_rule {
	const char *name;
	const char *const *value;
} header_rule[] = {
	{ "Content-Security-Policy", NULL },
	{ "X-Frame-Options", (const char *const[]){ "deny", "sameorigin", NULL } },
	{ "X-Content-Type-Options", (const char *const[]){ "nosniff", NULL } },
	{ "X-XSS-Protection", NULL },
	{ "Strict-Transport-Security", NULL },
};

enum { HEADER_RULES = sizeof header_rule / sizeof *header_rule };
_Static_assert((int)HEADER_RULES == (int)WEBCONFIG_HEADERS, "there is room for each of them");

static bool
is_header_value(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7e)
			return false;
	return true;
}

static bool
fits_rule(const struct header_rule *rule, const char *value)
{
	const char *const *v;

	for (v = rule->value; v && *v; v++)
		if (!strcasecmp(*v, value))
			return true;
	return !v;
}

static bool
take_header(struct reader *r, const yaml_node_t *key, const yaml_node_t *value, const void *arg)
{
	const char *names[HEADER_RULES + 1] = { NULL };
	struct webconfig *w = r->w;
	const char *text = "";
	size_t i;

	(void)arg;
	for (i = 0; i < HEADER_RULES && !span_is(text_of(key), header_rule[i].name); i++)
		names[i] = header_rule[i].name;
	if (i == HEADER_RULES)
		return fail_names(r, key->start_mark, names);
	if (!is_empty(value) && !read_text(r, value, &text))
		return false;
	if (!*text)
		return true;
	if (!is_header_value(span_str(text)))
		return fail(r, value->start_mark, "visible ASCII characters");
	if (!fits_rule(&header_rule[i], text))
		return fail_names(r, value->start_mark, header_rule[i].value);
	w->header[w->headers++] = (struct webconfig_pair){ header_rule[i].name, text };
	return true;
}

static bool
read_headers(struct reader *r, const yaml_node_t *n)
{
	return each_pair(r, n, NULL, take_header);
}

static const struct key http_keys[] = {
	{ "http2", read_http2, NULL },
	{ "headers", read_headers, NULL },
	{ NULL, NULL, NULL },
};

static bool
read_http(struct reader *r, const yaml_node_t *n)
{
	return each_pair(r, n, http_keys, take_key);
}

/* --- basic_auth_users --- */

static bool
take_user(struct reader *r, const yaml_node_t *key, const yaml_node_t *value, const void *arg)
{
	struct webconfig_pair *u = &r->w->user[r->w->users];
	const char *expected;

	(void)arg;
	if (r->w->users == WEBCONFIG_USERS)
		return fail(r, key->start_mark, "at most 1000 users");
	if (!text_of(key).n || memchr(text_of(key).p, ':', text_of(key).n))
		return fail(r, key->start_mark, "a name without colon");
	if (!read_text(r, key, &u->name) || !read_text(r, value, &u->value))
		return false;
	expected = password_hash_fault(span_str(u->value));
	if (expected)
		return fail(r, value->start_mark, expected);
	r->w->users++;
	return true;
}
_Static_assert(WEBCONFIG_USERS == 1000, "as the message says");

static bool
read_users(struct reader *r, const yaml_node_t *n)
{
	r->w->user = arena_array(r->arena, WEBCONFIG_USERS, sizeof *r->w->user);
	return each_pair(r, n, NULL, take_user);
}

/* --- all --- */

static const struct key top_keys[] = {
	{ "tls_server_config", read_tls, NULL },
	{ "http_server_config", read_http, NULL },
	{ "basic_auth_users", read_users, NULL },
	{ "rate_limit", NULL, "no rate_limit: it is not supported" },
	{ NULL, NULL, NULL },
};

static bool
fail_syntax(const yaml_parser_t *p, struct webconfig_fault *fault)
{
	const bool scanned = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR
	    || p->error == YAML_COMPOSER_ERROR;

	fault->line = scanned ? p->problem_mark.line + 1 : 1;
	fault->column = scanned ? p->problem_mark.column + 1 : 1;
	snprintf(fault->text, sizeof fault->text, "not YAML: %s", p->problem ? p->problem : "?");
	return false;
}

static bool
read_document(struct reader *r)
{
	const yaml_node_t *root = yaml_document_get_root_node(&r->doc);
	const char *conflict;

	if (!root)
		return true;
	if (!each_pair(r, root, top_keys, take_key))
		return false;
	conflict = r->tls_given ? find_conflict(&r->w->tls) : NULL;
	return !conflict || fail(r, r->tls, conflict);
}

/* Behind the one document there is nothing. */
static bool
read_end(struct reader *r, yaml_parser_t *p)
{
	yaml_document_t next;
	bool good;

	if (!yaml_parser_load(p, &next))
		return fail_syntax(p, r->fault);
	good = !yaml_document_get_root_node(&next) || fail(r, next.start_mark, "one document");
	yaml_document_delete(&next);
	return good;
}

bool
webconfig_parse(struct webconfig *w, struct arena *a, struct span text,
    struct webconfig_fault *fault)
{
	struct reader r = { .w = w, .arena = a, .fault = fault };
	yaml_parser_t p;
	bool good;

	*w = (struct webconfig){ .tls = { .max = WEBCONFIG_TLS13 } };
	if (!yaml_parser_initialize(&p))
		return false;
	yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
	if (yaml_parser_load(&p, &r.doc)) {
		good = read_document(&r) && read_end(&r, &p);
		yaml_document_delete(&r.doc);
	} else {
		good = fail_syntax(&p, fault);
	}
	yaml_parser_delete(&p);
	return good;
}
