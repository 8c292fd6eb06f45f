# influxpush and authentication: a real influxd that asks for it, and where secrets do not go.
load common
load scripted

setup_file() {
	influxd_start --auth
	influx_create can
	influx_query '' "CREATE USER writer WITH PASSWORD 'wr1t:er@/'" >/dev/null
	influx_query '' 'GRANT WRITE ON can TO writer' >/dev/null
	influx_query '' "CREATE USER reader WITH PASSWORD 's3cret'" >/dev/null
	influx_query '' 'GRANT READ ON can TO reader' >/dev/null
}

setup() {
	influx_query can 'DROP SERIES FROM /.*/' >/dev/null
	cd "$BATS_TEST_TMPDIR" || return
	printf 'wr1t:er@/\n' >password
}

url_with() {
	echo "http://$1@${INFLUXD_URL#http://}"
}

@test "user and password: options, URL, environment" {
	influxpush -u "$INFLUXD_URL" -b can --username writer --password-file password <<<'m f=1 1'
	influxpush -u "$(url_with 'writer:wr1t%3Aer%40%2F')" -b can <<<'m f=2 2'
	INFLUX_USERNAME=writer INFLUX_PASSWORD='wr1t:er@/' influxpush -u "$INFLUXD_URL" -b can <<<'m f=4 3'
	# the option goes before the URL, and the URL before the environment
	INFLUX_USERNAME=x INFLUX_PASSWORD=x influxpush -u "$(url_with 'writer:wr1t%3Aer%40%2F')" \
		-b can <<<'m f=8 4'
	influxpush -u "$(url_with x:x)" -b can --username writer --password-file password <<<'m f=16 5'
	assert_equal "$(influx_value can 'SELECT sum(f) FROM m')" 31
}

@test "refused before anything was accepted: status 1, what to check, no secret" {
	local login
	for login in writer:wr0ng nobody:wr0ng; do
		run -1 --separate-stderr influxpush -u "$(url_with "$login")" -b can <<<'m f=1 1'
		assert_said "$INFLUXD_URL: 401 authorization failed: check --username and --password-file"
		[[ $stderr != *wr0ng* ]]
	done
	run -1 --separate-stderr influxpush -u "$INFLUXD_URL" -b can <<<'m f=1 1'
	assert_said '401 unable to parse authentication credentials: check --username'
	run -1 --separate-stderr influxpush -u "$(url_with reader:s3cret)" -b can <<<'m f=1 1'
	assert_said '403 "reader" user is not authorized to write to database "can": the user needs the right'
	[[ $stderr != *s3cret* ]]
	run -1 --separate-stderr influxpush -u "$INFLUXD_URL" -b can --api v2 --token-file password <<<'m f=1 1'
	[[ $stderr != *wr1t* ]]
}

@test "only an administrator makes databases" {
	run -1 --separate-stderr influxpush -u "$(url_with admin:adm1n)" -b new <<<'m f=1 1'
	assert_said '404 database not found: "new"'
	run -1 --separate-stderr influxpush -u "$(url_with 'writer:wr1t%3Aer%40%2F')" -b new \
		--create-database <<<'m f=1 1'
	assert_said '403 '
	run -0 influxpush -u "$(url_with admin:adm1n)" -b new --create-database <<<'m f=1 1'
	assert_output ''
	assert_equal "$(influx_points new)" 1
	influx_query '' 'DROP DATABASE new' >/dev/null
}

@test "a password that changes while it runs: held, the file read again, nothing lost" {
	mkfifo in
	echo 'first' >changing
	influx_query '' "CREATE USER changer WITH PASSWORD 'first'" >/dev/null
	influx_query '' 'GRANT WRITE ON can TO changer' >/dev/null
	influxpush -u "$INFLUXD_URL" -b can --username changer --password-file changing --flush 10ms \
		--stats <in 2>err &
	local pid=$!
	exec 5>in
	echo 'm f=1 1' >&5
	wait_for influx_sum 1
	influx_query '' "SET PASSWORD FOR changer = 'second'" >/dev/null
	echo 'm f=2 2' >&5
	wait_for grep -q '401 authorization failed: check --username and --password-file; trying again' err
	echo 'm f=4 3' >&5
	echo second >changing
	wait_for influx_sum 7
	exec 5>&-
	wait "$pid"
	grep -q 'points are accepted again' err
	assert_equal "$(stats_value influxpush delivered err)" 3
	run ! grep -q -e first -e second err
}

influx_sum() {
	[ "$(influx_value can 'SELECT sum(f) FROM m')" = "$1" ]
}

@test "secrets are not in the process list" {
	mkfifo in
	echo t0psecret >token
	influxpush -u "$(url_with 'writer:wr1t%3Aer%40%2F')" -b can --token-file token <in &
	local pid=$!
	exec 5>in
	echo 'm f=1 1' >&5
	wait_for influx_sum 1
	run tr '\0' ' ' <"/proc/$pid/cmdline"
	exec 5>&-
	wait "$pid"
	assert_output --partial "influxpush -u http://xxxxxx"
	refute_output --partial wr1t
	refute_output --partial t0psecret
}

@test "a redirect is not followed, so that no token goes elsewhere" {
	scripted_start 204
	local elsewhere=$SCRIPTED_URL elsewhere_dir=$SCRIPTED_DIR
	scripted_start "307 Location=$elsewhere/api/v2/write?token=x"
	echo t0psecret >token
	run -1 --separate-stderr influxpush -u "$SCRIPTED_URL" -b b -o o --token-file token <<<'m f=1 1'
	assert_said "307 redirects to $elsewhere/api/v2/write: check --url"
	[[ $stderr != *token=x* ]]
	[ ! -s "$elsewhere_dir/requests" ]
	assert_equal "$(scripted_writes .headers.Authorization)" 'Token t0psecret'
}

@test "a server that repeats the token in its answer: it is not shown" {
	scripted_start '401 {"code":"unauthorized","message":"no such token t0psecret"}'
	echo t0psecret >token
	run -1 --separate-stderr influxpush -u "$SCRIPTED_URL" -b b -o o --token-file token -v <<<'m f=1 1'
	assert_said '401 no such token *********: check --token-file or INFLUX_TOKEN'
}

@test "secrets are in no message, no file and no list of processes" {
	local secret=Zx81secret pid
	local answer='{"code":"unauthorized","message":"Token Zx81secret is not known, Zx81secret"}'
	echo $secret >token
	mkdir watched
	scripted_start 204 "401 $answer" "400 {\"error\":\"partial write: unable to parse 'm f=$secret': $secret\"}"
	echo "503 {\"status\":\"fail\",\"message\":\"$secret\"}" >"$SCRIPTED_DIR/health"
	echo "204 X-Influxdb-Version=2.$secret" >"$SCRIPTED_DIR/ping"
	mkfifo in
	influxpush -v -u "http://u:$secret@${SCRIPTED_URL#http://}/base" -o o -b b \
		--token-file token --spool watched/spool --reject-file watched/bad.lp --batch-lines 1 --in-flight 1 \
		--stats --give-up 20s --flush 10ms <in >watched/out 2>watched/err &
	pid=$!
	exec 5>in
	printf 'm f=1 1\nm f=2 2\n' >&5
	wait_for grep -q 'rejected: ' watched/err
	tr '\0' '\n' <"/proc/$pid/cmdline" >watched/cmdline
	exec 5>&-
	wait "$pid" || [ $? = 3 ]
	influxpush --spool watched/spool --status >watched/status
	influxpush -u "http://u:$secret@${SCRIPTED_URL#http://}" -o o -b b --token-file token --check >watched/check || true
	influxpush -u "http://u:$secret@${SCRIPTED_URL#http://}" -o o -b b --token-file token --dry-run \
		>watched/dry 2>&1 <<<'m f=1 1'
	grep -q '401 Token' watched/err
	run -1 grep -r -e "$secret" -e "$(printf 'u:%s' $secret | base64)" watched
	# and yet it was sent
	scripted_writes '.headers.Authorization' | grep -q $secret
}

@test "a secret file that is no secret" {
	printf 'two\nlines\n' >token
	run -2 --separate-stderr influxpush -u "$INFLUXD_URL" -b b --token-file token </dev/null
	assert_said 'token: expected one line'
	[[ $stderr != *two* ]]
}
