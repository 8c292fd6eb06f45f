# influxpush against a real influxd 1.6.7 and a real VictoriaMetrics.
load common
load pushing

setup_file() {
	influxd_start
	victoria_start
}

push() {
	influxpush -u "$INFLUXD_URL" -b can "$@"
}

@test "points arrive as curl brings them" {
	printf '%s\n' 'm,bus=can0 f=1.5,i=7i,t=true,s="a b" 1' 'm\ 2,t\,g=v\=x f\ 3="x\"y,z=1",g=2 2' \
		'm h="two
lines" 3' '  lead f=1 4' '"q,t=a"b f=1 5' >in.lp
	run --separate-stderr push --stats <in.lp
	assert_success
	assert_equal "$output" ''
	influx_query can 'SELECT * FROM /.*/ GROUP BY *' >ours
	influx_query '' 'DROP DATABASE can' >/dev/null
	influx_create can
	influxd_curl --data-binary @in.lp "$INFLUXD_URL/write?db=can"
	influx_query can 'SELECT * FROM /.*/ GROUP BY *' >theirs
	cmp ours theirs
	assert_equal "$(grep -c . ours)" 7
}

@test "quiet when all is well" {
	points 1 10000 >in.lp
	run push <in.lp
	assert_success
	assert_output ''
	assert_equal "$(influx_points can)" 10000
}

@test "every way to write 200,000 points stores each once" {
	local options
	points 1 200000 >in.lp
	while read -r options; do
		influx_query '' 'DROP DATABASE can' >/dev/null
		influx_create can
		# shellcheck disable=SC2086
		push --stats $options <in.lp 2>err
		assert_counts err read=200000 delivered=200000 retries=0
		assert_equal "$(influx_value can 'SELECT count(f), sum(f) FROM m')" 20000100000
	done <<-E

	--api v1 --in-flight 1 --no-health-check
	--in-flight 16 --batch-lines 777
	--no-gzip --batch-size 10k
	E
}

@test "comments, blank lines and CR are left out; a line without time gets the time of reading" {
	local before after
	before=$(date +%s%N)
	printf '#meta\tm\tf\thelp\tx\r\n\r\nm f=1\r\nm f=2\n# "\n \t\nm f=3 \n' | push --stats 2>err
	after=$(date +%s%N)
	assert_counts err read=3 delivered=3 comments=2
	run influx_query can 'SELECT f FROM m'
	assert_line --index 1 --regexp ',1$'
	assert_line --index 2 --regexp ',2$'
	assert_line --index 3 --regexp ',3$'
	local first last
	first=$(cut -d, -f3 <<<"${lines[1]}") last=$(cut -d, -f3 <<<"${lines[3]}")
	[ "$before" -le "$first" ]
	[ "$last" -le "$after" ]
	assert_equal "$((last - first))" 2
}

@test "unsigned integers: signed where that is the same number, else refused, and the count is right" {
	printf 'm a=12u,s="1u" 1\nm a=9223372036854775807u 2\nm a=9223372036854775808u 3\nm a=4i 4\n' >in.lp
	run -3 push --stats --reject-file bad.lp <in.lp
	assert_output --partial 'delivered=3 rejected=1 '
	assert_equal "$(influx_query can 'SELECT a, s FROM m' | tail -n +2 | cut -d, -f 3- | xargs)" \
		'1,12,1u 2,9223372036854775807, 4,4,'
	assert_equal "$(grep -v '^#' bad.lp)" 'm a=9223372036854775808u 3'
	influx_query can 'DROP MEASUREMENT m' >/dev/null
	# what is checked here first is the same
	run -3 push --validate <in.lp
	assert_equal "$(influx_value can 'SELECT count(a) FROM m')" 3
	# it stays what it is where it is known
	run -0 influxpush -b can --api v2 --dry-run <in.lp
	[[ $output == *'m a=12u,s="1u" 1'* ]]
}

@test "--precision: times in any unit are stored in nanoseconds" {
	local unit
	for unit in ns:1700000000123456789 us:1700000000123456 ms:1700000000123 s:1700000000; do
		echo "m,u=${unit%:*} f=1 ${unit#*:}" | push --precision "${unit%:*}"
	done
	run influx_query can 'SELECT f, u FROM m'
	assert_output - <<-'E'
	name,tags,time,f,u
	m,,1700000000000000000,1,s
	m,,1700000000123000000,1,ms
	m,,1700000000123456000,1,us
	m,,1700000000123456789,1,ns
	E
	run -3 --separate-stderr push --precision s <<<'m f=1 17000000000000000'
	assert_equal "${stderr_lines[0]}" \
		'influxpush: line 1 rejected: the time is out of range: m f=1 17000000000000000'
	run -2 push --precision h </dev/null
}

@test "bad lines among good ones: the good ones are stored once, the bad ones are in the file" {
	{
		points 1 3000
		printf '%s\n' 'm f=' 'no point' 'm f=1 x' 'm f=nan 1' 'm,a f=1' 'm f=9223372036854775808u 7' 'm,t=é f=é 9'
		points 3001 6000
		echo 'm f=1 99999999999999999999'
	} >in.lp
	run -3 --separate-stderr push --stats --reject-file bad.lp <in.lp
	assert_equal "$(grep -c rejected: <<<"$stderr")" 6
	assert_said 'line 3001 rejected: missing field value: m f='
	echo "$stderr" >err
	assert_counts err read=6008 delivered=6000 rejected=8 retries=0
	assert_equal "$(influx_points can)" 6000
	run cat bad.lp
	assert_output - <<-'E'
	# missing field value
	m f=
	# invalid field format
	no point
	# bad timestamp
	m f=1 x
	# invalid number
	m f=nan 1
	# missing tag value
	m,a f=1
	# invalid number
	m f=9223372036854775808u 7
	# invalid boolean
	m,t=é f=é 9
	# strconv.ParseInt: parsing '99999999999999999999': value out of range
	m f=1 99999999999999999999
	E
}

@test "the file of refused lines, mended, can be fed in again" {
	printf 'm f=1 1\nm f=bad 2\nm f=3 3' >in.lp
	run -3 push --reject-file bad.lp <in.lp
	sed -i 's/=bad/=2/' bad.lp
	push --stats <bad.lp 2>err
	assert_counts err read=1 delivered=1 comments=2
	assert_equal "$(influx_points can)" 2
}

@test "type conflict: the others are stored, and the count is right" {
	echo 'm f=1 1' | push
	run -3 --separate-stderr push --stats --reject-file bad.lp <<-'E'
	m f="text" 2
	m f=3 3
	m f=
	n g="text" 4
	m f=t 5
	E
	echo "$stderr" >err
	assert_counts err read=5 delivered=2 rejected=3
	# one is told, as string; the other is no float either
	assert_said 'line 1 rejected: partial write: field type conflict: input field "f" on measurement "m" is type '
	assert_said 'line 5 rejected: partial write: field type conflict: '
	assert_equal "$(grep -v '^#' bad.lp)" $'m f="text" 2\nm f=\nm f=t 5'
	[ ! -e bad.lp.suspect ]
	assert_equal "$(influx_points can)" 3
	# alone in its batch it can be named
	run -3 --separate-stderr push <<<'m f="text" 2'
	assert_said 'line 1 rejected: partial write: field type conflict: '
	assert_said 'dropped=1: m f="text" 2'
}

@test "names that are not UTF-8 never reach influxd, which would lose the shard" {
	printf 'good f=1 1\nb\xffd f=1 2\ng f\xfe=1 3\ngood,t=\xff f=2 4\n' >in.lp
	run -3 --separate-stderr push --stats <in.lp
	echo "$stderr" >err
	assert_counts err read=4 delivered=2 rejected=2
	influxd_stop
	influxd_start_again
	echo 'good f=3 5' | push
	assert_equal "$(influx_value can 'SELECT count(f) FROM good')" 3
}

@test "lines that influxd takes apart in two ways: it lives, and they hold nothing up" {
	{
		points 1 3000
		printf '%s\n' 'm \\="=" 7' 'm \0=",="=3,"="' 'm \\="=a" 8' 'm \\="==" 9'
		points 3001 6000
	} >in.lp
	run -3 --separate-stderr push --stats --reject-file bad.lp --give-up 10s <in.lp
	echo "$stderr" >err
	assert_counts err read=6004 delivered=6000 rejected=4
	assert_said 'line 3001 rejected: a field value that is a single quote: m \\="=" 7'
	assert_equal "$(influx_value can 'SELECT count(f) FROM m')" 6000
	server_runs "$INFLUXD_DIR"
}

@test "an unterminated last line is not used, or is when asked" {
	run -3 --separate-stderr push --stats --reject-file bad.lp < <(printf 'm f=1 1\nm f=2 2')
	echo "$stderr" >err
	assert_counts err read=2 delivered=1 rejected=1
	assert_said 'line 2 not used: it has no newline and may be cut off (--accept-unterminated): m f=2 2'
	assert_equal "$(<bad.lp)" '# it has no newline and may be cut off (--accept-unterminated): m f=2 2'
	push --accept-unterminated < <(printf 'm f=1 1\nm f=2 2')
	assert_equal "$(influx_points can)" 2
	run -0 push --stats < <(printf 'm f=1 1\n#')
}

@test "no points: said, and status 3 when asked" {
	run -0 push </dev/null
	assert_output 'influxpush: no points in the input'
	run -3 push --expect-input < <(printf '# nothing\n\n')
	assert_output 'influxpush: no points in the input'
	run -0 -- push -q </dev/null
	assert_output ''
}

@test "a missing database: what to check, or it is made" {
	run -1 --separate-stderr influxpush -u "$INFLUXD_URL" -b nope --stats <<<'m f=1 1'
	assert_said '404 database not found: "nope": check --bucket, or have the database made with --create-database'
	echo "$stderr" >err
	assert_counts err read=1 delivered=0 pending=1
	run -0 influxpush -u "$INFLUXD_URL" -b 'my "new" db' --create-database <<<'m f=1 1'
	assert_output ''
	assert_equal "$(influx_points 'my "new" db')" 1
	run -0 influxpush -u "$INFLUXD_URL" -b 'my "new" db' --create-database <<<'m f=1 1'
	influx_query '' 'DROP DATABASE "my \"new\" db"'
	run -1 --separate-stderr push -b can/nope <<<'m f=1 1'
	assert_said '500 retention policy not found: nope: check --retention-policy'
}

@test "retention policies: DATABASE/POLICY and --retention-policy" {
	influx_query '' 'CREATE RETENTION POLICY "a week" ON can DURATION 7d REPLICATION 1'
	local now
	now=$(date +%s%N)
	echo "m f=1 $now" | push -b 'can/a week'
	echo "m f=2 $((now + 1))" | push --retention-policy 'a week'
	assert_equal "$(influx_value can 'SELECT sum(f) FROM "a week".m')" 3
	assert_equal "$(influx_value can 'SELECT sum(f) FROM m')" ''
	run -3 --separate-stderr push -b 'can/a week' <<<'m f=1 1'
	assert_said 'line 1 rejected: partial write: points beyond retention policy dropped=1: m f=1 1'
}

@test "settings from the environment" {
	INFLUX_HOST=$INFLUXD_URL INFLUX_BUCKET_NAME=can influxpush <<<'m f=1 1'
	assert_equal "$(influx_points can)" 1
	INFLUX_HOST=$INFLUXD_URL INFLUX_BUCKET_NAME=nope influxpush -b can <<<'m f=1 2'
	assert_equal "$(influx_points can)" 2
}

@test "a wrong guess of the server is corrected by the first write" {
	# a token makes v2 likely, 1.6.7 has no such endpoint
	INFLUX_TOKEN=x run -0 --separate-stderr push -v --no-health-check <<<'m f=1 1'
	assert_said 'writing as v2'
	assert_said 'writing as v1'
	assert_equal "$(influx_points can)" 1
	run -1 --separate-stderr push --api v2 <<<'m f=1 1'
	assert_said '404 page not found: check --url'
}

@test "live: a batch goes out a second after its first line, and the timer goes on" {
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --flush 200ms <in &
	local pid=$!
	exec 5>in
	echo 'm f=1 1' >&5
	wait_for influx_has 1
	echo 'm f=2 2' >&5
	wait_for influx_has 2
	sleep 0.5
	echo 'm f=3 3' >&5
	echo 'm f=4 4' >&5
	wait_for influx_has 4
	exec 5>&-
	wait "$pid"
}

influx_has() {
	[ "$(influx_points can)" = "$1" ]
}

@test "a server that starts late gets everything" {
	influxd_stop
	points 1 50000 >in.lp
	influxpush -u "$INFLUXD_URL" -b can --stats <in.lp 2>err &
	local pid=$!
	wait_for grep -q 'Connection refused; trying again' err
	influxd_start_again
	wait "$pid"
	assert_counts err read=50000 delivered=50000
	grep -q 'accepted again' err
	assert_equal "$(influx_value can 'SELECT sum(f) FROM m')" 1250025000
}

# Killed but once and last: where influxd 1.6.7 finds the end of its log torn, it goes on writing
# behind the hole that it cuts there, and at the start after that one drops all of it.
@test "a server stopped, killed and restarted in 200,000 lines: every point is there once" {
	local pid round
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --stats --batch-lines 1000 <in 2>err &
	pid=$!
	for round in 0 1 2 3; do
		points "$((round * 50000 + 1))" "$(((round + 1) * 50000))"
		[ "$round" = 3 ] || {
			wait_for influx_has_more_than "$((round * 40000))"
			if [ "$round" = 2 ]; then influxd_kill9; else influxd_stop; fi
			influxd_start_again
		}
	done >in
	wait "$pid"
	assert_counts err read=200000 delivered=200000 rejected=0
	assert_equal "$(influx_query can 'SELECT count(f), sum(f) FROM m' | tail -n 1)" \
		'm,,0,200000,20000100000'
}

influx_has_more_than() {
	[ "$(influx_value can 'SELECT count(f) FROM m')" -gt "$1" ]
}

@test "an outage longer than --give-up ends with 75, and the sum is right" {
	influxd_stop
	points 1 50000 >in.lp
	run -75 --separate-stderr push --stats --give-up 300ms <in.lp
	echo "$stderr" >err
	assert_said 'gave up: Connection refused; points not delivered: '
	assert_counts err delivered=0 "pending=$(stats_value influxpush read err)"
	influxd_start_again
}

@test "a signal while the server is away: the pipe is read and given up after the grace time" {
	influxd_stop
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --stats --grace 1s <in 2>err &
	local pid=$! status=0
	exec 5>in
	points 1 100 >&5
	wait_for grep -q 'trying again' err
	kill "$pid"
	wait "$pid" || status=$?
	exec 5>&-
	assert_equal "$status" 75
	assert_counts err read=100 pending=100
	influxd_start_again 5>&-
}

@test "a signal while all is well: what the pipe brings until its end is delivered" {
	mkfifo in
	env --default-signal=INT influxpush -u "$INFLUXD_URL" -b can --stats --flush 10s --grace 60s <in 2>err &
	local pid=$!
	exec 5>in
	wait_for catches "$pid" INT
	points 1 100 >&5
	kill -INT "$pid"
	points 101 200 >&5
	exec 5>&-
	wait "$pid"
	assert_counts err read=200 delivered=200
}

@test "a signal ends an input that is no pipe, and what was read is delivered" {
	{ echo 'm f='; yes 'm f=1' | head -n 3000000; } >long.lp
	influxpush -u "$INFLUXD_URL" -b can --stats --batch-lines 100 --in-flight 1 <long.lp 2>err &
	local pid=$! status=0
	wait_for influx_has_more_than 100
	kill "$pid"
	wait "$pid" || status=$?
	assert_equal "$status" 143	# not 3, which says that all was tried
	assert_counts err pending=0 rejected=1
	[ "$(stats_value influxpush delivered err)" -lt 3000000 ]
	assert_equal "$(influx_value can 'SELECT count(f) FROM m')" "$(stats_value influxpush delivered err)"
}

@test "a second signal ends it at once" {
	influxd_stop
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --grace 1h <in 2>err &
	local pid=$! status=0
	exec 5>in
	points 1 100 >&5
	wait_for grep -q 'trying again' err
	kill "$pid"
	wait_for signals_taken "$pid"
	sleep 0.5	# two at once are one
	kill "$pid"
	wait "$pid" || status=$?
	exec 5>&-
	assert_equal "$status" 143
	influxd_start_again
}

@test "SIGUSR1 shows the counters" {
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --flush 10ms <in 2>err &
	local pid=$!
	exec 5>in
	points 1 7 >&5
	wait_for influx_has 7
	kill -USR1 "$pid"
	wait_for grep -q delivered=7 err
	exec 5>&-
	wait "$pid"
	assert_counts err read=7 delivered=7 pending=0
}

@test "health: a message on each change" {
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --health-check=100ms <in 2>err &
	local pid=$!
	exec 5>in
	sleep 0.3
	influxd_stop
	# what a check hears in the moment of the end is another error
	wait_for grep -qE 'health check: .*(Connection (refused|reset)|Empty reply)' err
	influxd_start_again 5>&-
	wait_for grep -q 'health check: the server is well' err
	exec 5>&-
	wait "$pid"
	assert_equal "$(grep -c 'health check: ' err)" 2
}

@test "a file of refused lines that cannot be written: said, status 1, the rest delivered" {
	run -1 --separate-stderr push --stats --reject-file /dev/full < <(printf 'm f=1 1\nm f=\nm f=2 2\n')
	assert_said '/dev/full: No space left on device'
	echo "$stderr" >err
	assert_counts err delivered=2 rejected=1
	run -2 push --reject-file /nowhere/at/all </dev/null
}

@test "rubbish, NUL bytes and a huge line: refused, and the points around them arrive" {
	{
		echo 'm f=1 1'
		head -c 5000000 /dev/zero | tr '\0' x
		echo
		echo 'm f=2 2'
		head -c 3000000 /dev/zero | tr '\0' ','
		echo
		printf 'a\0b\n\0\0\n'
		head -c 100000 /dev/zero | openssl enc -aes-128-ctr -nosalt -k seed 2>/dev/null | tr -d '"\\'
		printf '\nm f=3 3\n'
	} >in.lp
	run -3 --separate-stderr push --stats --reject-file bad.lp <in.lp
	echo "$stderr" >err
	assert_said 'line 2 not used: line longer than 1 MiB: xxx'
	# a piece of a line must not come back as a line
	run ! grep -q '^xxx' bad.lp
	assert_sum err
	assert_equal "$(stats_value influxpush pending err)" 0
	assert_equal "$(influx_value can 'SELECT sum(f) FROM m')" 6
}

@test "a stray quote costs one line" {
	{
		echo 'm f="oops 1'
		points 1 50000
	} >in.lp
	run -3 --separate-stderr push --stats <in.lp
	echo "$stderr" >err
	assert_counts err delivered=50000 rejected=1
	assert_equal "$(influx_points can)" 50000
}

# bats test_tags=nosan
@test "memory stays small whatever the input" {
	points 1 1000000 >in.lp
	run --separate-stderr bash -c '/usr/bin/env time -f %M influxpush -u "$1" -b can <in.lp' bash "$INFLUXD_URL"
	assert_success
	[ "$(tail -n 1 <<<"$stderr")" -lt 65536 ]
}

@test "VictoriaMetrics through /api/v2/write, also with a token" {
	points 1 20000 | awk '{ printf "%s %s 17000%05d000000000\n", $1, $2, NR }' >in.lp
	influxpush -u "$VICTORIA_URL" --api v2 -b any --stats <in.lp 2>err
	assert_counts err read=20000 delivered=20000
	assert_equal "$(victoria_samples '{__name__="m_f"}')" 20000
	assert_equal "$(victoria_invalid)" 0
	vmauth_start t0ken "$VICTORIA_URL"
	echo t0ken >token
	sed 's/^m/n/' in.lp | influxpush -u "$VMAUTH_URL" -o x -b any --token-file token
	assert_equal "$(victoria_samples '{__name__="n_f"}')" 20000
	echo wrong >token
	run -1 --separate-stderr influxpush -u "$VMAUTH_URL" -o x -b any --token-file token <in.lp
	[[ $stderr != *wrong* ]]
}

@test "a URL that is none, or says too much: what to do about it, and no password" {
	local url want
	while read -r url want; do
		run -2 --separate-stderr influxpush -b x -u "$url" </dev/null
		assert_said "influxpush: --url: expected $want, got '"
		[[ $stderr != *secret* ]]
	done <<-'E'
	ftp://u:secret@host http:// or https://
	http:/host http:// or https://
	http//u:secret@host http:// or https://
	http:// host or host:port
	http://::1:8086 host or host:port
	http://host:port host or host:port
	http://host/?q no ? and # in a base URL
	http://u:secret@host/write it without /write, which is added with --bucket and --org
	host/influx/api/v2/write?org=o&bucket=b it without /api/v2/write, which is added with --bucket and --org
	host/api/v3/write_lp/ it without /api/v3/write_lp, which is added with --bucket and --org
	E
	# https where http is spoken
	run -75 --separate-stderr influxpush -b x -u "https://u:secret@${INFLUXD_URL#http://}" --give-up 10ms <<<'m f=1 1'
	assert_said 'wrong version number, so this is no TLS'
	[[ $stderr != *secret* ]]
	# a host of that name
	influxpush -b x --dry-run -u http://write <<<'m f=1 1' | grep -qxF '# POST http://write/write?db=x'
}

@test "wrong usage" {
	local command
	while read -r command; do
		run -2 --separate-stderr bash -c "influxpush $command </dev/null"
		[[ $stderr == 'influxpush: '* ]]
	done <<-'E'

	-b
	-b x extra
	-b x -u ftp://host
	-b x -u http://
	-b x --api v9
	-b x --in-flight 0
	-b x --batch-lines x
	-b x --flush soon
	-b x --token-file /nowhere
	-b x --password-file /dev/null
	-b x --health-check=often
	E
}
