# The way to the server: certificates, proxies, sockets. influxd with a certificate of a private
# authority stands behind most of it.
load common
load scripted

setup_file() {
	influxd_start --https
	cd "$INFLUXD_DIR" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority \
		-addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem 2>>log
	influx_create can
	cp cert.pem self.pem
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	groups_end
	if [ -s "$BATS_TEST_TMPDIR/tinyproxy.pid" ]; then
		process_end "$(<"$BATS_TEST_TMPDIR/tinyproxy.pid")"
	fi
}

# certify NAMES [DAYS]: a certificate of the authority for subjectAltName NAMES, in use from now on.
certify() {
	influxd_stop
	(
		cd "$INFLUXD_DIR" || exit
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x \
			-keyout key.pem -out x.csr
		openssl x509 -req -in x.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "${2:-2}" \
			-extfile <(echo "subjectAltName=$1") -out cert.pem
	) 2>>"$INFLUXD_DIR/log"
	server_relaunch "$INFLUXD_DIR"
	server_ready "$INFLUXD_DIR" port_open "$INFLUXD_PORT"
}

push() {
	influxpush -u "https://127.0.0.1:$INFLUXD_PORT" -b can --give-up 300ms "$@"
}

# assert_tls STATUS LINE ARG...: what --check says of TLS, and its end.
assert_tls() {
	run -"$1" influxpush -u "https://127.0.0.1:$INFLUXD_PORT" -b can --check "${@:3}"
	assert_line "TLS: $2"
}

# The points of the measurement that only this test writes.
count_of() {
	curl -sS -k --noproxy '*' -G "https://127.0.0.1:$INFLUXD_PORT/query" --data-urlencode db=can \
		--data-urlencode "q=SELECT COUNT(f) FROM $1" | jq '.results[0].series[0].values[0][1]'
}

@test "a certificate of an authority that is trusted, and of one that is not" {
	certify IP:127.0.0.1,DNS:localhost
	push --cacert "$INFLUXD_DIR/ca.pem" <<<'good f=1 1'
	influxpush -u "https://localhost:$INFLUXD_PORT" -b can --cacert "$INFLUXD_DIR/ca.pem" <<<'good f=1 2'
	assert_equal "$(count_of good)" 2
	run -75 --separate-stderr push <<<'good f=1 3'
	assert_said certificate
	assert_said 'points not delivered: 1'
	run -75 --separate-stderr push --cacert "$INFLUXD_DIR/self.pem" <<<'good f=1 3'
	assert_equal "$(count_of good)" 2
	assert_tls 0 'ok: the certificate holds' --cacert "$INFLUXD_DIR/ca.pem"
	assert_tls 75 'failed: SSL certificate problem: unable to get local issuer certificate: name the authority of the certificate with --cacert'
	assert_tls 0 'ok: used, but anybody may have answered: --insecure' --insecure
	push --insecure <<<'good f=1 4'
	assert_equal "$(count_of good)" 3
}

@test "a certificate for another name, and one that is over" {
	certify DNS:elsewhere.example
	run -75 --separate-stderr push --cacert "$INFLUXD_DIR/ca.pem" <<<'wrong f=1 1'
	assert_said "127.0.0.1"
	assert_tls 75 "failed: SSL: no alternative certificate subject name matches target host name '127.0.0.1': the host in --url must be one that the certificate names" \
		--cacert "$INFLUXD_DIR/ca.pem"
	certify IP:127.0.0.1 -1
	run -75 --separate-stderr push --cacert "$INFLUXD_DIR/ca.pem" <<<'wrong f=1 1'
	assert_said 'expired'
	assert_tls 75 "failed: SSL certificate problem: certificate has expired: the server needs a new certificate; or check this machine's clock" \
		--cacert "$INFLUXD_DIR/ca.pem"
	assert_equal "$(count_of wrong)" null
}

@test "a proxy: for http as for https, and not for what no_proxy names" {
	local port
	port=$(free_port)
	cat >tinyproxy.conf <<-C
	Port $port
	Listen 127.0.0.1
	Allow 127.0.0.1
	Timeout 60
	LogFile "$PWD/tinyproxy.log"
	LogLevel Connect
	C
	setsid tinyproxy -d -c tinyproxy.conf >out 2>&1 3>&- 4>&- &
	echo $! >tinyproxy.pid
	disown
	wait_for port_open "$port"
	certify IP:127.0.0.1
	https_proxy=http://127.0.0.1:$port push --cacert "$INFLUXD_DIR/ca.pem" <<<'proxied f=1 1'
	assert_equal "$(count_of proxied)" 1
	grep -q "CONNECT 127.0.0.1:$INFLUXD_PORT" tinyproxy.log
	https_proxy=http://127.0.0.1:$port assert_tls 0 'ok: the certificate holds' --cacert "$INFLUXD_DIR/ca.pem"
	assert_line "connection: ok: 127.0.0.1:$port"
	run -75 env https_proxy="http://127.0.0.1:$port" influxpush --check -u https://127.0.0.1:9 -b can
	assert_line 'connection: failed: CONNECT tunnel failed, response 500: the proxy does not let us through (https_proxy is set)'
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	scripted_start 204
	http_proxy=http://127.0.0.1:$port influxpush -u "$SCRIPTED_URL" --api v2 -b can <<<'m f=1 1'
	assert_equal "$(scripted_writes '.headers.Via != null')" true
	http_proxy=http://127.0.0.1:$port no_proxy=127.0.0.1 \
		influxpush -u "$SCRIPTED_URL" --api v2 -b can <<<'m f=1 2'
	assert_equal "$(scripted_writes '.headers.Via != null' | xargs)" 'true false'
	servers_stop
}

@test "IPv6 where there is any, and a unix socket" {
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	if has_ipv6; then
		SCRIPTED_HOST=::1 scripted_start 204
		influxpush -u "http://[::1]:${SCRIPTED_URL##*:}" --api v2 -b can <<<'m f=1 1'
		assert_equal "$(<"$SCRIPTED_DIR/stored")" 'm f=1 1'
		server_stop "$SCRIPTED_DIR"
	fi
	SCRIPTED_HOST=$PWD/socket scripted_start 204
	influxpush -u http://influx --unix-socket socket --api v2 -b can <<<'m f=1 2'
	assert_equal "$(<"$SCRIPTED_DIR/stored") $(scripted_writes .headers.Host)" 'm f=1 2 influx'
	run -0 influxpush -u http://influx --unix-socket socket --api v2 -b can --check
	assert_line 'name: ok: none needed'
	assert_line 'connection: ok: socket'
	servers_stop
}

@test "a certificate that shows who we are; files that are not there" {
	local option
	for option in --cacert --cert; do
		run -2 --separate-stderr push "$option" missing.pem </dev/null
		assert_said 'missing.pem: No such file or directory'
	done
	run -2 --separate-stderr push --key "$INFLUXD_DIR/ca.key" </dev/null
	assert_said '--key: expected --cert too'
	local port
	port=$(free_port)
	openssl s_server -accept "127.0.0.1:$port" -cert "$INFLUXD_DIR/ca.pem" -key "$INFLUXD_DIR/ca.key" \
		-CAfile "$INFLUXD_DIR/ca.pem" -Verify 1 -www >server.log 2>&1 3>&- 4>&- &
	local server=$!
	disown
	wait_for port_open "$port"
	run -75 influxpush -u "https://127.0.0.1:$port" --api v2 -b can --insecure --check
	assert_line --regexp '^flavour: failed: .* certificate required.*: the server wants to see a certificate: --cert and --key$'
	# -www answers no POST
	background influxpush -u "https://127.0.0.1:$port" --api v2 -b can --insecure --no-health-check \
		--cert "$INFLUXD_DIR/ca.pem" --key "$INFLUXD_DIR/ca.key" <<<'m f=1 1'
	wait_for grep -q 'depth=0 CN = authority' server.log
	group_end "$group" 0
	process_end "$server"
}
