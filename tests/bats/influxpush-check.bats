# influxpush --check: step by step to the right to write, and nothing is left behind. (TLS is in
# influxpush-tls.bats.)
load common
load scripted

setup_file() {
	victoria_start
	vmauth_start t0psecret "$VICTORIA_URL"
	influxd_start
	influx_create can
	# with authentication, under other names
	local url=$INFLUXD_URL
	influxd_start --auth
	influx_create can
	influx_query '' "CREATE USER writer WITH PASSWORD 'wr1ter'" >/dev/null
	influx_query '' 'GRANT WRITE ON can TO writer' >/dev/null
	influx_query '' "CREATE USER reader WITH PASSWORD 's3cret'" >/dev/null
	influx_query '' 'GRANT READ ON can TO reader' >/dev/null
	export OPEN_URL=$url
}

setup() {
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	servers_stop
}

teardown_file() {
	unset SERVERS_ROOT
	servers_stop
}

# check STATUS LINE ARG...: --check ends so, and this is its last line.
check() {
	run -"$1" --separate-stderr influxpush --check "${@:3}"
	assert_equal "$stderr" ''
	assert_equal "${lines[-1]}" "$2"
}

as() {
	echo "http://$1@${INFLUXD_URL#http://}"
}

# Neither points nor anything that a point leaves.
assert_nothing_in() {
	[ -z "$(influx_query can 'SHOW MEASUREMENTS'; influx_query can 'SHOW SERIES')" ]
}

ALLOWED='write: ok: allowed: what is no point was refused as such; nothing is stored'

@test "InfluxDB 1: every step, and what is wrong with bucket, policy and endpoint" {
	check 0 "$ALLOWED" -u "$OPEN_URL" -b can
	assert_equal "$output" "name: ok: found
connection: ok: ${OPEN_URL#http://}
TLS: ok: not used
flavour: ok: v1, X-Influxdb-Version: $(curl -sI "$OPEN_URL/ping" | sed -n 's/^X-Influxdb-Version: \(.*\)\r/\1/p')
authentication: ok: no login is wanted
bucket: ok: can
$ALLOWED"
	check 0 "$ALLOWED" -u "$OPEN_URL" -b can/autogen --api v1
	check 1 'bucket: failed: 404 database not found: "nope": check --bucket, or have the database made with --create-database' \
		-u "$OPEN_URL" -b nope
	check 0 'bucket: ok: not there; --create-database will make it, if the login may' \
		-u "$OPEN_URL" -b nope --create-database
	check 1 'bucket: failed: 500 retention policy not found: nope: check --retention-policy or the part of --bucket behind /' \
		-u "$OPEN_URL" -b can/nope
	check 1 'flavour: failed: 404 page not found: check --url' -u "$OPEN_URL" -b can --api v2
	check 1 'flavour: failed: 404 page not found: check --url' -u "$OPEN_URL/elsewhere" -b can
	INFLUXD_URL=$OPEN_URL INFLUXD_LOGIN='' assert_nothing_in
	[ -z "$(INFLUXD_URL=$OPEN_URL INFLUXD_LOGIN='' influx_query '' 'SHOW DATABASES' | grep nope)" ]
}

@test "InfluxDB 1 with users: who may what" {
	check 1 'authentication: failed: 401 unable to parse authentication credentials: check --username and --password-file' \
		-u "$INFLUXD_URL" -b can
	check 1 'authentication: failed: 401 authorization failed: check --username and --password-file' \
		-u "$(as writer:wr0ng)" -b can
	[[ $output != *wr0ng* ]]
	check 1 'write: failed: 403 "reader" user is not authorized to write to database "can": the user needs the right to write to this database' \
		-u "$(as reader:s3cret)" -b can
	assert_line 'authentication: ok: user reader'
	check 0 "$ALLOWED" -u "$(as writer:wr1ter)" -b can
	check 1 'bucket: failed: 404 database not found: "nope": check --bucket, or have the database made with --create-database' \
		-u "$(as writer:wr1ter)" -b nope
	assert_nothing_in
}

@test "not reached: name, connection, a proxy, a socket; status 75" {
	check 75 'connection: failed: Connection refused: check host and port in --url, and that the server runs' \
		-u http://127.0.0.1:9 -b can
	assert_equal "$output" "name: ok: found
${lines[-1]}"
	! has_ipv6 ||
		check 75 'connection: failed: Connection refused: check host and port in --url, and that the server runs' \
			-u 'http://[::1]:9' -b can
	run -75 without_net influxpush --check -u http://nowhere.invalid -b can
	assert_output 'name: failed: Could not resolve host: nowhere.invalid: check the host in --url, and that this machine can look up names'
	http_proxy=http://127.0.0.1:9 check 75 \
		'connection: failed: Connection refused: check host and port in --url, and that the server runs (http_proxy is set)' \
		-u "$OPEN_URL" -b can
	http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1 check 0 "$ALLOWED" -u "$OPEN_URL" -b can
	check 75 'connection: failed: No such file or directory: check --unix-socket' \
		-u http://x --unix-socket socket -b can
	check 75 'TLS: failed: wrong version number, so this is no TLS: try http:// in --url' \
		-u "https${OPEN_URL#http}" -b can
}

@test "VictoriaMetrics says 204 to anything; vmauth wants a token" {
	local any='write: ok: allowed; but this server also says 204 to what is no point: use --validate'
	check 0 "$any" -u "$VICTORIA_URL" -b can
	assert_line 'flavour: ok: victoriametrics'
	check 0 "$any" -u "$VICTORIA_URL" --api victoriametrics
	assert_line 'bucket: ok: none needed'
	# the version of the other one would keep a point: it must not be tried
	check 0 "$any" -u "$VICTORIA_URL" -b can --api v1
	check 1 'authentication: failed: 401 missing `Authorization` request header: check --token-file, or --username and --password-file' \
		-u "$VMAUTH_URL" -b can
	echo t0psecret >token
	check 0 "$any" -u "$VMAUTH_URL" -b can --token-file token
	assert_line 'authentication: ok: the token'
	echo another >token
	run -1 influxpush --check -u "$VMAUTH_URL" -b can --token-file token
	assert_line --partial 'authentication: failed: 400 cannot find the provided auth token "Bearer *******"'
	assert_equal "$(victoria_export)" ''
}

@test "v2, Cloud, v3, QuestDB: by their answers" {
	local refused='400 {"code":"invalid","message":"unable to parse '"'influxpush_check check=1 x'"': bad timestamp"}'
	echo t0psecret >token
	scripted_start "$refused"
	echo '204 X-Influxdb-Version=v2.7.1' >"$SCRIPTED_DIR/ping"
	check 0 "$ALLOWED" -u "$SCRIPTED_URL" -o garage -b can --token-file token
	assert_line 'flavour: ok: v2, X-Influxdb-Version: v2.7.1'
	assert_equal "$(scripted_writes '[.path, .body] | @json')" \
		'["/api/v2/write?org=garage&bucket=can&precision=ns","influxpush_check check=1 x\n"]'
	# Cloud shows nothing of itself
	rm "$SCRIPTED_DIR/ping"
	check 0 "$ALLOWED" -u "$SCRIPTED_URL" -o garage -b can --token-file token
	assert_line 'flavour: ok: v2, as it answers to a write'
	scripted_start '404 {"code":"not found","message":"bucket \"can\" not found"}'
	check 1 'bucket: failed: 404 bucket "can" not found: check --bucket and --org' \
		-u "$SCRIPTED_URL" --api v2 -b can --token-file token
	scripted_start '401 {"code":"unauthorized","message":"no such token t0psecret"}'
	check 1 'authentication: failed: 401 no such token *********: check --token-file or INFLUX_TOKEN' \
		-u "$SCRIPTED_URL" --api v2 -b can --token-file token
	scripted_start '403 {"code":"forbidden","message":"insufficient permissions for write"}'
	check 1 'write: failed: 403 insufficient permissions for write: the token needs the right to write to this bucket' \
		-u "$SCRIPTED_URL" --api v2 -b can --token-file token
	scripted_start '400 {"error":"partial write of line protocol occurred","data":[{"original_line":"influxpush_check che","line_number":1,"error_message":"x"}]}'
	echo '200 {"version":"3.2.0","process_id":"7"}' >"$SCRIPTED_DIR/ping"
	check 0 "$ALLOWED" -u "$SCRIPTED_URL" -b can --token-file token
	assert_line 'flavour: ok: v3'
	scripted_start '401 {}'
	echo '401 {}' >"$SCRIPTED_DIR/ping"
	check 1 'authentication: failed: 401: check --token-file or INFLUX_TOKEN' -u "$SCRIPTED_URL" -b can --token-file token
	scripted_start '400 {"code":"invalid","message":"failed to parse line protocol","line":1,"errorId":"x-1"}'
	echo '200 {"release.type":"OSS"}' >"$SCRIPTED_DIR/settings"
	check 0 "$ALLOWED" -u "$SCRIPTED_URL" -b can
	assert_line 'flavour: ok: questdb'
}

@test "what is no such server: another web server, a login page, one that says nothing, one that is ill" {
	mkdir empty
	server_launch "$PWD" python3 -u -m http.server --bind 127.0.0.1 --directory empty 0
	server_ready "$PWD" grep -q port log
	check 1 'flavour: failed: 501: check --url' -b can \
		-u "http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' log)"
	server_stop "$PWD"
	scripted_start '200 <html>log in</html>'
	check 75 'flavour: failed: 200 instead of 204: check --url' -u "$SCRIPTED_URL" -b can
	scripted_start '301 Location=https://elsewhere/x?token=1'
	check 75 'flavour: failed: 301 redirects to https://elsewhere/x: check --url' -u "$SCRIPTED_URL" -b can
	scripted_start '400 <html>Bad Request</html>'
	check 1 'flavour: failed: 400: check --url' -u "$SCRIPTED_URL" -b can
	scripted_start '503 {"error":"hinted handoff queue not empty"}'
	check 75 "write: failed: 503 hinted handoff queue not empty: try again later, and look into the server's log" \
		-u "$SCRIPTED_URL" -b can --api v1
	server_launch "$PWD" python3 -uc 'import socket
s = socket.create_server(("127.0.0.1", 0))
print("closes", s.getsockname()[1])
while True: s.accept()[0].close()'
	server_ready "$PWD" grep -q closes log
	run -75 influxpush --check -b can -u "http://127.0.0.1:$(sed -n 's/^closes //p' log)"
	assert_line --regexp "^flavour: failed: .*: check --url: is it the server's port, and should it begin with https://\?\$"
	server_stop "$PWD"
}

@test "the options of a service that runs, its spool and checkpoint too" {
	mkdir spool
	flock --no-fork spool/lock sleep 60 3>&- &
	check 0 "$ALLOWED" -u "$OPEN_URL" -b can --spool spool --reject-file refused.lp --give-up 1s
	kill $!
	[ ! -e refused.lp ]
	check 0 "$ALLOWED" -u "$OPEN_URL" -b can --checkpoint point
	[ ! -e point ]
	run -1 --separate-stderr bash -c 'influxpush --check -u "$1" -b can >/dev/full' bash "$OPEN_URL"
	[[ $stderr == *'standard output: No space left on device'* ]]
}
