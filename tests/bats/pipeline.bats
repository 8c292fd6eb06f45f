# The programs together: what no single one of them can be tested for.
load common

DBC=(-d "can0=$DATA/drive.dbc" -d "can1=$DATA/drive-body.dbc")
DRIVE=$DATA/drive.log.gz

setup_file() {
	influxd_start
}

setup() {
	influx_query '' 'DROP DATABASE can' >/dev/null
	influx_create can
	cd "$BATS_TEST_TMPDIR" || return
}

# counters FILE...: what the programs said with --stats, in shell variables PROGRAM_NAME.
counters() {
	eval "$(cat -- "$@" | awk -F ': ' '/^[a-z0-9]+: ([a-z_]+=[0-9]+ ?)+$/ {
		n = split($2, pair, " ")
		for (i = 1; i <= n; i++) print $1 "_" pair[i]
	}')"
}

# The identity of the delivery, from influxpush's counters.
assert_accounted() {
	assert_equal "$((influxpush_in_spool_before + influxpush_read))" \
		"$((influxpush_delivered + influxpush_rejected + influxpush_dropped + influxpush_skipped + influxpush_in_spool_after + influxpush_pending))"
}

@test "the drive into influxd: every frame of the databases is a point there" {
	canread --stats "$DRIVE" 2>read.err |
		can2line --stats "${DBC[@]}" 2>line.err |
		influxpush --stats -u "$INFLUXD_URL" -b can 2>push.err
	counters read.err line.err push.err
	assert_equal "$canread_written" "$(gzip -dc "$DRIVE" | wc -l)"
	assert_equal "$can2line_frames" "$canread_written"
	assert_equal "$influxpush_delivered" "$can2line_points"
	assert_accounted
	assert_equal "$(influx_points can)" "$can2line_points"
	# Nine frames are strange to both databases (STRANGE in scripts/gen-drive).
	assert_equal "$can2line_points" "$((canread_written - 9))"
}

@test "values arrive as the databases mean them" {
	canread "$DRIVE" | can2line -q "${DBC[@]}" | influxpush -q -u "$INFLUXD_URL" -b can
	assert_equal "$(influx_value can 'SELECT max(VehicleSpeed) FROM DI_systemStatus')" 128
	assert_equal "$(influx_value can 'SELECT min(VehicleSpeed) FROM DI_systemStatus')" -6
	assert_equal "$(influx_value can 'SELECT first(Latitude) FROM GPS_Position')" 48.137154
	# An integer beyond 2^53, to the last digit; a multiplexed one; the same identifier on the
	# other bus.
	local energy
	energy=$(influx_value can 'SELECT last(EnergyUsed) FROM BMS_Energy')
	assert_equal "$energy" "$(canread "$DRIVE" | can2line -q "${DBC[@]}" --no-meta -s BMS_Energy.EnergyUsed |
		sed -n '$s/.*EnergyUsed=\([0-9]*\)i .*/\1/p')"
	assert_equal "$(influx_query can 'SELECT count(Temp05), count(Temp09), count(PumpDuty) FROM BMS_Temperatures' | tail -n 1)" \
		'BMS_Temperatures,,0,1500,1500,1500'
	assert_equal "$(influx_value can "SELECT count(AmbientLight) FROM BCM_Lights WHERE bus = 'can1'")" 6000
	assert_equal "$(influx_value can "SELECT count(Gear) FROM DI_systemStatus WHERE bus = 'can1'")" ''
	assert_equal "$(influx_value can 'SELECT count(Unused) FROM VECTOR__INDEPENDENT_SIG_MSG')" ''
}

@test "curl takes influxpush's place: comments with quotes, equals, commas and newlines cost no point" {
	canread "$DRIVE" | head -n 20000 | can2line -q "${DBC[@]}" >points.lp
	grep -q '^#meta' points.lp
	# What makes them dangerous is in there, and what would break influxd is not.
	grep '^#' points.lp | grep -q 'key=value'
	grep '^#' points.lp | grep -q '\\q'
	grep '^#' points.lp | grep -q '\\n'
	run ! grep -q '^#.*"' points.lp
	run_pipe 'curl -sS -w "%{http_code}" --data-binary @- "$1/write?db=can" <points.lp' "$INFLUXD_URL"
	assert_output 204
	assert_equal "$(influx_points can)" "$(grep -vc '^#' points.lp)"
}

@test "a consumer that missed the comments stores the same" {
	canread "$DRIVE" | head -n 5000 | can2line -q "${DBC[@]}" | influxpush -q -u "$INFLUXD_URL" -b can
	influx_rows can >with
	influx_query '' 'DROP DATABASE can'
	influx_create can
	canread "$DRIVE" | head -n 5000 | can2line -q "${DBC[@]}" | grep -v '^#' | influxpush -q -u "$INFLUXD_URL" -b can
	influx_rows can >without
	cmp with without
	[ -s with ]
}

# A recording long enough to be interrupted, as a file (canread is the source then).
long_log() {
	gzip -dc "$DRIVE" >one.log
	cat one.log one.log one.log one.log one.log one.log one.log one.log >long.log
}

@test "Ctrl-C in the middle of a stream: read, decoded and delivered agree" {
	long_log
	background_pipe 'canread --stats long.log 2>read.err |
		can2line --grace 60s --stats '"${DBC[*]}"' 2>line.err |
		influxpush --grace 60s --stats -u "$1" -b can 2>push.err' "$INFLUXD_URL"
	wait_for influx_has_points
	kill -INT -- "-$group"
	wait_for group_ended "$group"
	counters read.err line.err push.err
	[ "$canread_written" -gt 0 ]
	[ "$canread_written" -lt "$(wc -l <long.log)" ]
	assert_equal "$can2line_frames" "$canread_written"
	assert_equal "$influxpush_read" "$can2line_points"
	assert_equal "$influxpush_delivered" "$can2line_points"
	assert_accounted
	assert_equal "$(influx_points can)" "$(head -n "$canread_written" long.log |
		can2line -q "${DBC[@]}" --no-meta | sort -u -t ' ' -k 1,1 -k 3,3 | wc -l)"
}

influx_has_points() {
	[ "$(influx_value can 'SELECT count(VehicleSpeed) FROM DI_systemStatus')" -gt 0 ]
}

@test "live means live: a frame is in the database before the next one comes" {
	mkfifo bus
	background_pipe 'canread - <bus | can2line -q '"${DBC[*]}"' | influxpush -q -u "$1" -b can' "$INFLUXD_URL"
	exec 8>bus
	echo '(1700000000.000001) can0 118#0400000000000000' >&8
	wait_for influx_has_points
	assert_equal "$(influx_points can)" 1
	echo '(1700000000.000002) can0 118#0400000000000010' >&8
	wait_for points_are 2
	exec 8>&-
	wait_for group_ended "$group"
}

points_are() {
	[ "$(influx_points can)" = "$1" ]
}

@test "one stream into two: tee to influxpush, promexport and a file" {
	local port
	port=$(free_port)
	background_pipe 'canread "$3" | head -n 3000 | can2line -q '"${DBC[*]}"' |
		tee >(influxpush -q -u "$1" -b can) points.lp |
		promexport -q --port "$2"' "$INFLUXD_URL" "$port" "$DRIVE"
	wait_for page_has "$port" 'canpipe_input_ended 1'
	wait_for points_are "$(grep -vc '^#' points.lp)"
	page_has "$port" can_di_system_status_gear
}

page_has() {
	server_get "http://localhost:$1/metrics" | grep -q "^$2"
}

@test "promtool finds nothing to say about the drive's page" {
	local port
	port=$(free_port)
	background_pipe 'canread "$2" | can2line -q '"${DBC[*]}"' | promexport -q --port "$1"' "$port" "$DRIVE"
	wait_for page_has "$port" 'canpipe_input_ended 1'
	server_get "http://localhost:$port/metrics" >page
	run promtool check metrics <page
	assert_success
	assert_output ''
	# Every field of every message is there, with its bus.
	canread "$DRIVE" | can2line -q "${DBC[@]}" --no-meta >points
	assert_equal "$(grep -c '^can_' page)" "$(awk '{
		n = split($2, field, ",")
		for (i = 1; i <= n; i++) { sub(/=.*/, "", field[i]); seen[$1 "." field[i]] }
	} END { n = 0; for (s in seen) n++; print n }' points)"
	# The value is the point's.
	assert_equal "$(sed -n 's/^can_di_system_status_motor_speed{.*bus="can0".*} //p' page)" 0
	assert_equal "$(sed -n 's/^can_bms_status_state_of_charge{.*} //p' page)" \
		"$(sed -n 's/^BMS_Status,.*StateOfCharge=\([0-9.]*\).*/\1/p' points | tail -n 1)"
}

@test "a real Prometheus scrapes the drive's page and answers" {
	local port
	port=$(free_port)
	background_pipe 'canread "$2" | head -n 20000 | can2line -q '"${DBC[*]}"' |
		promexport -q --port "$1"' "$port" "$DRIVE"
	prometheus_start "localhost:$port"
	wait_for prometheus_value 'canpipe_input_ended == 1'
	assert_equal "$(prometheus_health)" up
	assert_equal "$(prometheus_value 'can_di_system_status_vehicle_speed{bus="can0"}')" \
		"$(page_value "$port" can_di_system_status_vehicle_speed)"
	prometheus_stop
}

page_value() {
	server_get "http://localhost:$1/metrics" | sed -n "s/^$2{.*} //p"
}

@test "frames in every style of candump give the same points" {
	gzip -dc "$DRIVE" | grep -v '##' | grep -v '#R' | head -n 300 >log
	can2line -q "${DBC[@]}" log >want
	canread log | cmp - log
	# As candump -ta shows them on a screen.
	sed -E 's/^(\([0-9.]+\)) (can.) ([0-9A-F]+)#(.*)/ \1  \2  \3   [@\4]/' log |
		awk '{ d = $4; sub(/^\[@/, "", d); sub(/\]$/, "", d); s = ""
			for (i = 1; i < length(d); i += 2) s = s " " substr(d, i, 2)
			printf " %s  %s  %s   [%d] %s\n", $1, $2, $3, length(d) / 2, s }' >screen
	can2line -q "${DBC[@]}" screen | cmp - want
	canread screen | cmp - log
	sed 's/$/ R/' log | can2line -q "${DBC[@]}" | cmp - want
	sed 's/$/\r/' log | can2line -q "${DBC[@]}" | cmp - want
	[ -s want ]
}

@test "a reader that goes away ends a stage quietly" {
	gzip -dc "$DRIVE" >one.log
	local program
	for program in 'canread one.log' 'canread' "can2line ${DBC[*]} one.log" "can2line ${DBC[*]}" \
		'canread --help' 'promexport --help'; do
		bash -c "$program <one.log 2>err | true; echo \"\${PIPESTATUS[0]}\" >status"
		[[ $(<status) == @(0|141) ]] || fail "$program: status $(<status)"
		[ ! -s err ] || fail "$program: $(<err)"
	done
}

@test "a full disk: said, and status 1" {
	gzip -dc "$DRIVE" | head -n 20000 >one.log
	local program
	for program in 'canread one.log' "can2line ${DBC[*]} one.log" 'canread --help' \
		'can2line --help' 'influxpush --help' 'promexport --version' \
		"can2line ${DBC[*]} --list"; do
		run --separate-stderr bash -c "$program >/dev/full"
		assert_failure 1
		assert_equal "${#stderr_lines[@]}" 1
		[[ $stderr == *'No space left on device'* ]] || fail "$program: $stderr"
	done
}

@test "exit statuses, the same for all" {
	gzip -dc "$DRIVE" | head -n 100 >good.log
	can2line -q "${DBC[@]}" good.log >good.lp
	printf '(1.0) can0 123#11\n(1.1) can0 12' >torn.log
	printf 'm,bus=can0 a=1 1\nm,bus=can0 a=1 2' >torn.lp
	printf 'BO_ nonsense\n' >bad.dbc
	local nobody url=$INFLUXD_URL
	nobody=http://127.0.0.1:$(free_port)
	while read -r want command; do
		run bash -c "$command"
		assert_equal "$status for $command" "$want for $command"
		[ "$want" -eq 0 ] || [ -n "$output" ] || fail "$command: not a word"
	done <<-E
	0 canread good.log >/dev/null
	0 can2line ${DBC[*]} good.log >/dev/null
	0 influxpush -u $url -b can <good.lp
	0 influxpush -u $url -b can </dev/null
	0 line2dash --source sql <good.lp >/dev/null
	1 canread no-such-file.log
	1 canread .
	1 can2line ${DBC[*]} no-such-file.log
	1 influxpush -u $url -b nope <good.lp
	1 line2dash no-such-file
	2 canread --no-such-option
	2 can2line
	2 can2line -d no-such.dbc good.log
	2 can2line -d .
	2 can2line ${DBC[*]} -t novalue good.log
	2 influxpush
	2 influxpush -u nonsense://x -b can
	2 influxpush -u $url -b can --give-up soon
	2 promexport --port 70000
	2 line2dash --uid 'no uid' <good.lp
	2 line2dash --select nothing <good.lp
	2 promexport --no-such-option
	3 canread torn.log >/dev/null
	3 can2line ${DBC[*]} torn.log
	3 influxpush -u $url -b can <torn.lp
	3 printf 'rubbish\n' | canread
	3 printf 'rubbish\n' | can2line ${DBC[*]}
	3 printf 'no point\n' | influxpush -u $url -b can
	3 influxpush -u $url -b can --expect-input </dev/null
	3 line2dash </dev/null
	3 line2dash <torn.lp
	75 influxpush -u $nobody -b can --give-up 100ms <good.lp
	E
}

@test "--help and --version of all: on standard output, nothing else, status 0" {
	local program
	for program in canread can2line influxpush promexport line2dash; do
		run --separate-stderr "$program" --help
		assert_success
		assert_output --partial "Usage: $program"
		assert_equal "$stderr" ''
		assert_output --partial '--stats'
		run --separate-stderr "$program" -h
		assert_success
		run --separate-stderr "$program" --version
		assert_success
		assert_output --regexp "^$program .*[0-9]+\.[0-9]+\.[0-9]+"
		assert_equal "$stderr" ''
		run --separate-stderr "$program" --no-such-option
		assert_failure 2
		assert_equal "$output" ''
		[[ $stderr == "$program: "* ]]
	done
}
