# --spool: what is read is on the disk before more is read.
load common

setup_file() {
	influxd_start
}

setup() {
	server_runs "$INFLUXD_DIR" || influxd_start_again
	influx_query '' 'DROP DATABASE can' >/dev/null
	influx_create can
	cd "$BATS_TEST_TMPDIR" || return
}

push() {
	influxpush -u "$INFLUXD_URL" -b can --spool spool --stats "$@"
}

# away: the same, to a server that is not there.
away() {
	influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --stats "$@"
}

# behind IN COMMAND...: with standard input from IN, in the background, as $pid; stderr in err.
behind() {
	"${@:2}" <"$1" 2>err 3>&- 5>&- &
	pid=$!
	echo "$pid" >>pids
}

teardown() {
	[ ! -e pids ] || xargs kill -KILL <pids 2>/dev/null || true
}

points() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++) printf "m,bus=can0 f=%d %d000\n", i, i }'
}

assert_counts() {
	local pair left=0 right=0 name
	for pair in "${@:2}"; do
		assert_equal "${pair%%=*}=$(stats_value influxpush "${pair%%=*}" "$1")" "$pair"
	done
	for name in in_spool_before read; do
		left=$((left + $(stats_value influxpush "$name" "$1")))
	done
	for name in delivered rejected dropped skipped in_spool_after pending; do
		right=$((right + $(stats_value influxpush "$name" "$1")))
	done
	assert_equal "$left" "$right"
}

assert_content() {
	assert_equal "$(influx_value can 'SELECT count(f) FROM m') $(influx_value can 'SELECT sum(f) FROM m')" \
		"$1 $(($1 * ($1 + 1) / 2))"
}

in_spool() {
	influxpush --spool spool --status=json | jq .points
}

@test "all is well: the points arrive, the spool is empty afterwards" {
	points 1 200000 | push 2>err
	assert_counts err read=200000 delivered=200000 in_spool_before=0 in_spool_after=0 pending=0
	assert_content 200000
	assert_equal "$(find spool -name '*.lp' | wc -l)" 0
	assert_equal "$(stat -c %a spool)" 700
	push </dev/null 2>err
	assert_counts err read=0 in_spool_before=0
}

@test "the server is away: the spool keeps them, status 75; --drain delivers them" {
	run -75 --separate-stderr away --give-up 200ms < <(points 1 100000)
	echo "$stderr" >err
	assert_counts err read=100000 delivered=0 in_spool_after=100000 pending=0
	assert_equal "$(cat spool/*.lp | md5sum)" "$(points 1 100000 | md5sum)"
	run -0 influxpush --spool spool --status
	assert_line 'points: 100000'
	assert_line 'process: none'
	push --drain 2>err
	assert_counts err read=0 in_spool_before=100000 delivered=100000 in_spool_after=0
	assert_content 100000
	assert_equal "$(in_spool)" 0
}

@test "input is taken while the server is away; kill -9 loses nothing that was taken" {
	local pid
	mkfifo in
	behind in influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool
	exec 5>in
	points 1 150000 >&5
	wait_for spooled 150000
	assert_equal "$(influxpush --spool spool --status=json | jq .process)" "$pid"
	run -2 away </dev/null
	assert_output --partial "spool: process $pid has it"
	kill -KILL "$pid"
	wait "$pid" || true
	exec 5>&-
	points 150001 200000 | push 2>err
	assert_counts err in_spool_before=150000 read=50000 delivered=200000 in_spool_after=0
	assert_content 200000
}

spooled() {
	[ "$(in_spool)" = "$1" ]
}

@test "killed with -9 again and again, influxd too: the content is the input" {
	local pid round
	for round in 1 2 3 4 5 6; do
		mkfifo "in$round"
		behind "in$round" influxpush -u "$INFLUXD_URL" -b can --spool spool --batch-lines 500
		exec 5>"in$round"
		points $((round * 50000 - 49999)) $((round * 50000)) >&5
		wait_for drained_from_pipe "$pid" "$round"
		((round % 3)) || { influxd_kill9; influxd_start_again 5>&-; }
		sleep "0.$((RANDOM % 10))"
		kill -KILL "$pid"
		wait "$pid" || true
		exec 5>&-
	done
	push --drain 2>err
	assert_counts err read=0 in_spool_after=0 rejected=0 dropped=0
	assert_content 300000
}

# The last point of a round is in the spool, or already in the server.
drained_from_pipe() {
	grep -qs "f=$(($2 * 50000)) " spool/*.lp ||
		[ "$(influx_value can "SELECT count(f) FROM m WHERE f = $(($2 * 50000))")" = 1 ]
}

@test "refused lines are in the file, and hold nothing up" {
	run -3 --separate-stderr push --reject-file bad.lp < <(points 1 5000; echo 'm f='; printf 'n\xff f=1\n'; points 5001 9000)
	echo "$stderr" >err
	assert_counts err read=9002 delivered=9000 rejected=2 in_spool_after=0
	assert_equal "$(grep -c -a '^[mn]' bad.lp)" 2
	assert_content 9000
}

@test "lines without a time keep the one of their reading" {
	local before after
	before=$(date +%s%N)
	printf 'm f=1\nm f=2\n' | away --give-up 100ms 2>/dev/null || [ $? = 75 ]
	after=$(date +%s%N)
	sleep 0.3
	push --drain 2>err
	run influx_query can 'SELECT f FROM m'
	[ "$(cut -d, -f3 <<<"${lines[1]}")" -ge "$before" ]
	[ "$(cut -d, -f3 <<<"${lines[2]}")" -le "$after" ]
}

@test "a full spool: block, drop-oldest, drop-newest, every drop counted" {
	local how last pid
	points 1 1000000 >in.lp
	for how in drop-newest drop-oldest; do
		rm -rf spool
		run -75 --separate-stderr away --spool-max 4M --spool-full "$how" --give-up 6s <in.lp
		echo "$stderr" >err
		assert_counts err read=1000000 delivered=0
		[ "$(stats_value influxpush dropped err)" -gt 700000 ]
		[ "$(stats_value influxpush in_spool_after err)" -gt 60000 ]
		[ "$(du -sb spool | cut -f1)" -lt 4300000 ]
		[[ $stderr == *'the spool or the disk is full'* ]]
		last=$(cat spool/*.lp | tail -n 1)
		if [ "$how" = drop-newest ]; then
			assert_equal "$(cat spool/*.lp | head -n 1)" "$(head -n 1 in.lp)"
		else
			assert_equal "$last" "$(tail -n 1 in.lp)"
		fi
		assert_equal "$(in_spool)" "$(stats_value influxpush in_spool_after err)"
	done
	rm -rf spool
	mkfifo in
	behind in influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --spool-max 4M
	cat in.lp >in 3>&- &
	wait_for grep -q 'the input waits' err
	kill -KILL "$pid"
	wait "$pid" || true
	push --drain 2>err
	assert_counts err dropped=0
	# what is there is the beginning of the input, without a hole
	assert_content "$(stats_value influxpush delivered err)"
}

@test "a torn tail is cut and counted, and the rest arrives" {
	away --give-up 100ms < <(points 1 1000) 2>/dev/null || [ $? = 75 ]
	printf 'm,bus=can0 f=1001 1001000\nm,bus=can0 f=1' >>"$(ls spool/*.lp)"
	run -3 --separate-stderr push --drain
	[[ $stderr == *'points in a torn tail, cut off: 2'* ]]
	echo "$stderr" >err
	assert_counts err in_spool_before=1002 delivered=1000 dropped=2
	assert_content 1000
}

@test "a damaged block is not sent: its points are counted and its segment is kept" {
	away --give-up 100ms < <(points 1 1000) 2>/dev/null || [ $? = 75 ]
	points 1001 2000 >in.lp	# one block
	away --give-up 100ms <in.lp 2>/dev/null || [ $? = 75 ]
	local second
	second=$(ls spool/*.lp | tail -n 1)
	printf 7 | dd of="$second" bs=1 seek=500 conv=notrunc 2>/dev/null
	run -3 --separate-stderr push --drain
	echo "$stderr" >err
	assert_counts err in_spool_before=2000 delivered=1000 dropped=1000 in_spool_after=0
	assert_content 1000
	[ -s "${second%.lp}.damaged" ]
}

@test "wrong usage" {
	run -2 influxpush --status
	run -2 influxpush -b x --drain
	run -2 influxpush -b x --spool s --checkpoint c
	run -2 influxpush -b x --spool s --spool-max 1M
	run -2 influxpush -b x --spool s --fsync sometimes
	run -2 influxpush -b x --spool /nowhere/at/all </dev/null
	run -1 influxpush --spool nowhere --status
}

@test "a full disk is a full spool: what fits is kept, the input waits" {
	cat >on-a-disk <<-'S'
	mount -t tmpfs -o size=1m none disk || exit 90
	influxpush -u http://127.0.0.1:9 -b can --api v1 --spool disk/spool --stats --grace 500ms <in.lp 2>err &
	pid=$!
	for i in $(seq 100); do grep -q 'the input waits' err && break; sleep 0.1; done
	grep -q 'the input waits' err || exit 91
	kill "$pid"
	wait "$pid"
	echo $? >status
	cat disk/spool/*.lp >kept.lp
	S
	mkdir disk
	points 1 100000 >in.lp
	unshare -rm bash on-a-disk
	assert_equal "$(<status)" 75
	assert_counts err delivered=0 dropped=0
	[ "$(wc -l <kept.lp)" -gt 10000 ]
	assert_equal "$(stats_value influxpush in_spool_after err)" "$(wc -l <kept.lp)"
	# what is there is the beginning of the input, without a hole or half a line
	head -n "$(wc -l <kept.lp)" in.lp | cmp - kept.lp
}
