# What influxpush makes of answers: a scripted server, which says what a v2 server says.
load common
load scripted

setup() {
	scripted_box
}

teardown() {
	groups_end
	servers_stop
}

push() {
	influxpush -u "$SCRIPTED_URL" --api v2 -o garage -b can --token-file token "$@"
}

# assert_stored_once FROM TO: what the server has taken is this, each once, in any order.
assert_stored_once() {
	sort "$SCRIPTED_DIR/stored" >stored
	numbers "$1" "$2" | sort | diff stored - >difference || fail "$(head -n 5 difference)"
}

stat_of() {
	stats_value influxpush "$1" err
}

@test "what a write looks like" {
	scripted_start 204
	numbers 1 3 | push
	assert_equal "$(scripted_writes '[.path, .headers.Authorization, .headers["Content-Encoding"], .headers["Content-Type"], .body] | @json')" \
		'["/api/v2/write?org=garage&bucket=can&precision=ns","Token t0ken",null,"text/plain; charset=utf-8","m f=1 1\nm f=2 2\nm f=3 3\n"]'
	[[ $(scripted_writes '.headers["User-Agent"]') == influxpush/* ]]
	numbers 1 10000 | push --in-flight 1 --no-health-check
	assert_equal "$(scripted_writes '.headers["Content-Encoding"]' | sort | uniq -c | xargs)" '2 gzip 1 null'
	# one connection for both
	assert_equal "$(scripted_writes .peer | tail -n 2 | sort -u | wc -l)" 1
	numbers 1 10000 | push --no-gzip
	assert_equal "$(scripted_writes '.headers["Content-Encoding"]' | grep -c gzip)" 2
}

@test "400 with quotations: nothing was stored, the named lines go and the others come again" {
	scripted_start strict
	{
		numbers 1 4000
		echo 'm bad=1 1'
		numbers 4001 9000
		printf 'm f="a bad" 1\n'
		numbers 9001 12000
	} >in.lp
	run -3 --separate-stderr push --stats --reject-file refused.lp <in.lp
	echo "$stderr" >err
	assert_stored_once 1 12000
	assert_equal "$(stat_of rejected) $(stat_of delivered)" '2 12000'
	assert_equal "$(head -n 2 refused.lp)" '# it is bad
m bad=1 1'
}

@test "400 that names nothing: the line is found by halves" {
	scripted_start '400 {"code":"invalid","message":"something is wrong"}' \
		204 '400 {"code":"invalid"}' '400 {}' 204
	numbers 1 8 | push --stats 2>err || [ $? = 3 ]
	# 8 refused; 1-4 stored; 5-8, 5-6 refused; 5 stored; 6-8 stored
	assert_stored_once 1 8
	assert_equal "$(scripted_count)" 6
	scripted_start 400
	run -1 --separate-stderr push --stats < <(numbers 1 100)
	echo "$stderr" >err
	assert_equal "$(stat_of rejected) $(stat_of pending)" '3 97'
}

@test "a line number: taken out, the others come again" {
	scripted_start '400 {"code":"invalid","message":"no","line":2}' 204
	run -3 --separate-stderr push --stats < <(numbers 1 3)
	assert_said 'line 2 rejected: no: m f=2 2'
	assert_equal "$(<"$SCRIPTED_DIR/stored")" $'m f=1 1\nm f=3 3'
}

@test "401, 403, 404 at first: what to check, and status 1" {
	local answer want
	while IFS='|' read -r answer want; do
		scripted_start "$answer"
		run -1 --separate-stderr push --stats <<<'m f=1 1'
		assert_said "$SCRIPTED_URL: $want"
		assert_said ' pending=1 '
		assert_equal "$(scripted_count)" 1
	done <<-'E'
	401 {"code":"unauthorized","message":"unauthorized access"}|401 unauthorized access: check --token-file or INFLUX_TOKEN
	403 {"code":"forbidden","message":"insufficient permissions"}|403 insufficient permissions: the token needs the right to write to this bucket
	404 {"code":"not found","message":"bucket \"can\" not found"}|404 bucket "can" not found: check --bucket and --org
	404 {"code":"not found","message":"organization name \"garage\" not found"}|404 organization name "garage" not found: check --bucket and --org
	402 {}|402: check what the account allows
	418 {}|418: check --url
	E
}

@test "401 after something was accepted: held, told, tried again, nothing lost" {
	scripted_start 204 '401 {"message":"unauthorized access"}' 401 204
	run -0 --separate-stderr push --stats --in-flight 1 < <(numbers 1 10000)
	assert_said '401 unauthorized access: check --token-file or INFLUX_TOKEN; trying again'
	assert_said 'points are accepted again'
	assert_stored_once 1 10000
}

@test "a token that is replaced while it runs" {
	scripted_start 204 401 401 204
	mkfifo in
	influxpush -u "$SCRIPTED_URL" --api v2 -b can --token-file token --flush 10ms <in 2>err &
	local pid=$!
	exec 5>in
	numbers 1 1 >&5
	wait_for test -s "$SCRIPTED_DIR/stored"
	echo new >token
	numbers 2 2 >&5
	exec 5>&-
	wait "$pid"
	assert_equal "$(scripted_writes .headers.Authorization | uniq -c | xargs)" '2 Token t0ken 2 Token new'
	assert_stored_once 1 2
}

@test "429 and 503 with Retry-After: not sooner" {
	local after due
	for after in 1 date; do
		due=$((EPOCHSECONDS + 3))
		[ "$after" = 1 ] || after=$(date -u -d "@$due" '+%a,+%d+%b+%Y+%H:%M:%S+GMT')
		scripted_start "429 Retry-After=$after {\"message\":\"slow down\"}" 204
		run -0 --separate-stderr push --stats <<<'m f=1 1'
		assert_equal "$(scripted_count)" 2
		scripted_writes .time | awk -v due="$([ "$after" = 1 ] || echo "$due")" 'NR == 1 { first = $1 }
			END { exit due ? $1 < due - 0.05 : $1 - first < 0.95 }'
	done
	assert_equal "$stderr" "$(grep ' retries=1' <<<"$stderr")"
}

# bats test_tags=slow
@test "5xx, 408, a closed connection, half an answer: sent again until it is taken" {
	scripted_start 503 '500 {"error":"timeout"}' 408 shut 'torn 503' \
		'502 <html>Bad Gateway</html>' 204
	run -0 --separate-stderr push --stats < <(numbers 1 20)
	assert_stored_once 1 20
	echo "$stderr" >err
	assert_equal "$(stat_of delivered) $(scripted_count)" '20 7'
	assert_said 'points are accepted again'
}

@test "stored, but the answer got lost: the same points again, byte for byte" {
	scripted_start lost lost 204
	printf 'm f=1\nm f=2\n' | push --stats 2>err
	assert_equal "$(scripted_writes .body | sort | uniq -c | awk '{ print $1 }' | xargs)" '3 3 3'
	assert_equal "$(stat_of delivered)" 2
}

@test "200 is not 204" {
	scripted_start '200 <html>Please log in to the hotspot</html>' '200 {}' 204
	run -0 --separate-stderr push <<<'m f=1 1'
	assert_said '200 instead of 204: check --url; trying again'
	assert_stored_once 1 1
}

@test "413: halves, and smaller batches from then on" {
	scripted_start 'limit 20000'
	run -0 --separate-stderr push --stats --no-gzip --in-flight 1 < <(numbers 1 30000)
	assert_equal "$stderr" "$(grep delivered=30000 <<<"$stderr")"
	assert_stored_once 1 30000
	# it has learnt: only the first batch was halved
	[ "$(scripted_count)" -lt 50 ]
	scripted_start 'limit 30'
	{
		numbers 1 10
		printf 'm s="%0100d" 1\n' 0
		numbers 11 20
	} >in.lp
	run -3 --separate-stderr push --stats <in.lp
	assert_said 'line 11 rejected: 413'
	assert_stored_once 1 20
}

@test "415: without compression from then on" {
	scripted_start plain
	numbers 1 20000 | push --stats 2>err
	assert_stored_once 1 20000
	assert_equal "$(scripted_writes '.headers["Content-Encoding"]' | sort | uniq -c | xargs)" '1 gzip 4 null'
}

@test "422: rejected by number of lines, the rest is stored" {
	scripted_start '422 {"code":"unprocessable entity","message":"failure writing points to database: partial write: points beyond retention policy dropped=2"}' 204
	run -3 --separate-stderr push --stats --reject-file refused.lp < <(numbers 1 9)
	assert_said '2 of the lines 1 to 9 rejected, the server does not say which: 422 failure writing points'
	echo "$stderr" >err
	assert_equal "$(stat_of rejected) $(stat_of delivered)" '2 7'
	assert_equal "$(scripted_count)" 1
	[[ $(<refused.lp) == '# 2 of the lines 1 to 9 rejected, '* ]]
	[[ $(head -n 1 refused.lp.suspect) == '# 2 of the lines 1 to 9 rejected, '* ]]
	assert_equal "$(tail -n +2 refused.lp.suspect)" "$(numbers 1 9)"
}

@test "full batches go side by side, after the first; an ordinary stream one by one" {
	scripted_start 204 'gather 4'
	# one, and when that is well four at once, twice
	numbers 1 45000 | push --in-flight 4
	assert_equal "$(scripted_count) $(scripted_most)" '9 4'
	assert_equal "$(scripted_writes .open | head -n 2 | xargs)" '1 1'
	scripted_start 'stall 0.3'
	numbers 1 2000 | while read -r line; do
		echo "$line"
		[[ $line != *00 ]] || sleep 0.02
	done | push --flush 10ms
	[ "$(scripted_count)" -gt 1 ]
	assert_equal "$(scripted_most)" 1
	numbers 1 2000 | cmp - "$SCRIPTED_DIR/stored"
}

# threads FROM TO COMMAND...: how many the command makes for these points, all of which must arrive.
threads() {
	: >"$SCRIPTED_DIR/stored"
	numbers "$1" "$2" | strace -f -qq -e trace=clone,clone3 -o trace "${@:3}" -u "$SCRIPTED_URL" --api v2 -o garage \
		-b can --token-file token --no-health-check
	assert_stored_once "$1" "$2"
	grep -c CLONE_THREAD trace || true
}

# bats test_tags=nosan
@test "threads compress full batches side by side, where there is something to gain" {
	local n most
	scripted_start 204
	most=$(nproc)
	n=$(threads 1 60000 influxpush)
	if [ "$most" -eq 1 ]; then
		assert_equal "$n" 0
	else
		[ "$n" -ge 1 ] && [ "$n" -le $((most < 4 ? most : 4)) ]
		[ "$(threads 1 60000 influxpush --spool spool)" -ge 1 ]
	fi
	assert_equal "$(threads 1 60000 taskset -c "$(taskset -cp $$ | grep -o '[0-9]*$')" influxpush)" 0
	assert_equal "$(threads 1 60000 influxpush --in-flight 1)" 0
	assert_equal "$(threads 1 60000 influxpush --no-gzip)" 0
	# of a stream that does not fill batches there is one at a time
	assert_equal "$(threads 1 4000 influxpush)" 0
}

@test "auto: the version in /ping, else what was given, else the other one" {
	scripted_start 204
	influxpush -u "$SCRIPTED_URL" -b can <<<'m f=1 1'
	echo '204 X-Influxdb-Version=v2.7.1' >"$SCRIPTED_DIR/ping"
	influxpush -u "$SCRIPTED_URL" -b can <<<'m f=1 1'
	echo '204 X-Influxdb-Version=1.8.10' >"$SCRIPTED_DIR/ping"
	influxpush -u "$SCRIPTED_URL" -b can -o x <<<'m f=1 1'
	echo '401 {}' >"$SCRIPTED_DIR/ping"
	influxpush -u "$SCRIPTED_URL" -b can -o x <<<'m f=1 1'
	INFLUX_TOKEN=t influxpush -u "$SCRIPTED_URL/base/" -b can --no-health-check <<<'m f=1 1'
	assert_equal "$(scripted_writes .path)" '/write?db=can
/api/v2/write?bucket=can&precision=ns
/write?db=can
/api/v2/write?org=x&bucket=can&precision=ns
/base/api/v2/write?bucket=can&precision=ns'
	scripted_start '404 {}' 204
	influxpush -u "$SCRIPTED_URL" -b can <<<'m f=1 1'
	assert_equal "$(scripted_writes .path | xargs)" '/write?db=can /api/v2/write?bucket=can&precision=ns'
}

@test "a guess that was wrong: what only one of the servers takes goes out as it was read" {
	local line='m a=12u,b=18446744073709551615u 1'
	scripted_start '404 {}' 204
	influxpush -u "$SCRIPTED_URL" -b can --validate <<<"$line"
	assert_equal "$(scripted_writes .body)" "m a=12i,b=18446744073709551615u 1

$line"
	# and the other way round
	scripted_start '404 {}' 204
	influxpush -u "$SCRIPTED_URL" -o garage -b can --no-health-check <<<"$line"
	assert_equal "$(scripted_writes '.path, .body' | grep .)" "/api/v2/write?org=garage&bucket=can&precision=ns
$line
/write?db=can
m a=12i,b=18446744073709551615u 1"
}

@test "health of v2: by what it says, told at each change, not in the way of sending" {
	scripted_start 204
	echo '503 {"status":"fail","message":"starting up"}' >"$SCRIPTED_DIR/health"
	mkfifo in
	influxpush -u "$SCRIPTED_URL" --api v2 -b can --health-check=50ms --flush 10ms <in 2>err &
	local pid=$!
	exec 5>in
	numbers 1 1 >&5
	wait_for test -s "$SCRIPTED_DIR/stored"
	wait_for grep -q 'health check: 503 starting up' err
	echo '200 {"status":"pass"}' >"$SCRIPTED_DIR/health.new"
	mv "$SCRIPTED_DIR/health.new" "$SCRIPTED_DIR/health"
	wait_for grep -q 'health check: the server is well' err
	# a page instead of an answer: /ping decides
	echo '200 <html>the UI</html>' >"$SCRIPTED_DIR/health.new"
	mv "$SCRIPTED_DIR/health.new" "$SCRIPTED_DIR/health"
	wait_for grep -q '"/ping"' "$SCRIPTED_DIR/requests"
	sleep 0.2
	exec 5>&-
	wait "$pid"
	assert_equal "$(wc -l <err)" 2
	push --no-health-check <<<'m f=1 1'
	assert_equal "$(tail -n 1 "$SCRIPTED_DIR/requests" | jq -r .method)" POST
	assert_equal "$(tail -n 2 "$SCRIPTED_DIR/requests" | head -n 1 | jq -r .method)" GET
}

@test "held back: the pipe is not read while there is no room" {
	scripted_start 204 503
	yes 'm f=1 1' | head -n 3000000 | push --stats --give-up 1s 2>err || [ $? = 75 ]
	# five batches of 5000, and what fits into one read of a pipe
	[ "$(stat_of read)" -lt 300000 ]
	assert_equal "$(stat_of read)" "$(($(stat_of delivered) + $(stat_of pending)))"
}

@test "--rate: no more bytes in any such time, counted before compression" {
	scripted_start 204
	# 30 batches of some 1000 bytes; twenty of them in three seconds, half of which the machine may take
	numbers 10000 12200 | push --batch-size 1k --rate 20k/3s --in-flight 2
	numbers 10000 12200 | cmp - <(sort "$SCRIPTED_DIR/stored")
	scripted_writes '[.time, (.body | length)] | @tsv' >writes
	awk '{ t[NR] = $1; n[NR] = $2; all += $2 }
		END {
			for (i = 1; i <= NR; i++) {
				sum = 0
				for (j = i; j <= NR && t[j] < t[i] + 1.5; j++)
					sum += n[j]
				if (sum > 20480) exit 1
			}
			exit all < 30000
		}' writes
	run -2 --separate-stderr push --rate 5M </dev/null
	assert_said "--rate: expected BYTES/DURATION as 5M/5m, got '5M'"
	run -2 push --rate x/5m </dev/null
	run -2 push --rate 5M/x </dev/null
}

# bats test_tags=nosan
@test "the clock jumps back by an hour, and on by a day: the order is kept, and nothing waits for it" {
	local pid noon i at=(0 0 -3600 -3600 86400)
	noon=$(date -d 2026-06-01T12:00:00 +%s)
	scripted_start 204 204 503 204
	mkfifo in
	set_clock "$noon"
	FAKETIME_TIMESTAMP_FILE=$PWD/clock FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 LD_PRELOAD=$(faketime_library) \
		influxpush -u "$SCRIPTED_URL" --api v2 -b can --flush 10ms --spool spool --give-up 1h \
		--rate 1M/100ms --health-check=100ms --stats <in 2>err &
	pid=$!
	exec 5>in
	for i in 1 2 3 4; do
		set_clock $((noon + at[i]))
		echo "m f=$i" >&5
		wait_for stored_lines "$i"
	done
	exec 5>&-
	wait "$pid"
	grep -q ' delivered=4 ' err
	# while the clock is behind each gets a nanosecond more than the one before
	cut -d' ' -f 3 "$SCRIPTED_DIR/stored" >times
	[ $(($(sed -n 1p times) / 1000000000 - noon)) -lt 1800 ]
	assert_equal "$(($(sed -n 2p times) - $(sed -n 1p times))) $(($(sed -n 3p times) - $(sed -n 2p times)))" '1 1'
	# the library is some microseconds off
	[ "$(sed -n 4p times)" -ge $(((noon + 86399) * 1000000000)) ]
}

# set_clock SECONDS: what influxpush takes for the time of day.
set_clock() {
	date -d "@$1" '+@%Y-%m-%d %H:%M:%S' >clock.new
	mv clock.new clock
}

faketime_library() {
	dpkg -L libfaketime | grep '/libfaketime.so.1$'
}

stored_lines() {
	[ "$(wc -l <"$SCRIPTED_DIR/stored")" = "$1" ]
}

@test "--dry-run: what would be sent, and nothing is" {
	scripted_start 204
	printf '# comment\nm f=1 1\r\n\nm f=2 2\nm f="open\n' |
		push --dry-run --precision s --batch-lines 1 --checkpoint point >out 2>err || [ $? = 3 ]
	assert_equal "$(<out)" "# POST $SCRIPTED_URL/api/v2/write?org=garage&bucket=can&precision=ns
m f=1 1000000000
# POST $SCRIPTED_URL/api/v2/write?org=garage&bucket=can&precision=ns
m f=2 2000000000"
	[ ! -e point ]
	[ ! -s "$SCRIPTED_DIR/requests" ]
	run -2 --separate-stderr push --dry-run --tee </dev/null
	assert_said 'both want standard output'
	run -1 --separate-stderr bash -c 'influxpush -b can --dry-run <<<"m f=1 1" >/dev/full'
	assert_said 'standard output: No space left on device'
}

@test "a progress line on a terminal, and only there" {
	scripted_start 'gather 2'
	numbers 1 9000 >in.lp
	background script -qefc "influxpush -u $SCRIPTED_URL --api v2 -b can --in-flight 1 <in.lp" typescript >/dev/null
	wait_for grep -q '100 %  [0-9]* lines/s  [0-9]* acknowledged  [0-9]* in flight in 1 request' typescript
	group_end "$group" 0
	scripted_start 204
	run -0 --separate-stderr push --in-flight 1 <in.lp
	assert_equal "$stderr" ''
}
