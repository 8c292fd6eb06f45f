# canread on recordings: what it writes, says and ends with. Buses are in vcan.bats.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	GOOD='(1700000000.000001) can0 123#1122'
}

drive() {
	gzip -dc "$DATA/drive.log.gz"
}

# --- files -----------------------------------------------------------------------------------

@test "a canonical log goes through unchanged" {
	run_pipe 'gzip -dc "$1" | canread | cmp - <(gzip -dc "$1")' "$DATA/drive.log.gz"
	assert_success
	assert_equal "$stderr" ''
}

@test "lines that are passed on in pieces are the same as one by one, with the same counters" {
	# Canonical lines among others, some going back in time; a map that maps nothing takes the slow way.
	drive | head -n 60000 | sed -e '7~50s/#[^#]*$/&_/' -e '9~70s/ can/  can/' -e '11~90y/ABCDEF/abcdef/' \
		-e '5~1000s/$/ R/' -e '4~3000s/$/\r/' -e '20~2000s/0\./9./' -e '3~4000s/(1/(0/' \
		-e '8~5000s/#.*/#R/' -e '17~900d' >mixed
	local options status1 status2
	for options in '' '-n 12345' '--from +3s --until +7.5s' '--loop=2' '-N' '--until 1700000004' \
		'-N --from 1700000002.5' '--merge'; do
		status1=0 status2=0
		# shellcheck disable=SC2086 # options are words
		canread -v --stats --start 1700000000 $options mixed >fast 2>fast.err || status1=$?
		# shellcheck disable=SC2086
		canread -v --stats --start 1700000000 --map no=no $options mixed >slow 2>slow.err || status2=$?
		cmp fast slow
		assert_equal "$status1" "$status2"
		diff <(sed 's/bytes_read=[0-9]* //' fast.err) <(sed 's/bytes_read=[0-9]* //' slow.err)
	done
}

@test "every compression, by content alone, from a file and from standard input" {
	local tool
	drive | head -n 20000 >plain
	for tool in gzip xz zstd bzip2 lz4; do
		$tool -c plain >"$tool.log"
		canread "$tool.log" | cmp - plain
		canread <"$tool.log" | cmp - plain
		cat "$tool.log" | canread | cmp - plain
		cat "$tool.log" "$tool.log" | canread | cmp - <(cat plain plain)	# two streams
		: | $tool -c >empty
		run --separate-stderr canread empty
		assert_success
		assert_equal "$output$stderr" ''
	done
}

@test "the first file of a zip archive; that it has more is said" {
	drive | head -n 20000 >plain
	python3 -c 'import zipfile
for name, files in ("one.zip", ["in/", "in/a"]), ("two.zip", ["a", "b"]):
	with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
		for f in files:
			z.writestr(f, b"" if f == "in/" else open("plain", "rb").read())'
	canread one.zip | cmp - plain
	cat one.zip | canread | cmp - plain
	run --separate-stderr bash -c 'canread two.zip | cmp - plain; exit ${PIPESTATUS[0]}'
	assert_equal "$status $output" '3 '
	assert_equal "$stderr" \
		'canread: two.zip: it cannot be unpacked to its end: it has more than one file, the first is read'
	run --separate-stderr bash -c 'head -c 9000 one.zip | canread | head -c 9000 | cmp -n 9000 - plain'
	assert_equal "$status" 0
	[[ $stderr == 'canread: standard input: it cannot be unpacked to its end: '* ]]
}

@test "several files one after the other, - among them" {
	echo "$GOOD" >a
	echo "${GOOD/123#/124#}" | gzip >b
	run --separate-stderr bash -c 'echo "$1" | canread a - file:b can0/../a' bash "${GOOD/123#/125#}"
	assert_equal "$output" "$(printf '%s\n' "$GOOD" "${GOOD/123#/125#}" "${GOOD/123#/124#}")"
	assert_equal "$stderr" 'canread: can0/../a: No such file or directory'
	assert_equal "$status" 1
}

@test "a file named like an interface is a file; can: asks for the interface" {
	echo "$GOOD" >can0
	run canread can0
	assert_output "$GOOD"
	run --separate-stderr canread can:can0
	assert_failure 1
	assert_equal "$output" ''
	[[ $stderr == 'canread: can0: '* ]]
}

@test "every style on the screen, and what is no frame: skipped, counted, shown with its place" {
	cat >screen <<-'E'
	 (1700000000.000001)  can0  123   [2]  11 22
	 (2023-11-14 22:13:20.000002)  can0  12345678  [03]  01 02 03
	 (1700000000.000003)  can0  RX - -  123   [0]  remote request
	Welcome to the bus
	# a comment

	 (1700000000.000004)  can0  20000004   [8]  00 11 22 33 44 55 66 77   ERRORFRAME
	 (1700000000.000005)  can0  123   [3]  11 22
	 (1700000000.000006)  can0  321   {B}  11 22 33 44 55 66 77 88
	E
	run --separate-stderr canread --stats screen
	assert_equal "$status" 3
	assert_equal "$output" "$(cat <<-'E'
	(1700000000.000001) can0 123#1122
	(1700000000.000002) can0 12345678##4010203
	(1700000000.000003) can0 123#R R
	(1700000000.000004) can0 20000004#0011223344556677
	(1700000000.000006) can0 321#1122334455667788_B
	E
	)"
	assert_equal "${stderr_lines[0]}" "canread: screen:4: expected a line of candump like (1700000000.123456) can0 123#1122, not 'Welcome to the bus'"
	[[ ${stderr_lines[1]} == 'canread: screen:8: expected as many bytes of data as the length says'* ]]
	assert_equal "${stderr_lines[2]}" 'canread: 2 of 9 lines skipped: they are no frames'
	[[ ${stderr_lines[3]} == *' lines=9 '*' blank=2 other=0 skipped=2 unterminated=0 outside=0 filtered=0 written=5 '* ]]
}

@test "only the first few skipped lines are shown, all with -v, none with -q" {
	seq 20 >rubbish
	run --separate-stderr canread rubbish
	assert_equal "$status ${#stderr_lines[@]} ${stderr_lines[5]}" \
		'3 6 canread: 20 of 20 lines skipped: they are no frames'
	run --separate-stderr canread -v rubbish
	assert_equal "$status ${#stderr_lines[@]}" '3 21'
	run --separate-stderr canread -q rubbish
	assert_equal "$status ${#stderr_lines[@]}" '3 0'
}

@test "an unterminated last line is not used, --accept-unterminated uses it" {
	printf '%s\n%s' "$GOOD" "$GOOD" >half
	run --separate-stderr canread half
	assert_equal "$status $output" "3 $GOOD"
	[[ $stderr == 'canread: half:2: the last line has no newline and is not used'* ]]
	run --separate-stderr canread --accept-unterminated half
	assert_equal "$status" 0
	assert_equal "$output" "$(printf '%s\n' "$GOOD" "$GOOD")"
	assert_equal "$stderr" ''
}

@test "a torn compressed file: what is whole, a message, status 3" {
	local tool
	for tool in gzip xz zstd bzip2; do
		drive | $tool -c | head -c 300000 >torn
		run --separate-stderr canread --stats torn
		assert_equal "$status" 3
		[ "${#lines[@]}" -gt 1000 ]
		assert_equal "${lines[-1]}" "$(drive | sed -n "${#lines[@]}p")"
		[[ ${stderr_lines[0]} == 'canread: torn: it cannot be unpacked to its end: '* ]]
		case $tool in	# all that their own programs give
		gzip | zstd) assert_equal "${#lines[@]}" "$($tool -dcq torn 2>/dev/null | wc -l)" ;;
		esac
	done
}

@test "gzip with a bit that is wrong: a message, status 3, whatever the bit; torn: all but the tear" {
	local at
	drive | head -n 20000 | gzip -n >good.gz
	for at in 2 3 100 5000 30000 -8 -4 -1; do
		[ "$at" -ge 0 ] || at=$(($(stat -c %s good.gz) + at))
		cp good.gz bad.gz
		printf "\\x$(printf %02x $((0x$(od -An -tx1 -j "$at" -N 1 good.gz | tr -d ' ') ^ 32)))" |
			dd of=bad.gz bs=1 seek="$at" conv=notrunc status=none
		run --separate-stderr canread -q -n 1000000 bad.gz
		assert_equal "$status" 3
	done
	head -c 30000 good.gz >torn.gz
	canread -q torn.gz >got || true
	assert_equal "$(wc -l <got)" "$(gzip -dcq torn.gz 2>/dev/null | wc -l)"
}

@test "gzip that comes live is written as it comes" {
	mkfifo pipe
	background canread pipe >got
	exec 7>pipe
	python3 -c 'import sys, zlib
c = zlib.compressobj(6, zlib.DEFLATED, 31)
sys.stdout.buffer.write(c.compress(b"(1700000000.000001) can0 123#1122\n") + c.flush(zlib.Z_SYNC_FLUSH))' >&7
	wait_for grep -q '123#1122' got
	exec 7>&-
	wait $! || true
}

@test "CRLF, dots, small letters and padding become the canonical line" {
	printf '%s\r\n' '(1700000000.1)  can0  12c#1.a' '(1700000000.1)  can0  12c#11.ab T' >odd
	run --separate-stderr canread odd
	assert_equal "$status $output" '3 (1700000000.100000) can0 12C#11AB T'
}

@test "rubbish, a very long line and NULs do no harm" {
	{ echo "$GOOD"; drive | gzip -n | tail -c +100 | head -c 300000 | tr -d '\n'; echo
		head -c 5000000 /dev/zero; echo
		head -c 3000000 /dev/zero | tr '\0' x; echo; echo "$GOOD"; } >rubbish
	run --separate-stderr canread rubbish
	assert_equal "$status" 3
	assert_equal "$output" "$(printf '%s\n' "$GOOD" "$GOOD")"
	assert_equal "${stderr_lines[1]}" 'canread: rubbish:3: expected a line shorter than 1 MiB'
	assert_equal "${stderr_lines[2]}" 'canread: rubbish:4: expected a line shorter than 1 MiB'
}

# bats test_tags=nosan
@test "a gigabyte without a newline" {
	run bash -c 'ulimit -v 60000; head -c 1G /dev/zero | canread'
	assert_equal "$status" 3
}

@test "without a SOURCE on a terminal: what there is, and examples; a pipe is read, so is -" {
	run script -qec 'canread; echo "status $?"; canread >out; wc -c <out' /dev/null </dev/null
	assert_line -n 0 --partial 'canread: no SOURCE is given'
	assert_line --partial 'canread --formats'
	assert_line --partial 'status 2'
	assert_line -n -1 --regexp '^0'
	run script -qec 'echo "$1" | canread' /dev/null
	refute_output --partial SOURCE
	run script -qec 'canread - </dev/tty' /dev/null </dev/null
	assert_output --partial 'reading candump lines from the terminal'
	refute_output --partial SOURCE
}

@test "every other stage says what it reads from a terminal, and reads nothing else" {
	local stage
	for stage in 'can2line --raw' 'can2line --raw -' 'influxpush -b can --dry-run' \
		'promexport --once' line2dash 'line2dash -'; do
		run script -qec "$stage </dev/tty" /dev/null </dev/null
		assert_output --regexp "^${stage%% *}: reading [a-z ]+ from the terminal; Ctrl-D ends"
		run script -qec "$stage </dev/null" /dev/null </dev/null
		refute_output --partial terminal
	done
}

@test "empty input is no mistake" {
	run --separate-stderr canread </dev/null
	assert_equal "$status$output$stderr" 0
}

@test "what cannot be read: a missing file, a folder, one without permission" {
	run canread ./none
	assert_failure 1
	assert_output 'canread: ./none: No such file or directory'
	mkdir folder
	run canread folder
	assert_failure 1
	assert_output 'canread: folder: Is a directory'
	echo "$GOOD" >secret
	chmod 0 secret
	if [ "$(id -u)" -eq 0 ]; then
		chmod a+rx "$BATS_TEST_TMPDIR"
		cp "$BIN/canread" .	# where it was built may be closed to others
		run setpriv --reuid=65534 --clear-groups ./canread secret
	else
		run canread secret
	fi
	assert_failure 1
	assert_output --partial 'secret: Permission denied'
}

@test "a name that is neither file nor interface says both" {
	run canread nosuch
	assert_failure 1
	assert_output --regexp '^canread: nosuch: no file of that name; as an interface: (this kernel has no CAN|no network interface)'
}

# --- time ------------------------------------------------------------------------------------

@test "--time absolute: stamps below 1e8 count from --start, with a message when it is not given" {
	printf '(0.5) can0 123#\n(1.25) can0 124#\n(1700000000.5) can0 125#\n' >log
	run --separate-stderr canread --start 2023-11-14T22:13:20Z log
	assert_equal "$status$stderr" 0
	assert_equal "$output" "$(printf '(1700000000.500000) can0 123#\n(1700000001.250000) can0 124#\n(1700000000.500000) can0 125#')"
	run --separate-stderr canread log
	assert_success
	[[ $stderr == 'canread: log: its times do not count from 1970: taken as since 20'* ]]
	[ "$(tr -dc 0-9 <<<"${lines[0]:1:10}")" -ge $((EPOCHSECONDS - 60)) ]
	assert_equal "${lines[2]}" '(1700000000.500000) can0 125#'
}

@test "--time delta, zero and none" {
	printf '(0.5) can0 123#\n(1.25) can0 124#\n' >log
	run --separate-stderr canread --time delta --start 1700000000 log
	assert_equal "$output" "$(printf '(1700000000.500000) can0 123#\n(1700000001.750000) can0 124#')"
	assert_equal "$stderr" ''
	run --separate-stderr canread --time zero --start 1700000000 log
	assert_equal "$output" "$(printf '(1700000000.500000) can0 123#\n(1700000001.250000) can0 124#')"
	printf '(1700000000.5) can0 123#\n' >log
	run --separate-stderr canread --time none log
	[ "${output:1:10}" -ge $((EPOCHSECONDS - 60)) ]
	run --separate-stderr canread --time zero --start 1000 log
	assert_equal "$output" '(1700001000.500000) can0 123#'
}

@test "lines without a time get the time they are read" {
	echo '  can0  123   [1]  11' >log
	run --separate-stderr canread -v log
	assert_success
	[ "${output:1:10}" -ge $((EPOCHSECONDS - 60)) ]
	assert_equal "$stderr" 'canread: log: frames without a time get the time they are read'
	run --separate-stderr canread log
	assert_equal "$stderr" ''
}

@test "-N: nine digits, of what has them and of what has not" {
	printf '(1700000000.123456789) can0 123#\n%s\n' "$GOOD" >log
	run --separate-stderr canread -N log
	assert_equal "$output" "$(printf '(1700000000.123456789) can0 123#\n(1700000000.000001000) can0 123#1122')"
	run --separate-stderr canread log
	assert_equal "${lines[0]}" '(1700000000.123456) can0 123#'
}

@test "--timezone says what a date without a zone means, wherever it stands" {
	echo ' (2023-11-14 23:13:20.000002)  can0  123   [1]  11' >log
	run canread log --timezone Europe/Berlin
	assert_output '(1700000000.000002) can0 123#11'
	run canread --timezone -05:30 log
	assert_output '(1700023400.000002) can0 123#11'
	printf '(0.5) can0 123#\n' >log
	run canread --start 2023-11-14T23:13:20 --timezone +01:00 log
	assert_output '(1700000000.500000) can0 123#'
	TZ=America/New_York run canread --start 2023-11-14T17:13:20 log
	assert_output '(1700000000.500000) can0 123#'
}

# --- choice ----------------------------------------------------------------------------------

@test "--filter on files: as candump's" {
	local id
	drive | head -n 5000 >log
	id=$(sed -n '1s/.* \([0-9A-F]*\)#.*/\1/p' log)
	canread --filter "$id:7FF" log | cmp - <(grep " $id#" log)
	canread --filter "$id~7FF" log | cmp - <(grep -v " $id#" log)
	canread --filter "~$id:7FF" log | cmp - <(grep -v " $id#" log)
	echo '(1700000000.000000) can0 20000004#0000000000000000' >>log
	assert_equal "$(canread log | wc -l)" 5001
	assert_equal "$(canread --filter 0:0 log | wc -l)" 5000
	assert_equal "$(canread --filter '0~0,#FFFFFFFF' log | wc -l)" 1
	run --separate-stderr canread --stats --filter "$id:7FF" log
	assert_equal "$(stats_value canread lines <<<"$stderr")" \
		$(($(stats_value canread filtered <<<"$stderr") + $(stats_value canread written <<<"$stderr")))
}

@test "-n counts frames that are written" {
	printf '(1.5) can0 %s#\n' 001 002 001 002 001 >log
	run --separate-stderr canread --start 0 -n 2 --filter 002:7FF --stats log log
	assert_equal "${#lines[@]}" 2
	[[ $stderr == *' lines=4 '*' filtered=2 written=2 '* ]]
}

@test "the counters add up" {
	printf '%s\n' "$GOOD" '' '# x' x "${GOOD/123#/124#}" "$GOOD" >log
	printf '%s' "$GOOD" >>log
	run --separate-stderr canread -q --stats --filter 123:7FF log log
	assert_equal "$stderr" "canread: bytes_read=$((2 * $(stat -c %s log))) lines=14 records=0 received=0 blank=4 other=0 skipped=2 unterminated=2 outside=0 filtered=2 written=4 damaged=0 backward=0 lost=0 bytes_written=$((${#output} + 1))"
}

# --- formats ---------------------------------------------------------------------------------

@test "--formats lists each with a line about it, and the manual has them all" {
	run --separate-stderr canread --formats
	assert_success
	assert_line --partial 'candump '
	local line
	for line in "${lines[@]}"; do
		[[ $line =~ ^[a-z0-9-]+\ +[^\ ].+$ ]]
		grep -qxF ".It Cm ${line%% *}" "$ROOT/man/canread.1"
	done
}

@test "-f reads a file as that format" {
	echo "$GOOD" >log
	run canread -f candump log
	assert_output "$GOOD"
}

# --- usage -----------------------------------------------------------------------------------

@test "wrong usage: status 2, what was expected, nothing on standard output" {
	local args
	echo "$GOOD" >log
	for args in '--time sometimes' '--start yesterday' '-n 0' '-n x' '--filter 123' '--grace soon' \
		'--nonsense' '--map can0' '--map =x' '--shift later' '--pace=0' '--pace=fast' '--from soon' \
		'--until +soon' '--loop=0' '--loop=x log' '--follow' '--follow log log' '--follow --loop log' '--loop' '--loop log -' '-f nothing' '--timezone Nowhere' '--date today' 'can0,123' 'can:any,#' '--filter'; do
		# shellcheck disable=SC2086
		run --separate-stderr canread $args
		assert_equal "$status:$output" 2:
		[[ ${stderr_lines[0]} == 'canread: '* ]]
		assert_equal "${stderr_lines[1]}" "canread: try 'canread --help'"
	done
	run --separate-stderr canread can0,1:1,x
	assert_equal "${stderr_lines[0]}" "canread: can0,1:1,x: expected a filter like 123:7FF, 123~7FF, ~123:7FF, #FF or j, with at most 8 hex digits a number, got 'x'"
}

# --- output, signals -------------------------------------------------------------------------

@test "a full disk: a message and status 1; a closed pipe: quietly" {
	run bash -c 'canread "$1" >/dev/full' bash "$DATA/drive.log.gz"
	assert_failure 1
	assert_output 'canread: standard output: No space left on device'
	run bash -c 'canread "$1" | head -n 1' bash "$DATA/drive.log.gz"
	assert_success
	assert_equal "${#lines[@]}" 1
}

@test "what has come is written at once when nothing follows" {
	mkfifo in out
	canread <in >out 3>&- &
	exec 8>in 9<out
	echo "$GOOD" >&8
	read -r -t 90 line <&9
	assert_equal "$line" "$GOOD"
	exec 8>&- 9<&-
	wait $!
}

@test "SIGINT ends the reading of a file between two lines, with status 130" {
	mkfifo out
	drive >log
	for _ in {1..20}; do cat log; done >long
	(exec env --default-signal=INT canread --stats long >out 2>err 3>&-) &
	exec 9<out
	read -r _ <&9
	kill -INT $!
	{ echo first; cat; } <&9 >got
	wait $! && false || assert_equal $? 130
	exec 9<&-
	assert_equal "$(stats_value canread written err)" "$(wc -l <got)"
	[ "$(wc -l <got)" -lt "$(wc -l <long)" ]
	tail -n +2 got | cmp - <(head -n "$(wc -l <got)" long | tail -n +2)
}

# interrupted STATUS OPTION...: that of canread when SIGTERM comes behind its first frame.
interrupted() {
	mkfifo out
	canread "${@:2}" <&0 >out 3>&- &
	exec 9<out
	read -r -t 90 _ <&9
	kill -TERM $!
	cat <&9 >/dev/null
	exec 9<&-
	rm out
	status=0
	wait $! || status=$?
	assert_equal "$status" "$1"
}

@test "a signal before the end of all files is its status; where there is no end it is 0" {
	drive >log
	for _ in {1..20}; do cat log; done >long
	gzip -1 <long >long.gz
	printf '(1700000000.0) can0 101#\n(1700000600.0) can0 102#\n' >slow
	interrupted 143 long
	interrupted 143 long.gz
	interrupted 143 --merge long slow
	interrupted 143 --pace slow
	interrupted 143 --pace --loop=2 slow
	interrupted 143 --pace - <slow
	interrupted 0 --pace --loop slow
	interrupted 0 --follow slow
	interrupted 0 --follow long
	echo rubbish >bad
	interrupted 143 bad long		# not 3, which says that all was tried
	run canread -n 1 --pace slow
	assert_success
}

@test "a signal while a file and a pipe are merged: the file is left, the pipe is read to its end" {
	drive >log
	for _ in {1..20}; do cat log; done >long
	mkfifo in out
	canread --grace 60s --merge long in >out 3>&- &
	local pid=$!
	exec 9<out 8>in
	echo '(1800000000.000000) can0 102#' >&8
	read -r -t 90 _ <&9
	kill -TERM $pid
	wait_for signals_taken $pid
	cat <&9 >got 8>&- 3>&- &
	echo '(1800000001.000000) can0 103#' >&8
	exec 8>&-
	status=0
	wait $pid || status=$?
	wait $!
	exec 9<&-
	assert_equal "$status" 143
	assert_equal "$(tail -n 1 got)" '(1800000001.000000) can0 103#'
	[ "$(wc -l <got)" -lt "$(wc -l <long)" ]
}

@test "a reader of a pipe goes on after SIGTERM, to the end of its input" {
	mkfifo in
	canread --grace 60s <in >out 3>&- &
	local pid=$!
	exec 8>in
	echo "$GOOD" >&8
	wait_for grep -q 123 out
	kill -TERM $pid
	echo "${GOOD/123/124}" >&8
	exec 8>&-
	wait $pid
	assert_equal "$(cat out)" "$(printf '%s\n' "$GOOD" "${GOOD/123/124}")"
}

@test "at most for the grace time" {
	mkfifo in
	canread --grace 0.1s <in >out 3>&- &
	local pid=$!
	exec 8>in
	echo "$GOOD" >&8
	wait_for grep -q 123 out
	kill -TERM $pid
	wait $pid
	exec 8>&-
}

@test "SIGUSR1 prints the counters" {
	mkfifo in
	canread <in >out 2>err 3>&- &
	local pid=$!
	exec 8>in
	echo "$GOOD" >&8
	wait_for grep -q 123 out
	kill -USR1 $pid
	wait_for grep -q written=1 err
	exec 8>&-
	wait $pid
}

# --- with can-utils --------------------------------------------------------------------------

@test "log2long of can-utils reads every canonical line" {
	cat >log <<-'E'
	(1700000000.000001) can0 123#1122
	(1700000000.000001) can0 12345678#R8
	(1700000000.000001) can0 123##4112233
	(1700000000.000001) can0 20000004#0011223344556677
	E
	canread log | log2long | tr -s ' ' >long
	canread long | cmp - log
}
