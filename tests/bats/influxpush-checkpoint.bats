# --checkpoint: an interrupted run is done again with the same command.
load common
load pushing

# shellcheck disable=SC2120
push() {
	influxpush -u "$INFLUXD_URL" -b can --checkpoint mark --stats "$@"
}

@test "the same input again: nothing is sent; one that has grown: the rest; another: all of it" {
	points 1 100000 >in.lp
	push <in.lp 2>err
	assert_counts err delivered=100000 skipped=0
	push <in.lp 2>err
	assert_counts err delivered=0 skipped=100000 requests=0
	{
		echo '# other comments'
		points 1 100010
	} | push 2>err
	assert_counts err delivered=10 skipped=100000
	assert_content 100010
	points 2 50000 | push 2>err
	assert_counts err delivered=49999 skipped=0
	assert_equal "$(stat -c %a mark)" 600
}

@test "the same beginning, but not the same: status 1 and nothing is sent" {
	points 1 100000 | push 2>err
	cp mark before
	run -1 --separate-stderr push < <(points 1 90000; points 90002 110000)
	[[ $stderr == *'mark: the input begins like the one it is for, but is not the same up to point 100000; nothing was sent'* ]]
	echo "$stderr" >err
	assert_counts err delivered=0 requests=0 skipped=100000
	run -1 --separate-stderr push < <(points 1 90000)
	echo "$stderr" >err
	assert_counts err delivered=0 requests=0 skipped=90000
	cmp mark before
	assert_content 100000
	# an input that failed at its beginning does not make it forget
	push </dev/null 2>err
	cmp mark before
}

@test "killed with -9 in the middle, the server too: the same command goes on, for files and pipelines" {
	local round pid
	points 1 600000 >in.lp
	for round in 1 2 3 4 5 6; do
		if ((round % 2)); then
			influxpush -u "$INFLUXD_URL" -b can --checkpoint mark --batch-lines 500 <in.lp 2>/dev/null &
		else
			influxpush -u "$INFLUXD_URL" -b can --checkpoint mark --batch-lines 500 \
				< <(cat in.lp) 2>/dev/null &
		fi
		pid=$!
		wait_for influx_grows
		sleep "1.$((RANDOM % 10))"
		kill -KILL "$pid" 2>/dev/null || break
		wait "$pid" || true
		((round % 3)) || { influxd_kill9; influxd_start_again; }
	done
	[ -s mark ]
	push <in.lp 2>err
	[ "$(stats_value influxpush skipped err)" -gt 0 ]
	assert_counts err read=600000 pending=0 rejected=0
	assert_content 600000
}

influx_grows() {
	[ "$(influx_value can 'SELECT count(f) FROM m')" -gt 0 ]
}

@test "--give-up ends with 75, and what was acknowledged is recorded" {
	mkfifo in
	influxpush -u "$INFLUXD_URL" -b can --checkpoint mark --stats --flush 10ms --give-up 300ms <in 2>err &
	local pid=$! status=0
	exec 5>in
	points 1 1000 >&5
	wait_for influx_grows
	wait_for grep -q '^done 1000 ' mark
	influxd_stop
	points 1001 2000 >&5
	wait "$pid" || status=$?
	exec 5>&-
	assert_equal "$status" 75
	assert_counts err delivered=1000 pending=1000
	influxd_start_again
	points 1 2000 | push 2>err
	assert_counts err skipped=1000 delivered=1000
	assert_content 2000
}

@test "refused lines count as dealt with, an unterminated one does not" {
	{ points 1 10; echo 'm f='; points 11 20; printf 'm,bus=can0 f=2'; } >in.lp
	run -3 --separate-stderr push --reject-file bad.lp <in.lp
	echo "$stderr" >err
	assert_counts err delivered=20 rejected=2
	echo '1 21000' >>in.lp
	run -0 --separate-stderr push --reject-file bad.lp <in.lp
	echo "$stderr" >err
	assert_counts err skipped=21 delivered=1
	assert_content 21
	assert_equal "$(grep -c '^m' bad.lp)" 1
}

@test "--validate: what type a field has is told by lines that are skipped, too" {
	points 1 10 >in.lp
	push <in.lp
	{ echo 'm,bus=can0 f=11i 11000'; points 11 20; } >>in.lp
	run -3 --separate-stderr push --validate <in.lp
	echo "$stderr" >err
	assert_counts err skipped=10 rejected=1 delivered=10
	assert_content 20
}

@test "a checkpoint that cannot be read or written" {
	echo rubbish >mark
	run -2 push </dev/null
	assert_output --partial 'mark: no checkpoint, or a damaged one'
	rm mark
	mkdir mark
	run -2 push </dev/null
	points 1 10 >in.lp
	run -1 --separate-stderr influxpush -u "$INFLUXD_URL" -b can --checkpoint nowhere/mark <in.lp
	[[ $stderr == *'nowhere/mark: No such file or directory: the next run sends again what this one has sent'* ]]
	assert_content 10
}
