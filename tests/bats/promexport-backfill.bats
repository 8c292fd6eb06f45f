# promexport --backfill: old recordings into Prometheus.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

@test "the drive into a real Prometheus: every sample is queried back" {
	gzip -dc "$DATA/drive.log.gz" | head -n 60000 |
		can2line -q -d "$DATA/drive.dbc" -d "$DATA/drive-body.dbc" >points
	# Some out of order, and some that share a millisecond.
	{
		tail -n 1000 points | grep -v '^#'
		grep -v '^#' points | head -n 1000 | sed 's/=0/=1/; s/[0-9]\{6\}$/999999/'
	} >more
	cat points more >all
	promexport --backfill drive.om --stats <all 2>err
	assert_equal "$(tail -n 1 drive.om)" '# EOF'
	run promtool tsdb create-blocks-from openmetrics drive.om blocks
	assert_success
	prometheus_start -d "$PWD/blocks" -o --storage.tsdb.retention.time=100y \
		-o --query.max-samples=50000000
	wait_for prometheus_value 'count(last_over_time({__name__=~"can_.+"}[1h] @ 1700000600)) > 10'
	run "$ROOT/tests/helpers/prom-samples" "$PROMETHEUS_URL" 1700000600 1h <all
	assert_success
	# What promexport says that it wrote is what is there.
	promexport -v --backfill - <all 2>err >again
	cmp drive.om again
	assert_equal "$(sed -n 's/promexport: \([0-9]*\) samples;.*/\1/p' err)" "${output%% *}"
	prometheus_stop
}

@test "what cannot be kept is counted" {
	printf '%s\n' 'A b=1 1700000000000000001' 'A b=2 1700000000000999999' 'A b=3 1700000000001000000' \
		'A b=4' 'A b=5 -1' 'rubbish' >in
	run --separate-stderr promexport -v --backfill - <in
	assert_failure 3
	assert_equal "$(grep -v '^#' <<<"$output")" $'can_a_b 2 1700000000.000\ncan_a_b 3 1700000000.001'
	assert_regex "$stderr" 'promexport: 2 samples; 1 left out that had the millisecond of a later one'
	assert_regex "$stderr" 'promexport: 2 values left out: without a time, or before 1970'
	run --separate-stderr promexport --max-series 1 --backfill - \
		<<<$'A s="x" 1000000000\nA s="y" 1000000000\nA t=1 1000000000'
	assert_failure 3
	assert_line 'can_a_s_info{value="x"} 1 1.000'
	refute_line --partial '"y"'
}

@test "strings, booleans, types that change, clashes, units: strict parsers take it" {
	"$ROOT/tests/helpers/prom-property" make 7 expected |
		sed -E 's/ (0|-1|1700000000000000000)?(\r?)$/ 1700000000\2/' >in
	run --separate-stderr promexport --backfill out.om --units base --namespace '' <in
	assert [ "$status" -ne 1 ]
	run "$ROOT/tests/helpers/prom-property" check <out.om
	assert_success
	printf '#meta\tA\tv\tunit\tkm/h\nA v=36,ok=t 1000000000\nA v="fast" 2000000000\nA v=72 3000000000\n' >in
	run promexport --backfill - --units base <in
	assert_success
	assert_line '# UNIT can_a_v_meters_per_second meters_per_second'
	assert_line 'can_a_v_meters_per_second 10 1.000'
	assert_line 'can_a_v_meters_per_second 20 3.000'
	assert_line 'can_a_v_info{value="fast"} 1 2.000'
	assert_line 'can_a_ok 1 1.000'
}

@test "the file appears when it is whole: not at a signal, not on a full disk" {
	echo old >out.om
	mkfifo in
	promexport --backfill out.om <in 2>err 3>&- 4>&- &
	PID=$!
	exec 7>in
	echo 'A b=1 1000000000' >&7
	wait_for catches "$PID" TERM
	kill -TERM "$PID"
	wait "$PID" && false || assert_equal $? 143
	exec 7>&-
	assert_equal "$(<out.om)" old
	run ls
	assert_output $'err\nin\nout.om'
	run --separate-stderr bash -c "promexport --backfill - <<<'A b=1 1000000000' >/dev/full"
	assert_failure 1
	assert_equal "$stderr" 'promexport: -: No space left on device'
	run --separate-stderr env TMPDIR=/nonexistent promexport --backfill missing/out.om <<<'A b=1 1'
	assert_failure 1
	assert_equal "$stderr" 'promexport: missing/out.om: No such file or directory'
	# Said before the input is read, which may take hours.
	exec 7<>in
	run timeout 20 promexport --backfill missing/out.om <&7
	assert_failure 1
	exec 7>&-
	for other in --once '--textfile x' --states --timestamps --last-seen '--expire 5m' '--at-end serve'; do
		run promexport --backfill x $other </dev/null
		assert_failure 2
	done
}

# Values enough for several temporary files, in memory for one.
# bats test_tags=nosan
@test "more than memory holds: memory stays bounded, nothing is lost" {
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "M%d a=%d,b=%d,c=%d,d=%d,e=%d,f=%d %.0f000000\n",
		i % 100, i, i, i, i, i, i, 1700000000000 + (i * 7919) % 300000 }' >in
	run --separate-stderr command time -f '%M' promexport -v --backfill out.om <in
	assert_success
	assert_regex "$stderr" '1800000 samples; 0 left out'
	assert [ "${stderr_lines[-1]}" -lt 150000 ]
	assert_equal "$(grep -c '^can_' out.om)" 1800000
	# Each series in order of time.
	run awk '/^#/ { next } $1 == last && $3 <= time { print; exit } { last = $1; time = $3 }' out.om
	assert_output ''
	# No room for the temporary files: which folder it is, and the old file stays.
	echo old >out.om
	run env TMPDIR=/nonexistent promexport --backfill out.om <in
	assert_failure 1
	assert_output 'promexport: /nonexistent: No such file or directory'
	assert_equal "$(<out.om)" old
}
