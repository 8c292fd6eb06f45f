# promexport: the page, the server, the life of series, the end.
load common
load exporting

@test "a point is on the page at once, with the names that never change" {
	export_start
	put $'#meta\tBMS_Status,bus=can0\tPackVoltage\tunit\tV\thelp\tVoltage of the whole pack' \
		'BMS_Status,bus=can0 PackVoltage=400.5,PackCurrent=-12.25 1700000000123456000' \
		'DI_systemStatus,bus=can0,vehicle=7 gear="D",ready=true,n=9223372036854775807i'
	wait_for shows 'can_bms_status_pack_voltage{bus="can0"} 400.5'
	run metrics
	assert_line '# HELP can_bms_status_pack_voltage Voltage of the whole pack (BMS_Status.PackVoltage, V)'
	assert_line '# TYPE can_bms_status_pack_voltage gauge'
	assert_line 'can_bms_status_pack_current{bus="can0"} -12.25'
	assert_line 'can_di_system_status_gear_info{bus="can0",vehicle="7",value="D"} 1'
	assert_line 'can_di_system_status_ready{bus="can0",vehicle="7"} 1'
	assert_line 'can_di_system_status_n{bus="can0",vehicle="7"} 9223372036854775807'
	assert_line 'canpipe_points_total{message="BMS_Status"} 1'
	assert_line 'canpipe_lines_total 3'
	assert_line 'canpipe_input_ended 0'
	refute_line --partial 1700000000
	assert_line --regexp '^process_resident_memory_bytes [1-9]'
	put 'BMS_Status,bus=can0 PackVoltage=399' 'DI_systemStatus,bus=can0,vehicle=7 gear="P"'
	wait_for shows 'can_di_system_status_gear_info{bus="can0",vehicle="7",value="P"} 1'
	run metrics
	assert_line 'can_bms_status_pack_voltage{bus="can0"} 399'
	refute_line --partial 'value="D"'
}

@test "promtool finds nothing in a page with sane names" {
	export_start
	put 'Engine,bus=can0 Speed=3000,Running=t,State="on"' 'Wheel,bus=can1 FrontLeft=12.5'
	wait_for shows 'can_wheel_front_left{bus="can1"} 12.5'
	metrics >"$BATS_TEST_TMPDIR/page"
	run promtool check metrics <"$BATS_TEST_TMPDIR/page"
	assert_success
	assert_output ''
	# Every metric has a HELP and a TYPE before it.
	run awk '/^# HELP/ { help = $3 } /^# TYPE/ { type = $3 }
		/^[^#]/ { sub(/[{ ].*/, ""); if ($0 != help || $0 != type) print }' \
		"$BATS_TEST_TMPDIR/page"
	assert_output ''
}

@test "HEAD, 404 and 405 are answers with a type" {
	export_start
	run get -I "$URL/metrics"
	assert_line --index 0 $'HTTP/1.1 200 OK\r'
	assert_line $'Content-Type: text/plain; version=0.0.4; charset=utf-8\r'
	assert_line --regexp '^Content-Length: [1-9]'
	run get -i "$URL/nothing"
	assert_line --index 0 $'HTTP/1.1 404 Not Found\r'
	assert_line $'Content-Type: text/plain; charset=utf-8\r'
	for method in POST PUT DELETE OPTIONS; do
		run get -i -X "$method" "$URL/metrics"
		assert_line --index 0 $'HTTP/1.1 405 Method Not Allowed\r'
		assert_line $'Allow: GET, HEAD\r'
		assert_line $'Content-Type: text/plain; charset=utf-8\r'
	done
	# With a body, a large one too, and one that waits for "100 Continue".
	head -c 500000 /dev/zero >"$BATS_TEST_TMPDIR/body"
	run get -o /dev/null -w '%{http_code}' --data-binary @"$BATS_TEST_TMPDIR/body" "$URL/metrics"
	assert_output 405
	run get -o /dev/null -w '%{http_code}' -T "$BATS_TEST_TMPDIR/body" "$URL/metrics"
	assert_output 405
	run get -i "$URL/"
	assert_line $'Content-Type: text/html; charset=utf-8\r'
	assert_output --partial 'href="./metrics"'
	run get "$URL/-/healthy"
	assert_output 'promexport is healthy.'
	run get "$URL/-/ready"
	assert_output 'promexport is ready.'
	# One connection serves several requests.
	run get -o /dev/null -w '%{num_connects} ' "$URL/metrics" -o /dev/null "$URL/metrics"
	assert_output '1 0 '
}

@test "the format that the client prefers, packed when it takes that" {
	export_start
	put 'A b=1'
	wait_for shows 'can_a_b 1'
	run get -i -H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' \
		"$URL/metrics"
	assert_line $'Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r'
	assert_line $'Vary: Accept, Accept-Encoding\r'
	assert_line --index -1 '# EOF'
	run get -I -H 'Accept: application/openmetrics-text' "$URL/metrics"
	assert_line $'Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r'
	run get -i -H 'Accept: application/openmetrics-text;q=0.5,text/plain' "$URL/metrics"
	assert_line $'Content-Type: text/plain; version=0.0.4; charset=utf-8\r'
	refute_line --partial Content-Encoding
	run get -o /dev/null -D - -H 'Accept-Encoding: gzip' "$URL/metrics"
	assert_line $'Content-Encoding: gzip\r'
	get -H 'Accept-Encoding: gzip' "$URL/metrics" | gzip -dc | grep -qx 'can_a_b 1'
	# A page has its time, however little that is.
	run get -o /dev/null -w '%{http_code}' -H 'X-Prometheus-Scrape-Timeout-Seconds: 10' "$URL/metrics"
	assert_output 200
}

@test "--path" {
	export_start --path /can/metrics
	run get -o /dev/null -w '%{http_code}' "$URL/can/metrics"
	assert_output 200
	run get -o /dev/null -w '%{http_code}' "$URL/metrics"
	assert_output 404
	run get "$URL/"
	assert_output --partial 'href="./can/metrics"'
	run promexport --path metrics </dev/null
	assert_failure 2
	assert_output --partial "--path: expected a path that begins with /, got 'metrics'"
}

@test "only this machine is served by default, over IPv4 and IPv6" {
	export_start
	run get -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/metrics"
	assert_output 200
	if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
		run get -o /dev/null -w '%{http_code}' "http://[::1]:$PORT/metrics"
		assert_output 200
	fi
	# 127.0.0.2 is another address of this machine: nobody listens there.
	run get -o /dev/null "http://127.0.0.2:$PORT/metrics"
	assert_failure 7
	refute grep -q beyond "$BATS_TEST_TMPDIR/err"
}

@test "--host: an address, an interface, every address with a word of warning" {
	export_start --host 127.0.0.2
	run get -o /dev/null -w '%{http_code}' "http://127.0.0.2:$PORT/metrics"
	assert_output 200
	run get -o /dev/null "http://127.0.0.1:$PORT/metrics"
	assert_failure 7
	teardown
	export_start --host lo
	run get -o /dev/null -w '%{http_code}' "http://127.0.0.1:$PORT/metrics"
	assert_output 200
	teardown
	export_start --host 0.0.0.0
	run get -o /dev/null -w '%{http_code}' "http://127.0.0.2:$PORT/metrics"
	assert_output 200
	assert grep -q 'listening beyond this machine' "$BATS_TEST_TMPDIR/err"
}

@test "a port in use, and an address of another machine: status 1 and what to do" {
	export_start
	run --separate-stderr promexport --port "$PORT" </dev/null
	assert_failure 1
	assert_equal "$stderr" "promexport: cannot listen on 127.0.0.1 port $PORT: Address already in use (--port takes another one)"
	run --separate-stderr promexport --host 192.0.2.1 </dev/null
	assert_failure 1
	assert_equal "$stderr" "promexport: cannot listen on 192.0.2.1 port 7065: not an address of this machine"
}

@test "series go when they have not come for --expire, whatever their own time" {
	export_start --expire 3s
	put 'Old a=1 1000000000000000000' 'Stays a=1'
	wait_for shows 'can_old_a 1'
	expired() { put 'Stays a=2'; ! metrics | grep -q '^can_old_a'; }
	wait_for expired
	run metrics
	assert_line 'can_stays_a 2'
	assert_line 'canpipe_expired_series_total 1'
	put 'Old a=3 1000000000000000000'
	wait_for shows 'can_old_a 3'
}

@test "two fields with one name stay apart, and it is said once" {
	export_start
	put 'BMS_Status Volt=1' 'bms_status volt=2' 'BMS_Status Volt=3' 'bms_status volt=4'
	wait_for shows 'can_bms_status_volt_17ac1d 4'
	run metrics
	assert_line 'can_bms_status_volt 3'
	assert_line '# HELP can_bms_status_volt_17ac1d bms_status.volt'
	assert_line 'canpipe_name_clashes_total 1'
	run grep -c 'bms_status.volt: another field has its name, it is shown as can_bms_status_volt_17ac1d' \
		"$BATS_TEST_TMPDIR/err"
	assert_output 1
}

@test "the input's end: it goes on serving and says so, a signal ends it" {
	export_start
	put 'A b=1'
	exec 7>&-
	wait_for grep -q 'the input has ended; the page is served until a signal comes' \
		"$BATS_TEST_TMPDIR/err"
	run metrics
	assert_line 'can_a_b 1'
	assert_line 'canpipe_input_ended 1'
	kill -TERM "$PID"
	wait "$PID"
}

@test "--at-end exit" {
	run --separate-stderr promexport --port 0 --at-end exit --stats <<<'A b=1'
	assert_success
	assert_output ''
	assert_equal "$stderr" 'promexport: bytes=6 lines=1 bad_lines=0 points=1 values=1 refused_values=0 cut_strings=0 name_clashes=0 series=1 families=1 expired_series=0 scrapes=0'
	run --separate-stderr promexport --port 0 --at-end exit </dev/null
	assert_success
	assert_equal "$stderr" ''
	run promexport --port 0 --at-end later </dev/null
	assert_failure 2
}

@test "the first SIGINT or SIGTERM ends it with status 0, also with the input open" {
	for signal in INT TERM; do
		# A background process of a script ignores SIGINT, unless it is told not to.
		mkfifo "$BATS_TEST_TMPDIR/$signal"
		env --default-signal=INT promexport -v --port 0 <"$BATS_TEST_TMPDIR/$signal" \
			2>"$BATS_TEST_TMPDIR/$signal.err" 3>&- 4>&- &
		PID=$!
		exec 7>"$BATS_TEST_TMPDIR/$signal"
		put 'A b=1' 'rubbish'
		wait_for grep -q 'line 2' "$BATS_TEST_TMPDIR/$signal.err"
		kill -"$signal" "$PID"
		wait "$PID"
		exec 7>&-
	done
}

@test "SIGUSR1 prints the counters" {
	export_start
	put 'A b=1'
	wait_for shows 'can_a_b 1'
	kill -USR1 "$PID"
	wait_for grep -q 'points=1 ' "$BATS_TEST_TMPDIR/err"
	run metrics
	assert_line 'can_a_b 1'
}

@test "--once prints the page and ends" {
	run --separate-stderr promexport --once <<<'A b=1'
	assert_success
	assert_line 'can_a_b 1'
	assert_line 'canpipe_input_ended 1'
	refute_line --partial process_
	assert_equal "$stderr" ''
	run --separate-stderr promexport --once <"$DATA/drive.dbc"
	assert_failure 3
	assert_line 'canpipe_series 0'
	run --separate-stderr bash -c "promexport --once <<<'A b=1' >/dev/full"
	assert_failure 1
	assert_equal "$stderr" 'promexport: standard output: No space left on device'
	run promexport --once --textfile x </dev/null
	assert_failure 2
}

@test "--textfile: replaced while input comes and at its end, in one step" {
	cd "$BATS_TEST_TMPDIR"
	mkfifo in
	promexport -q --textfile can.prom --interval 100ms <in 3>&- 4>&- &
	PID=$!
	exec 7>in
	put 'A b=1'
	wait_for grep -qx 'can_a_b 1' can.prom
	put 'A b=2'
	wait_for grep -qx 'can_a_b 2' can.prom
	run promtool check metrics <can.prom
	assert [ "$status" -ne 1 ]
	# node_exporter has process_ metrics of its own.
	refute grep -q process_ can.prom
	printf 'A b=3\n' >&7
	exec 7>&-
	wait "$PID"
	assert grep -qx 'can_a_b 3' can.prom
	assert grep -qx 'canpipe_input_ended 1' can.prom
	run ls
	assert_output $'can.prom\nin'
	assert_equal "$(stat -c %a can.prom)" 644
	# At a signal too; and a folder that is missing is said.
	promexport --textfile can.prom <in 2>err 3>&- 4>&- &
	PID=$!
	exec 7>in
	put 'A b=4'
	wait_for catches "$PID" USR1
	counted() { kill -USR1 "$PID"; grep -q 'points=1 ' err; }
	wait_for counted
	kill -TERM "$PID"
	wait "$PID"
	assert grep -qx 'can_a_b 4' can.prom
	assert grep -qx 'canpipe_input_ended 0' can.prom
	run --separate-stderr promexport --textfile missing/can.prom <<<'A b=1'
	assert_failure 1
	assert_equal "$stderr" 'promexport: missing/can.prom: No such file or directory'
	# What is no file stays what it is, also for those who may replace it.
	run --separate-stderr promexport --textfile in <<<'A b=1'
	assert_failure 1
	assert_equal "$stderr" 'promexport: in: expected a regular file, which a new one can replace'
	assert [ -p in ]
}

@test "--namespace" {
	run promexport --once --namespace My_Fleet <<<'A b=1'
	assert_line 'My_Fleet_a_b 1'
	run promexport --once --namespace '' <<<'A b=1'
	assert_line 'a_b 1'
	# Nothing that comes takes the name of an own metric.
	run promexport --once --namespace canpipe <<<'lines total=1'
	assert_line 'canpipe_lines_total 1'
	assert_line --regexp '^canpipe_lines_total_[0-9a-f]{6} 1$'
	run promexport --once --namespace 2x </dev/null
	assert_failure 2
}

@test "--meta: what the stream does not say itself" {
	cd "$BATS_TEST_TMPDIR"
	printf '#meta\tA\tb\tunit\tV\thelp\tFrom the file\n#meta\tA\tc\tunit\tA\n' >meta
	printf '#meta\tA\tc\tunit\tkA\nA b=1,c=2,d=3\n' >points
	run promexport --once --meta meta <points
	assert_line '# HELP can_a_b From the file (A.b, V)'
	assert_line '# HELP can_a_c A.c (kA)'
	assert_line '# HELP can_a_d A.d'
	run promexport --once --meta missing <points
	assert_failure 2
	assert_output 'promexport: missing: No such file or directory'
	run promexport --once --meta points --meta "$DATA/drive.dbc" <points
	assert_failure 2
	assert_output --partial 'drive.dbc: expected #meta lines'
	# What can2line writes.
	can2line -d "$DATA/drive.dbc" --list=meta >meta
	run promexport --once --meta meta <<<'BMS_Status,bus=can0 PackVoltage=400'
	assert_line --regexp '^# HELP can_bms_status_pack_voltage Voltage of the whole pack.*\(BMS_Status.PackVoltage, V\)$'
}

@test "--expire for some messages, and by their cycle time" {
	export_start --expire 'Quick*=2s' --expire '*Cycle=4x'
	put $'#meta\tSlowCycle\ta\tcycle_ms\t3600000' $'#meta\tShortCycle\ta\tcycle_ms\t1000' \
		'Quick a=1' 'Other a=1' 'SlowCycle a=1' 'ShortCycle a=1'
	wait_for shows 'can_short_cycle_a 1'
	gone() { ! metrics | grep -q -e "^$1"; }
	wait_for gone can_quick_a
	shows 'can_short_cycle_a 1'
	wait_for gone can_short_cycle_a
	shows 'can_slow_cycle_a 1'
	shows 'can_other_a 1'
	for wrong in soon =x 'a=' 0x -1s; do
		run promexport --once --expire "$wrong" </dev/null
		assert_failure 2
		assert_output --partial '--expire: expected'
	done
}

@test "--states, --units base, --last-seen, --timestamps" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' $'#meta\tDI\tGear\tvalues\t1 Park\\n4 Drive\\n4 Twice' $'#meta\tDI\tSpeed\tunit\tkm/h' \
		'DI,bus=can0 Gear=4,Speed=36 1700000000123456789' >in
	run promexport --once <in
	assert_line 'can_di_gear{bus="can0"} 4'
	assert_line 'can_di_speed{bus="can0"} 36'
	refute_line --partial _state
	run promexport --once --states --units base --last-seen <in
	assert_line 'can_di_gear{bus="can0"} 4'
	assert_line 'can_di_gear_state{bus="can0",can_di_gear_state="Park"} 0'
	assert_line 'can_di_gear_state{bus="can0",can_di_gear_state="Drive"} 1'
	assert_line 'can_di_gear_state{bus="can0",can_di_gear_state="other"} 0'
	assert_line 'can_di_speed_meters_per_second{bus="can0"} 10'
	assert_line --regexp '^canpipe_last_seen_timestamp_seconds\{message="DI"\} [0-9.]+$'
	refute_line --partial Twice	# of one state at a time, the first row says which
	run promexport --once --timestamps <in
	assert_line 'can_di_gear{bus="can0"} 4 1700000000123'
	run promexport --textfile x --timestamps <in
	assert_failure 2
	run promexport --once --units metric <in
	assert_failure 2
}

@test "--states of signals with factor and offset: the table has the numbers of the points" {
	cat >"$BATS_TEST_TMPDIR/m.dbc" <<-'E'
	VERSION ""
	BU_: A
	BO_ 256 M: 8 A
	 SG_ Mode : 0|4@1+ (0.5,-1) [0|0] "" A
	 SG_ Way : 8|8@1- (2,0) [0|0] "" A
	 SG_ Count : 16|64@1+ (1,0) [0|0] "" A
	VAL_ 256 Mode 0 "Off" 3 "Half" 15 "SNA" 16 "Never" ;
	VAL_ 256 Way -1 "Back" 1 "Forth" 200 "Never" ;
	E
	run bash -c 'can2line -q -d "$1" <<<"(1700000000.5) can0 100#03FF010000000000" | promexport --once --states' \
		bash "$BATS_TEST_TMPDIR/m.dbc"
	assert_line 'can_m_mode{bus="can0"} 0.5'
	assert_line 'can_m_mode_state{bus="can0",can_m_mode_state="Off"} 0'
	assert_line 'can_m_mode_state{bus="can0",can_m_mode_state="Half"} 1'
	assert_line 'can_m_mode_state{bus="can0",can_m_mode_state="other"} 0'
	assert_line 'can_m_way_state{bus="can0",can_m_way_state="Back"} 1'
	assert_line 'can_m_way_state{bus="can0",can_m_way_state="Forth"} 0'
	refute_line --partial Never
}

@test "the demo drive in base units: promtool finds nothing" {
	gzip -dc "$DATA/drive.log.gz" | head -n 20000 |
		can2line -q -d "$DATA/drive.dbc" -d "$DATA/drive-body.dbc" |
		promexport --once --units base --states >"$BATS_TEST_TMPDIR/page"
	assert grep -q '^can_di_system_status_vehicle_speed_meters_per_second{' "$BATS_TEST_TMPDIR/page"
	assert grep -q '^can_di_system_status_gear_state{.*="Park"} ' "$BATS_TEST_TMPDIR/page"
	run promtool check metrics <"$BATS_TEST_TMPDIR/page"
	assert_success
	assert_output ''
}

@test "lines that cannot be used: the first are shown, all are counted, status 3" {
	printf '%s\n' 'A b=1' 'rubbish' 'A b=NaN' 'A b=1 x' 'A b' ',a=b c=1' 'A =1' 'A b=' \
		>"$BATS_TEST_TMPDIR/in.lp"
	run --separate-stderr promexport --port 0 --at-end exit --stats <"$BATS_TEST_TMPDIR/in.lp"
	assert_failure 3
	assert_equal "${stderr_lines[0]}" 'promexport: line 2, byte 8: expected fields behind the measurement'
	assert_equal "$(grep -c 'promexport: line' <<<"$stderr")" 5
	assert_equal "$(stats_value promexport bad_lines <<<"$stderr")" 7
	run --separate-stderr promexport -q --port 0 --at-end exit <"$BATS_TEST_TMPDIR/in.lp"
	assert_failure 3
	assert_equal "$stderr" ''
}

@test "an unterminated last line is not used unless asked for" {
	run --separate-stderr bash -c 'printf "A b=1\nA b=12" | promexport --port 0 --at-end exit --stats'
	assert_failure 3
	assert_equal "$(stats_value promexport points <<<"$stderr")" 1
	run --separate-stderr bash -c 'printf "A b=1\nA b=12" |
		promexport --port 0 --at-end exit --stats --accept-unterminated'
	assert_success
	assert_equal "$(stats_value promexport points <<<"$stderr")" 2
}

@test "--max-series: what is over it is left out, counted and said" {
	export_start --max-series 2
	put 'A a=1,b=2,c=3' 'B a=1'
	wait_for shows 'canpipe_refused_values_total 2'
	run metrics
	assert_line 'can_a_b 2'
	assert_line 'canpipe_series 2'
	assert_line 'canpipe_series_limit 2'
	refute_line --partial can_b_a
	run grep -c 'there is no room for further series' "$BATS_TEST_TMPDIR/err"
	assert_output 1
}

@test "rubbish, binary, huge lines and strings that never end leave a good page" {
	export_start
	{
		head -c 300000 "$BIN/promexport"
		head -c 3000000 /dev/zero | tr '\0' x
		printf '\nA s="never ends\nA b=1\nA s="\xff\xfe\x01",c=2\n'
		head -c 2500000 /dev/zero | tr '\0' ' '
		printf '\nA d=4\n'
	} >&7
	wait_for shows 'can_a_d 4'
	metrics >"$BATS_TEST_TMPDIR/page"
	run promtool check metrics <"$BATS_TEST_TMPDIR/page"
	assert [ "$status" -ne 1 ]
	run iconv -f UTF-8 -t UTF-8 -o /dev/null "$BATS_TEST_TMPDIR/page"
	assert_success
}

@test "a client that sends nothing, or reads nothing, holds up nobody" {
	export_start
	local i
	for ((i = 0; i < 2000; i++)); do echo "M$i a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8"; done >&7
	wait_for shows 'can_m1999_h 8'
	exec 8<>"/dev/tcp/127.0.0.1/$PORT" 9<>"/dev/tcp/127.0.0.1/$PORT"
	printf 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n' >&8
	printf 'GET /metr' >&9
	put 'New a=1'
	wait_for shows 'can_new_a 1'
	exec 8>&- 9>&-
}

# gather SECONDS WAY: a thousand connections that ask for nothing, in a coprocess, for so long at most.
gather() {
	coproc timeout "$1" "$ROOT/tests/helpers/prom-crowd" "$PORT" 1000 "$2"
	read -r -t 120 -u "${COPROC[0]}" line
	assert_equal "$line" ready
}

@test "a thousand clients with half a request each hold up nobody" {
	export_start
	put 'A b=1'
	wait_for shows 'can_a_b 1'
	gather 180 half
	put 'A b=2'
	wait_for shows 'can_a_b 2'
	run metrics
	# process_open_fds says that they really are there.
	assert [ "$(sed -n 's/^process_open_fds //p' <<<"$output")" -gt 1000 ]
	kill "$COPROC_PID"
}

@test "more clients than there is room for: those that have waited longest go" {
	(ulimit -n 300; exec promexport -v --port 0 <<<'A b=1' 2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&-) &
	PID=$!
	wait_for grep -q 'input has ended' "$BATS_TEST_TMPDIR/err"
	PORT=$(sed -n 's|.*serving http://localhost:\([0-9]*\)/.*|\1|p' "$BATS_TEST_TMPDIR/err")
	URL=http://127.0.0.1:$PORT
	gather 180 half
	run get "$URL/metrics"
	assert_line 'can_a_b 1'
	assert [ "$(sed -n 's/^process_open_fds //p' <<<"$output")" -gt 200 ]
	kill "$COPROC_PID"
}

# bats test_tags=slow,nosan
@test "clients that read large pages slowly keep nobody from reading one" {
	export_start
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "Message%d,bus=can0 Signal%d=1\n", i / 10, i }' >&7
	wait_for shows 'canpipe_series 100000'
	coproc timeout 240 "$ROOT/tests/helpers/prom-crowd" "$PORT" 60 sip
	read -r -t 120 -u "${COPROC[0]}" line
	assert_equal "$line" ready
	code() { get -o /dev/null -w '%{http_code}' "$URL$1"; }
	assert_equal "$(code /metrics)" 503
	assert_equal "$(code /-/healthy)" 200
	assert_equal "$(code /nothing)" 404
	# Long before they are done.
	for _ in {1..60}; do
		[ "$(code /metrics)" != 200 ] || break
		sleep 0.3
	done
	assert_equal "$(code /metrics)" 200
	kill "$COPROC_PID"
}

# bats test_tags=slow
@test "half a request and one that never ends go when their time is over" {
	export_start
	gather 240 half
	read -r -t 120 -u "${COPROC[0]}" line
	assert_equal "$line" gone
	kill "$COPROC_PID"
	gather 300 drip
	run get -m 15 -o /dev/null -w '%{http_code}' "$URL/metrics"
	assert_output 200
	read -r -t 120 -u "${COPROC[0]}" line
	assert_equal "$line" gone
	kill "$COPROC_PID"
}

@test "requests that are none, too long or play with the path" {
	export_start
	run get -o /dev/null -w '%{http_code}' -H "X: $(head -c 40000 /dev/zero | tr '\0' a)" "$URL/metrics"
	assert_output 431
	for path in /../metrics //metrics /metrics/ /%2e%2e/metrics /metrics/../metrics '/metrics;x'; do
		run get -o /dev/null -w '%{http_code}' --path-as-is "$URL$path"
		assert_output 404
	done
	run get -o /dev/null -w '%{http_code}' "$URL/metrics?a=b#c"
	assert_output 200
	# A whole URL as the target (RFC 9112, section 3.2.2), of whatever host.
	for target in "$URL/metrics" http://other/metrics HTTPS://x:1/metrics http://x http://x?y http://x/; do
		run get -o /dev/null -w '%{http_code}' --request-target "$target" "$URL"
		assert_output 200
	done
	for target in http: http://x/nothing http://x//metrics ftp://x/metrics '*' http:///../metrics; do
		run get -o /dev/null -w '%{http_code}' --request-target "$target" "$URL"
		assert_output 404
	done
	run get -X OPTIONS -i "$URL/metrics"
	assert_line --regexp '^HTTP/1.1 405'
	assert_line $'Allow: GET, HEAD\r'
	for method in POST PUT DELETE PATCH TRACE CONNECT PROPFIND get; do
		run get -o /dev/null -w '%{http_code}' -X "$method" -d x "$URL/metrics"
		assert_output 405
	done
	run get -I "$URL/metrics"
	assert_line --regexp '^HTTP/1.1 200'
	assert_line --regexp $'^Content-Length: [1-9][0-9]*\r$'
	exec 8<>"/dev/tcp/127.0.0.1/$PORT"
	printf '\x16\x03\x01 rubbish\r\n\r\n' >&8
	read -r -t 90 line <&8
	assert_equal "$line" $'HTTP/1.1 400 Bad Request\r'
	exec 8>&-
	run get -o /dev/null -w '%{http_code}' "$URL/metrics"
	assert_output 200
}

@test "whatever comes in: an answer with a type, or the end of the connection" {
	export_start
	run "$ROOT/tests/helpers/prom-raw" "$PORT"
	assert_output '52 cases'
	# Several lines of a header are one list.
	run get -I -H 'Accept: text/html' -H 'Accept: application/openmetrics-text' -H 'Accept-Encoding: br' \
		-H 'Accept-Encoding: gzip' "$URL/metrics"
	assert_line $'Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r'
	assert_line $'Content-Encoding: gzip\r'
}

@test "several hosts" {
	export_start --host 127.0.0.3 --host 127.0.0.2
	for host in 127.0.0.2 127.0.0.3; do
		run get -o /dev/null -w '%{http_code}' "http://$host:$PORT/metrics"
		assert_output 200
	done
	run get -o /dev/null "http://127.0.0.1:$PORT/metrics"
	assert_failure 7
}

# What systemd does for a socket unit.
activate='
import os, socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], file=open("port", "w"))
os.dup2(s.fileno(), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=sys.argv[1])
os.execvp("promexport", ["promexport", "-v"] + sys.argv[2:])'

@test "a socket of the service manager" {
	cd "$BATS_TEST_TMPDIR"
	/usr/bin/python3 -c "$activate" 1 --host 192.0.2.1 <<<'A b=1' 2>err 4>&- &
	PID=$!
	wait_for grep -q 'input has ended' err
	run get "http://127.0.0.1:$(<port)/metrics"
	assert_line 'can_a_b 1'
	assert grep -q 'serving /metrics on 1 inherited sockets' err
	process_end "$PID"
	run --separate-stderr /usr/bin/python3 -c "$activate" 2 </dev/null 4</dev/null
	assert_failure 1
	assert_equal "$stderr" 'promexport: LISTEN_FDS: descriptor 4 is no listening socket'
}

@test "closed standard files are none" {
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr bash -c 'timeout 20 promexport --textfile can.prom <&-'
	assert_failure 1
	assert_equal "$stderr" 'promexport: standard input: Bad file descriptor'
	run --separate-stderr bash -c "promexport --once <<<'A b=1' >&-"
	assert_failure 1
	assert_equal "$stderr" 'promexport: standard output: Bad file descriptor'
	# No message in the place of what is written.
	run bash -c "promexport --backfill out.om <<<'A b=1' 2>&-"
	assert_failure 3
	assert_equal "$(<out.om)" '# EOF'
}

@test "wrong options and arguments: status 2" {
	run promexport --port 65536 </dev/null
	assert_failure 2
	assert_output --partial "--port: expected a whole number from 0 to 65535, got '65536'"
	run promexport points.lp </dev/null
	assert_failure 2
	assert_output --partial "unexpected argument 'points.lp'"
	run promexport --expire soon </dev/null
	assert_failure 2
	run promexport --max-series 0 </dev/null
	assert_failure 2
}
