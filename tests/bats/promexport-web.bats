# promexport --web-config: TLS, client certificates, passwords.
load common
load exporting

# bcrypt of "secret" and of "other", as cheap as they come.
secret='$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW'

# Beside the files of setup_file().
setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# certify NAME [DATES OF openssl ca]...: a certificate of the authority, for a server or a client.
certify() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
		-keyout "$1.key" -out x.csr
	openssl ca -batch -config ca.cnf -in x.csr -out "$1.pem" -notext -rand_serial "${@:2}"
} 2>>log

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	authority ca
	authority stranger
	printf '%s\n' '[ca]' 'default_ca=d' '[d]' 'new_certs_dir=.' 'database=index' 'serial=serial' 'certificate=ca.pem' \
		'private_key=ca.key' 'default_md=sha256' 'policy=p' 'default_days=2' 'x509_extensions=x' \
		'unique_subject=no' '[p]' 'commonName=supplied' '[x]' \
		'subjectAltName=IP:127.0.0.1,DNS:localhost' 'extendedKeyUsage=serverAuth,clientAuth' >ca.cnf
	: >index
	certify server
	certify client
	certify stale -startdate 20200101000000Z -enddate 20200102000000Z
	tls_config
	printf 'basic_auth_users:\n  alice: %s\n' "$secret" >users.yml
}

# authority NAME
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE -keyout "$1.key" -out "$1.pem" 2>>log
}

# tls_config [LINE]...: web.yml with TLS, the lines in its tls_server_config.
tls_config() {
	printf 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n' >web.yml
	[ $# -eq 0 ] || printf '  %s\n' "$@" >>web.yml
}

# code [OPTION of curl]... URL: the status, "000 N" where curl ended with N before there was one.
code() {
	get -o /dev/null -w '%{http_code}' "$@" 2>/dev/null || echo " $?"
}

@test "a right password, a wrong one, none, and the name of nobody" {
	export_start --web-config users.yml
	put 'A b=1'
	for path in /metrics / /api/v1/live /-/healthy /-/ready /nothing; do
		assert_equal "$(code "$URL$path")" 401
		assert_equal "$(code -u alice:wrong "$URL$path")" 401
		assert_equal "$(code -u nobody:secret "$URL$path")" 401
	done
	assert_equal "$(code -X POST -d x "$URL/metrics")" 401
	assert_equal "$(code -I "$URL/metrics")" 401
	run get -i "$URL/metrics"
	assert_line $'WWW-Authenticate: Basic realm="promexport", charset="UTF-8"\r'
	assert_line $'Content-Type: text/plain; charset=utf-8\r'
	refute_line --partial can_
	assert_equal "$(code -u alice:secret "$URL/nothing")" 404
	assert_equal "$(code -u alice:secret -X POST -d x "$URL/metrics")" 405
	run get -u alice:secret "$URL/metrics"
	assert_line 'can_a_b 1'
	# No name and password at all, in many ways.
	for header in Basic 'Basic ' 'Basic !!!!' 'Basic YWxpY2U=' 'Bearer YWxpY2U6c2VjcmV0' \
		'Basic YWxpY2U6c2VjcmV0AA==' "Basic $(printf 'alice:secret\0more' | base64)"; do
		assert_equal "$(code -H "Authorization: $header" "$URL/metrics")" 401
	done
	assert_equal "$(code -H 'authorization: bASIC   YWxpY2U6c2VjcmV0' "$URL/metrics")" 200
}

@test "a changed configuration holds from the next request on; one that is wrong does not" {
	cp users.yml changing.yml
	export_start --web-config changing.yml
	assert_equal "$(code -u alice:secret "$URL/metrics")" 200
	printf 'basic_auth_users:\n  bob: %s\n' "$secret" >changing.yml
	assert_equal "$(code -u alice:secret "$URL/metrics")" 401
	assert_equal "$(code -u bob:secret "$URL/metrics")" 200
	echo 'basic_auth_users: [bob]' >changing.yml
	assert_equal "$(code -u bob:secret "$URL/metrics")" 200
	assert_equal "$(code "$URL/metrics")" 401
	run cat "$BATS_TEST_TMPDIR/err"
	assert_line 'promexport: changing.yml: read again'
	assert_line 'promexport: changing.yml:1:19: expected keys with values; what was read before stays in force'
	assert_equal "$(grep -c 'stays in force' <<<"$output")" 1
	tls_config
	cp web.yml changing.yml
	assert_equal "$(code -u bob:secret "$URL/metrics")" 200
	run cat "$BATS_TEST_TMPDIR/err"
	assert_line --partial 'TLS cannot be turned on or off while the program runs'
	echo '{}' >changing.yml
	assert_equal "$(code "$URL/metrics")" 200
	assert grep -q 'no password is asked for' "$BATS_TEST_TMPDIR/err"
}

# crowd COUNT: so many wrong passwords at once; the statuses.
crowd() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf 'next\nno-progress-meter\nurl = "%s"\noutput = /dev/null\nuser = "alice:wrong%d"\nwrite-out = "%%{stderr}%%{http_code}\\n"\n' \
			"$URL/metrics" "$i"
	done | sed 1d >"$BATS_TEST_TMPDIR/crowd"
	curl -sZ --parallel-immediate --parallel-max "$1" --noproxy '*' -m 180 -K "$BATS_TEST_TMPDIR/crowd" 2>&1 |
		grep --line-buffered -oE '^[0-9]{3}$'
}

@test "a flood of wrong passwords holds up nobody whose password is known" {
	printf 'basic_auth_users:\n  alice: %s\n' "${secret/\$04/\$10}" >slow.yml
	printf '  bob: %s\n' "$secret" >>slow.yml
	export_start --web-config slow.yml
	assert_equal "$(code -u bob:secret "$URL/metrics")" 200
	crowd 40 >"$BATS_TEST_TMPDIR/codes" 4>&- &
	crowd=$!
	wait_for grep -q 503 "$BATS_TEST_TMPDIR/codes"
	for i in {1..5}; do
		assert_equal "$(get -o /dev/null -w '%{http_code}' -u bob:secret "$URL/metrics")" 200
	done
	assert process_runs "$crowd"
	# One client has eight waiting; most others are told to come again, but for those that come while
	# these are looked at.
	wait "$crowd"
	assert [ "$(grep -c 401 "$BATS_TEST_TMPDIR/codes")" -le 20 ]
	sort "$BATS_TEST_TMPDIR/codes" | uniq -c
	assert_equal "$(sort -u "$BATS_TEST_TMPDIR/codes")" $'401\n503'
	# What waits when the program ends is answered.
	crowd 8 >"$BATS_TEST_TMPDIR/codes" 4>&- &
	crowd=$!
	sleep 0.2
	kill -TERM "$PID"
	wait "$PID"
	wait "$crowd" || true
}

@test "TLS: a certificate that is trusted, and one that is not" {
	tls_config
	export_start --web-config web.yml --host 127.0.0.1
	put 'A b=1'
	[[ $URL == https:* ]]
	assert_equal "$(code --cacert ca.pem "$URL/metrics")" 200
	assert_equal "$(code --cacert ca.pem "https://localhost:$PORT/")" 200
	assert_equal "$(code --cacert stranger.pem "$URL/metrics")" '000 60'
	assert_equal "$(code "http://127.0.0.1:$PORT/metrics")" '000 52'
	for version in 1.2 1.3; do
		assert_equal "$(code --cacert ca.pem "--tlsv$version" --tls-max $version "$URL/metrics")" 200
	done
	# Nothing but noise, and half a handshake.
	exec 8<>"/dev/tcp/127.0.0.1/$PORT"
	head -c 5000 /dev/urandom >&8 || true
	exec 8>&-
	exec 8<>"/dev/tcp/127.0.0.1/$PORT"
	printf '\x16\x03\x01\x02\x00\x01' >&8
	assert_equal "$(code --cacert ca.pem "$URL/metrics")" 200
	exec 8>&-
}

# bats test_tags=slow
@test "a thousand TLS connections that do not begin hold up nobody, and go" {
	tls_config
	export_start --web-config web.yml
	for way in silent hello; do
		coproc timeout 300 "$ROOT/tests/helpers/prom-crowd" "$PORT" 1000 "$way"
		read -r -t 120 -u "${COPROC[0]}" line
		assert_equal "$line" ready
		run get --cacert ca.pem "$URL/metrics"
		assert [ "$(sed -n 's/^process_open_fds //p' <<<"$output")" -gt 1000 ]
		read -r -t 120 -u "${COPROC[0]}" line
		assert_equal "$line" gone
		kill "$COPROC_PID"
	done
}

@test "a certificate is changed while connections are open" {
	tls_config
	cp server.pem server.was
	export_start --web-config web.yml
	name() { openssl s_client -connect "127.0.0.1:$PORT" </dev/null 2>/dev/null | sed -n 's/^subject=CN = //p'; }
	assert_equal "$(name)" server
	{ printf 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'; sleep 1.5; printf '\r\n'; sleep 0.5; } |
		openssl s_client -quiet -connect "127.0.0.1:$PORT" >"$BATS_TEST_TMPDIR/held" 2>&1 4>&- &
	held=$!
	sleep 0.3
	cp server.key server.key.was
	cp client.key server.key
	assert_equal "$(name)" server	# the new key alone does not do
	assert grep -q 'server.key: expected the key of the certificate in server.pem; what was' "$BATS_TEST_TMPDIR/err"
	cp client.pem server.pem
	assert_equal "$(name)" client
	wait "$held" || true
	assert grep -q '^HTTP/1.1 200' "$BATS_TEST_TMPDIR/held"
	cp stale.key server.key
	cp stale.pem server.pem
	assert_equal "$(name)" stale
	assert grep -q 'server.pem: the certificate has expired' "$BATS_TEST_TMPDIR/err"
	assert_equal "$(code --cacert ca.pem "$URL/metrics")" '000 60'
	cp server.key.was server.key
	cp server.was server.pem
}

@test "client certificates: each policy" {
	local mine=(--cert client.pem --key client.key) other=(--cert stranger.pem --key stranger.key)
	local late=(--cert stale.pem --key stale.key) policy none good foreign expired
	local version
	with() { code --tls-max "$version" --cacert ca.pem "$@" "$URL/metrics" | cut -c 1-3; }
	while read -r policy none good foreign expired; do
		version=1.2
		tls_config "client_auth_type: $policy"
		[[ $policy != *Verif* ]] || echo '  client_ca_file: ca.pem' >>web.yml
		export_start --web-config "$PWD/web.yml"
		assert_equal "$policy $(with) $(with "${mine[@]}") $(with "${other[@]}") $(with "${late[@]}")" \
			"$policy $none $good $foreign $expired"
		version=1.3
		assert_equal "$policy $(with) $(with "${other[@]}")" "$policy $none $foreign"
		teardown
	done <<-E
	NoClientCert               200 200 200 200
	RequestClientCert          200 200 200 200
	RequireAnyClientCert       000 200 200 200
	VerifyClientCertIfGiven    200 200 000 000
	RequireAndVerifyClientCert 000 200 000 000
	E
}

@test "versions, suites and curves" {
	speaks() { openssl s_client -connect "127.0.0.1:$PORT" "$@" </dev/null 2>&1 | grep -qE 'Cipher is [A-Z]'; }
	tls_config 'min_version: TLS13'
	export_start --web-config web.yml
	assert speaks -tls1_3
	refute speaks -tls1_2
	teardown
	tls_config 'max_version: TLS12' 'cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]' \
		'curve_preferences: [CurveP384]'
	export_start --web-config web.yml
	assert speaks -tls1_2 -curves P-256:P-384
	refute speaks -tls1_2 -curves P-256:X25519
	refute speaks -tls1_3
	refute speaks -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256
	teardown
	tls_config 'prefer_server_cipher_suites: true' 'cipher_suites:' \
		'- TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256' '- TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'
	export_start --web-config web.yml
	run openssl s_client -connect "127.0.0.1:$PORT" -tls1_2 -cipher \
		ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305 </dev/null
	assert_line --partial 'Cipher is ECDHE-ECDSA-CHACHA20-POLY1305'
	assert speaks -tls1_3
	refute speaks -tls1_1 -cipher ALL@SECLEVEL=0
}

@test "whatever comes in over TLS: an answer with a type, or the end of the connection" {
	tls_config
	export_start --web-config web.yml
	run "$ROOT/tests/helpers/prom-raw" "$PORT" tls
	assert_output '51 cases'
}

@test "additional headers, on every answer and before the own ones" {
	cat >headers.yml <<-'E'
	http_server_config:
	  http2: false
	  headers:
	    Content-Security-Policy: default-src 'none'
	    X-Frame-Options: deny
	    Strict-Transport-Security: ""
	E
	export_start --web-config headers.yml
	for path in / /metrics /nothing; do
		run get -i "$URL$path"
		assert_line $'X-Frame-Options: deny\r'
		assert_line $'Content-Security-Policy: default-src \'none\'\r'
		refute_line --partial Strict-Transport
		assert_equal "$(grep -ci '^content-security-policy' <<<"$output")" 1
	done
	# On those to what is no request, too.
	run bash -c "exec 8<>/dev/tcp/127.0.0.1/$PORT; printf 'GET /\r\n\r\n' >&8; cat <&8"
	assert_line --index 0 $'HTTP/1.1 400 Bad Request\r'
	assert_line $'X-Frame-Options: deny\r'
}

@test "listening beyond this machine: what is missing is said, once" {
	promexport --port 0 --host 0.0.0.0 --at-end exit </dev/null 2>said
	assert_equal "$(<said)" 'promexport: listening beyond this machine: whoever reaches it can read the page (--web-config asks for passwords)'
	promexport --port 0 --host 0.0.0.0 --web-config users.yml --at-end exit </dev/null 2>said
	assert_equal "$(<said)" 'promexport: listening beyond this machine without TLS: passwords and values can be read on their way'
	tls_config
	promexport --port 0 --host 0.0.0.0 --web-config web.yml --at-end exit </dev/null 2>said
	assert_equal "$(<said)" 'promexport: listening beyond this machine: whoever reaches it can read the page (--web-config asks for passwords)'
	cat users.yml >>web.yml
	promexport --port 0 --host 0.0.0.0 --web-config web.yml --at-end exit </dev/null 2>said
	assert_equal "$(<said)" ''
	tls_config 'client_auth_type: RequireAndVerifyClientCert' 'client_ca_file: ca.pem'
	promexport --port 0 --host 0.0.0.0 --web-config web.yml --at-end exit </dev/null 2>said
	assert_equal "$(<said)" ''
}

# refused TEXT: web.yml is, with status 2 and this message.
refused() {
	run promexport --port 0 --at-end exit --web-config web.yml </dev/null
	assert_failure 2
	assert_output "promexport: $1"
}

@test "a configuration that does not do: status 2, the place and what was expected" {
	rm -f web.yml
	refused 'web.yml: No such file or directory'
	tls_config 'min_version: TLS10'
	refused 'web.yml:4:16: expected one of TLS12, TLS13'
	tls_config 'certificate: x'
	refused 'web.yml:4:3: expected one of cert_file, key_file, client_auth_type, client_ca_file, min_version, max_version, cipher_suites, prefer_server_cipher_suites, curve_preferences'
	printf 'tls_server_config:\n  cert_file: server.pem\n' >web.yml
	refused 'web.yml:2:3: expected key_file in tls_server_config'
	printf 'tls_server_config:\n  cert_file: gone.pem\n  key_file: server.key\n' >web.yml
	refused 'gone.pem: No such file or directory'
	printf 'tls_server_config:\n  cert_file: web.yml\n  key_file: server.key\n' >web.yml
	refused 'web.yml: expected a certificate (PEM)'
	printf 'tls_server_config:\n  cert_file: server.pem\n  key_file: client.key\n' >web.yml
	refused 'client.key: expected the key of the certificate in server.pem'
	printf 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.pem\n' >web.yml
	refused 'server.pem: expected a private key without password (PEM)'
	tls_config 'client_auth_type: RequireAndVerifyClientCert' 'client_ca_file: users.yml'
	refused 'users.yml: expected certificates (PEM)'
	tls_config 'cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]'
	refused 'cipher_suites: this set cannot be had without another one that is made of the same parts, TLS_ECDHE_RSA_AES_256_GCM_SHA384'
	run promexport --once --web-config users.yml </dev/null
	assert_failure 2
	assert_output --partial '--web-config: there is no server'
}

@test "promexport(1) has a configuration that promtool takes as well" {
	awk '/^\.Sh / { on = $0 == ".Sh WEB CONFIGURATION" } /^\.Ed/ && on { exit }
		text { print } on && /^\.Bd -literal/ { text = 1 }' "$ROOT/man/promexport.1" >manual.yml
	assert grep -q basic_auth_users manual.yml
	run promtool check web-config manual.yml
	assert_success
	export_start --web-config manual.yml
	run get -i -k "$URL/"
	assert_line --regexp '^HTTP/1.1 401'
	assert_line $'X-Frame-Options: deny\r'
}

# bats test_tags=slow
@test "Prometheus scrapes with the configuration that it would take itself" {
	tls_config 'client_auth_type: RequireAndVerifyClientCert' 'client_ca_file: ca.pem'
	cat users.yml >>web.yml
	run promtool check web-config web.yml
	assert_success
	export_start --web-config web.yml
	put 'A b=42'
	cat >scrape.yml <<-E
	scheme: https
	basic_auth: {username: alice, password: secret}
	tls_config: {ca_file: $PWD/ca.pem, cert_file: $PWD/client.pem, key_file: $PWD/client.key}
	E
	prometheus_start -s scrape.yml "127.0.0.1:$PORT"
	wait_for prometheus_value can_a_b
	assert_equal "$(prometheus_value can_a_b)" 42
	assert_equal "$(prometheus_health)" up
}
