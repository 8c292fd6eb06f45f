#include "prom/tls.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct tls {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	enum webconfig_client client;
};

static gnutls_datum_t
datum(const struct buf *b)
{
	/* GnuTLS only reads it. */
	return (gnutls_datum_t){ (unsigned char *)b->p, (unsigned)b->len };
}

/* --- what may be spoken --- */

/* Appends ":+NAME" unless it is there already. */
static void
add_word(struct buf *out, const char *prefix, const char *name)
{
	size_t start = out->len;
	struct span word;

	buf_printf(out, ":+%s%s", prefix, name);
	word = span_of(out->p + start, out->len - start);
	if (memmem(out->p, start, word.p, word.n))
		out->len = start;
}

/* The parts of a suite as GnuTLS names them. */
static bool
find_suite(const unsigned char id[2], const char **kx, const char **cipher, const char **mac)
{
	gnutls_cipher_algorithm_t c;
	gnutls_kx_algorithm_t k;
	gnutls_mac_algorithm_t m;
	unsigned char found[2];
	size_t i;

	for (i = 0; gnutls_cipher_suite_info(i, found, &k, &c, &m, NULL); i++) {
		if (memcmp(found, id, sizeof found))
			continue;
		*kx = gnutls_kx_get_name(k);
		*cipher = gnutls_cipher_get_name(c);
		*mac = gnutls_mac_get_name(m);
		return true;
	}
	return false;
}

/* A suite that the priority allows with TLS 1.2 and nobody asked for; NULL: there is none. */
static const char *
find_extra(const struct webconfig_list *wanted, gnutls_priority_t priority)
{
	unsigned char id[2];
	gnutls_protocol_t version;
	const char *name;
	unsigned i, index;
	size_t k;

	for (i = 0; gnutls_priority_get_cipher_suite_index(priority, i, &index)
	    != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE; i++) {
		name = gnutls_cipher_suite_info(index, id, NULL, NULL, NULL, &version);
		if (!name || version > GNUTLS_TLS1_2)
			continue;
		for (k = 0; k < wanted->n; k++)
			if (!memcmp(webconfig_suite[wanted->item[k]].id, id, sizeof id))
				break;
		if (k == wanted->n)
			return name;
	}
	return NULL;
}

/* GnuTLS takes the parts of suites apart from each other. */
static void
put_suites(struct buf *out, const struct webconfig_list *l)
{
	const char *kx, *cipher, *mac;
	size_t i;

	if (!l->n) {
		buf_puts(out, ":-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA");
		return;
	}
	buf_puts(out, ":-KX-ALL:-CIPHER-ALL:-MAC-ALL");
	for (i = 0; i < l->n; i++) {
		if (!find_suite(webconfig_suite[l->item[i]].id, &kx, &cipher, &mac))
			continue;
		add_word(out, "", kx);
		add_word(out, "", cipher);
		add_word(out, "", mac);
	}
	add_word(out, "", "AEAD");	/* of TLS 1.3 */
}

static void
put_priority(struct buf *out, const struct webconfig_tls *c)
{
	size_t i;

	buf_puts(out, "NORMAL:-VERS-ALL");
	if (c->min <= WEBCONFIG_TLS12 && c->max >= WEBCONFIG_TLS12)
		buf_puts(out, ":+VERS-TLS1.2");
	if (c->min <= WEBCONFIG_TLS13 && c->max >= WEBCONFIG_TLS13)
		buf_puts(out, ":+VERS-TLS1.3");
	put_suites(out, &c->suites);
	if (c->curves.n)
		buf_puts(out, ":-GROUP-ALL");
	for (i = 0; i < c->curves.n; i++)
		add_word(out, "GROUP-", webconfig_curve[c->curves.item[i]].group);
	if (!c->client_order)
		buf_puts(out, ":%SERVER_PRECEDENCE");
}

static bool
make_priority(struct tls *t, const struct webconfig_tls *c, char *fault)
{
	struct buf text = { 0 };
	const char *extra = NULL;
	int err;

	put_priority(&text, c);
	err = gnutls_priority_init(&t->priority, buf_str(&text), NULL);
	buf_free(&text);
	if (err)
		snprintf(fault, TLS_FAULT, "cipher_suites and curve_preferences: %s", gnutls_strerror(err));
	else if (c->suites.n)
		extra = find_extra(&c->suites, t->priority);
	if (extra)
		snprintf(fault, TLS_FAULT, "cipher_suites: this set cannot be had without another one "
		    "that is made of the same parts, %s", extra);
	return !err && !extra;
}

/* --- certificates --- */

/* The last byte of PEM says nothing: the files may be anything. */
static bool
load_certificate(struct tls *t, const struct webconfig_tls *c, const struct tls_files *files,
    char *fault)
{
	const gnutls_datum_t cert = datum(&files->cert), key = datum(&files->key);
	gnutls_x509_crt_t *list = NULL;
	gnutls_x509_privkey_t k = NULL;
	unsigned n = 0, i;
	int err;

	/* Apart from each other first, to say which of the files is wrong. */
	err = gnutls_x509_crt_list_import2(&list, &n, &cert, GNUTLS_X509_FMT_PEM, 0);
	if (err < 0)
		snprintf(fault, TLS_FAULT, "%.200s: expected a certificate (PEM)", c->cert_file);
	for (i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	if (err < 0)
		return false;
	err = gnutls_x509_privkey_init(&k);
	if (!err)
		err = gnutls_x509_privkey_import2(k, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_x509_privkey_deinit(k);
	if (err) {
		snprintf(fault, TLS_FAULT, "%.200s: expected a private key without password (PEM)",
		    c->key_file);
		return false;
	}
	err = gnutls_certificate_set_x509_key_mem2(t->credentials, &cert, &key, GNUTLS_X509_FMT_PEM,
	    NULL, 0);
	if (err < 0)
		snprintf(fault, TLS_FAULT, "%.200s: expected the key of the certificate in %.80s",
		    c->key_file, c->cert_file);
	return err >= 0;
}

static bool
load_client_ca(struct tls *t, const struct webconfig_tls *c, const struct tls_files *files,
    char *fault)
{
	const gnutls_datum_t ca = datum(&files->client_ca);

	if (!c->client_ca_file)
		return true;
	if (gnutls_certificate_set_x509_trust_mem(t->credentials, &ca, GNUTLS_X509_FMT_PEM) > 0)
		return true;
	snprintf(fault, TLS_FAULT, "%.200s: expected certificates (PEM)", c->client_ca_file);
	return false;
}

static void
check_times(const struct tls *t, const struct webconfig_tls *c, int64_t now, char *warning)
{
	gnutls_x509_crt_t *list = NULL;
	unsigned n = 0, i;

	*warning = '\0';
	if (gnutls_certificate_get_x509_crt(t->credentials, 0, &list, &n) || !n)
		return;
	if (gnutls_x509_crt_get_expiration_time(list[0]) < now)
		snprintf(warning, TLS_FAULT, "%.200s: the certificate has expired", c->cert_file);
	else if (gnutls_x509_crt_get_activation_time(list[0]) > now)
		snprintf(warning, TLS_FAULT, "%.200s: the certificate is not valid yet", c->cert_file);
	for (i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
}

struct tls *
tls_new(const struct webconfig_tls *c, const struct tls_files *files, int64_t now,
    char fault[static TLS_FAULT], char warning[static TLS_FAULT])
{
	struct tls *t = mem_zero(1, sizeof *t);

	t->client = c->client;
	if (gnutls_certificate_allocate_credentials(&t->credentials) < 0)
		mem_fail();
	if (load_certificate(t, c, files, fault) && load_client_ca(t, c, files, fault)
	    && make_priority(t, c, fault)) {
		check_times(t, c, now, warning);
		return t;
	}
	tls_free(t);
	return NULL;
}

void
tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->priority)
		gnutls_priority_deinit(t->priority);
	gnutls_certificate_free_credentials(t->credentials);
	free(t);
}

/* --- sessions --- */

/* 0 for a client whose certificate is good, or that needs none. */
static int
verify(gnutls_session_t session)
{
	/* The purpose that Go asks for, too. */
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char []){ GNUTLS_KP_TLS_WWW_CLIENT } };
	unsigned n = 0, status = 0;

	if (!gnutls_certificate_get_peers(session, &n) || !n)
		return 0;	/* those who must have one have failed already */
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status)
		return GNUTLS_E_CERTIFICATE_ERROR;
	return 0;
}

void
tls_apply(const struct tls *t, void *session)
{
	static const gnutls_certificate_request_t request[] = {
		[WEBCONFIG_NO_CERT] = GNUTLS_CERT_IGNORE,
		[WEBCONFIG_REQUEST] = GNUTLS_CERT_REQUEST,
		[WEBCONFIG_REQUIRE_ANY] = GNUTLS_CERT_REQUIRE,
		[WEBCONFIG_VERIFY_IF_GIVEN] = GNUTLS_CERT_REQUEST,
		[WEBCONFIG_REQUIRE_AND_VERIFY] = GNUTLS_CERT_REQUIRE,
	};

	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, t->credentials);
	gnutls_priority_set(session, t->priority);
	gnutls_certificate_server_set_request(session, request[t->client]);
	if (t->client == WEBCONFIG_VERIFY_IF_GIVEN || t->client == WEBCONFIG_REQUIRE_AND_VERIFY)
		gnutls_session_set_verify_function(session, verify);
}

/* --- digests --- */

void
tls_digest(unsigned char out[static TLS_DIGEST], const unsigned char key[static TLS_DIGEST],
    struct span text)
{
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, TLS_DIGEST, text.p, text.n, out) < 0)
		mem_fail();
}

void
tls_random(unsigned char *out, size_t n)
{
	if (gnutls_rnd(GNUTLS_RND_KEY, out, n) < 0)
		mem_fail();
}
