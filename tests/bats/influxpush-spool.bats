# --spool: what is read is on the disk before more is read.
load common
load pushing
load scripted

push() {
	influxpush -u "$INFLUXD_URL" -b can --spool spool --stats "$@"
}

# away: the same, to a server that is not there.
away() {
	influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --stats "$@"
}

# away_all IN COUNT [OPTION]...: the same until so many points of IN have been read, given up then;
# stderr in err.
away_all() {
	behind "$1" influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --stats --grace 10ms "${@:3}"
	wait_for has_read "$2"
	kill "$pid"
	wait "$pid"
}

has_read() {
	catches "$pid" USR1 && kill -USR1 "$pid" && grep -q " read=$1 " err
}

# behind IN COMMAND...: with standard input from IN, in the background, as $pid; stderr in err.
behind() {
	"${@:2}" <"$1" 2>err 3>&- 5>&- &
	pid=$!
	echo "$pid" >>pids
}

teardown() {
	groups_end
	[ ! -e pids ] || xargs kill -KILL <pids 2>/dev/null || true
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
	local status=0
	points 1 100000 >in.lp
	away_all in.lp 100000 || status=$?
	assert_equal "$status" 75
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

# bats test_tags=nosan
@test "each read of the input is followed by a write to the spool before the next read" {
	points 1 60000 >in.lp
	strace -qq -e trace=openat,read,write -o trace influxpush -u http://127.0.0.1:9 -b can --api v1 \
		--spool spool --give-up 100ms <in.lp 2>/dev/null || [ $? = 75 ]
	awk '/^openat\(.*\.lp", O_WRONLY/ { fd = $NF }
		/^read\(0, / && $NF > 0 { reads++; if (unwritten) exit; unwritten = 1 }
		index($0, "write(" fd ",") == 1 && $NF > 0 { unwritten = 0 }
		END { exit !(reads > 5 && !unwritten) }' trace
}

# bats test_tags=nosan
@test "what is written is not read back while the server keeps up" {
	local i
	for i in 1 2 3 4 5; do
		points $((i * 1000 - 999)) $((i * 1000))
		sleep 0.1
	done | strace -f -qq -e trace=pread64 -e signal=none -o trace influxpush -u "$INFLUXD_URL" -b can --spool spool \
		--flush 10ms
	assert_content 5000
	run -1 grep 'm,bus=can0' trace
}

@test "killed with -9 at any moment: what was read before the last read is there" {
	local pid round taken kept
	points 1 1000000 >in.lp
	for round in 1 2 3 4 5 6; do
		rm -rf spool
		exec 5<in.lp
		influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --fsync never <&5 2>/dev/null 3>&- &
		pid=$!
		# its reads move the place in the file that is ours too
		while process_runs "$pid" && read -r _ taken <"/proc/$BASHPID/fdinfo/5" && [ "$taken" -eq 0 ]; do :; done
		sleep "0.0$((RANDOM % 6))"
		kill -KILL "$pid"
		wait "$pid" || true
		read -r _ taken <"/proc/$BASHPID/fdinfo/5"
		exec 5<&-
		kept=$(head -n "$(in_spool)" in.lp | wc -c)
		[ $((taken - kept)) -le $((262144 + 30)) ]
		cat spool/*.lp | head -c "$kept" | cmp -n "$kept" - in.lp
	done
}

@test "killed with -9: what was answered is not sent again" {
	local pid
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	scripted_start 204 204 204 'stall 60'
	sent() { [ "$(scripted_count)" = "$1" ]; }
	points 1 1000 >in.lp
	behind in.lp influxpush -u "$SCRIPTED_URL" -b can --api v2 --spool spool --batch-lines 100 --in-flight 1
	wait_for sent 4
	kill -KILL "$pid"
	wait "$pid" || true
	scripted_start 204
	influxpush -u "$SCRIPTED_URL" -b can --api v2 --spool spool --drain
	cmp "$SCRIPTED_DIR/stored" <(points 301 1000)
	servers_stop
}

@test "--tee: all of the input goes on, whatever the server does; a reader that goes away" {
	{
		printf '#meta\tm\tf\tunit\tV\n\n'
		points 1 200000
		printf 'm s="a\nb" 5\r\nhalf a li'
	} >in.lp
	away_all in.lp 200002 --tee >out.lp || [ $? = 75 ]
	cmp in.lp out.lp
	assert_counts err read=200002 rejected=1 in_spool_after=200001
	run_pipe 'influxpush -u "$1" -b can --spool spool --stats --tee <"$2" | head -n 1' "$INFLUXD_URL" \
		<(points 200001 300000)
	assert_equal "$status $output" '0 m,bus=can0 f=200001 200001000'
	echo "$stderr" >err
	assert_counts err in_spool_before=200001 read=100000 delivered=300001 in_spool_after=0
	assert_content 300000
	# who reads slowly holds the input back, not the delivery
	mkfifo slow
	{ sleep 0.5; cat; } <slow >out.lp &
	push --tee <in.lp >slow 2>err || [ $? = 3 ]
	wait $!
	cmp in.lp out.lp
}

@test "the progress line shows the spool, and of a file the share" {
	points 1 300000 >in.lp
	background script -qefc 'influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool <in.lp' \
		typescript >/dev/null
	wait_for grep -q '100 %  0 lines/s  0 acknowledged  [0-9]* in flight in [01] requests\?  300000 in the spool' typescript
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

# bats test_tags=slow
@test "a full spool: block, drop-oldest, drop-newest, every drop counted" {
	local how last pid status
	points 1 1000000 >in.lp
	for how in drop-newest drop-oldest; do
		rm -rf spool
		status=0
		away_all in.lp 1000000 --spool-max 4M --spool-full "$how" || status=$?
		assert_equal "$status" 75
		assert_counts err read=1000000 delivered=0
		[ "$(stats_value influxpush dropped err)" -gt 700000 ]
		[ "$(stats_value influxpush in_spool_after err)" -gt 60000 ]
		[ "$(du -sb spool | cut -f1)" -lt 4300000 ]
		grep -q 'the spool or the disk is full' err
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
	behind in influxpush -u http://127.0.0.1:9 -b can --api v1 --spool spool --spool-max 4M --grace 200ms --stats
	cat in.lp >in 2>/dev/null 3>&- &
	wait_for grep -q 'the input waits' err
	kill "$pid"
	wait "$pid" || [ $? = 75 ]
	# nothing that was read is left in memory
	assert_counts err pending=0 dropped=0 in_spool_after="$(stats_value influxpush read err)"
	push --drain 2>err
	assert_counts err dropped=0
	# what is there is the beginning of the input, without a hole
	assert_content "$(stats_value influxpush delivered err)"
}

@test "a spool that is full again and again behind a slow server: told once" {
	points 1 400000 | push --spool-max 4M --rate 4M/1s 2>err
	assert_counts err delivered=400000
	assert_equal "$(grep -c -e 'the input waits' err) $(grep -c 'points are taken again' err)" '1 1'
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
	assert_output --partial '--spool and --checkpoint do not go together: a spool keeps what is left itself'
	run -2 influxpush -b x --spool s --dry-run
	assert_output --partial '--dry-run does not go with --spool: nothing is stored'
	[ ! -e s ]
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
	for i in $(seq 900); do grep -q 'the input waits' err && break; sleep 0.1; done
	grep -q 'the input waits' err || exit 91
	kill "$pid"
	wait "$pid"
	echo $? >status
	cat disk/spool/*.lp >kept.lp
	# and it gets empty again, though nothing more can be written
	cat /dev/zero >disk/filler 2>/dev/null
	influxpush -u "$INFLUXD_URL" -b can --spool disk/spool --drain --stats 2>drained || exit 92
	ls disk/spool >left
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
	assert_counts drained delivered="$(wc -l <kept.lp)" in_spool_after=0
	assert_equal "$(xargs <left)" 'lock position'
}
