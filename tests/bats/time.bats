# canread: recordings moved, cut, interleaved and replayed in time.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	for i in 0 1 2 3 4; do printf '(170000000%d.000000) can0 10%d#\n' $i $i; done >log
}

ids() {
	sed -E 's/.* (.*)#.*/\1/' | tr '\n' ' '
}

@test "--map renames buses, --shift and --now move the times" {
	run canread --map can0=car --map can1=can0 -n 1 log
	assert_output '(1700000000.000000) car 100#'
	run canread --shift 90.5s -n 1 log
	assert_output '(1700000090.500000) can0 100#'
	run canread --shift -1h -n 1 log
	assert_output '(1699996400.000000) can0 100#'
	run canread --now log
	[ "${lines[0]:1:10}" -ge $((EPOCHSECONDS - 60)) ]
	assert_equal $((${lines[4]:1:10} - ${lines[0]:1:10})) 4
	run canread --now --shift -1h log
	[ "${lines[0]:1:10}" -le $((EPOCHSECONDS - 3540)) ]
	assert_equal $((${lines[4]:1:10} - ${lines[0]:1:10})) 4
}

@test "--from and --until, absolute and from the first frame" {
	assert_equal "$(canread --from +1s --until +3s log | ids)" '101 102 103 '
	assert_equal "$(canread --from 1700000002 log | ids)" '102 103 104 '
	assert_equal "$(canread --until 2023-11-14T23:13:21+01:00 log | ids)" '100 101 '
	assert_equal "$(canread --until 2023-11-14T23:13:21 --timezone +01:00 log | ids)" '100 101 '
	run --separate-stderr canread --stats --from +1s --until +2s --shift 1h log
	assert_equal "$(ids <<<"$output")" '101 102 '	# as they were recorded
	assert_equal "$(stats_value canread outside <<<"$stderr")" 3
	assert_equal "$(canread --from +1s - <log | ids)" '101 102 103 104 '
	gzip -k log
	assert_equal "$(canread --from +3s log.gz | ids)" '103 104 '
}

@test "the end of a long log is reached without reading it; so is a place in its middle" {
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "(17%08d.%06d) can0 123#%016X\n", i / 1000, i % 1000 * 1000, i }' >long
	run --separate-stderr canread --stats --from +999.99s long
	assert_equal "${#lines[@]}" 10
	assert_equal "${lines[9]}" "$(tail -n 1 long)"
	[ "$(stats_value canread bytes_read <<<"$stderr")" -lt 4000000 ]
	run --separate-stderr canread --stats --from +500s --until +500.002s long
	assert_equal "${lines[0]}" "$(sed -n 500001p long)"
	assert_equal "${#lines[@]}" 3
	# Messages about what is behind the place that was jumped to say where it is in the file.
	{ cat long; echo rubbish; } >with
	run --separate-stderr canread --from +999.99s with
	assert_equal "$status ${#lines[@]}" '3 10'
	assert_equal "${stderr_lines[0]}" "canread: with: at byte $(stat -c %s long): expected a line of candump like (1700000000.123456) can0 123#1122, not 'rubbish'"
}

# bats test_tags=nosan
@test "--merge: in order of time, several kinds of input, frames that jump back counted" {
	printf '(1700000000.5) can1 200#\n(1700000002.5) can1 202#\n(1700000001.5) can1 201#\n' >b
	gzip -c log >a.gz
	run --separate-stderr canread --stats --merge a.gz b
	assert_equal "$(ids <<<"$output")" '100 200 101 102 202 201 103 104 '
	assert_equal "$(stats_value canread backward <<<"$stderr")" 1
	assert_equal "$(canread --merge b - <log | ids)" '100 200 101 102 202 201 103 104 '
	run --separate-stderr canread -v --merge a.gz b
	assert_equal "${stderr_lines[-1]}" 'canread: 1 frames are older than the one before them in their file'
	# The recordings are left open to the end: their number is what memory depends on.
	gzip -dc "$DATA/drive.log.gz" | head -n 40000 | gzip >piece.gz
	run bash -c 'ulimit -v 100000; canread --merge $(yes piece.gz | head -n 60) | wc -l'
	assert_output $((60 * 40000))
}

@test "--loop: again, later by as much as the recording is long" {
	run canread --loop=2 log
	assert_equal "$(ids <<<"$output")" '100 101 102 103 104 100 101 102 103 104 '
	assert_equal "${lines[5]}" '(1700000005.000000) can0 100#'
	run canread --loop -n 1000 log
	assert_equal "${#lines[@]}" 1000
	assert_equal "${lines[999]:0:12}" '(1700000999.'
}

@test "relative times count from the file's own time less its length" {
	printf '(0.5) can0 123#\n(4.5) can0 124#\n' >log
	touch -d 2023-11-14T22:13:20Z log
	run --separate-stderr canread log
	assert_equal "$output" "$(printf '(1699999996.000000) can0 123#\n(1700000000.000000) can0 124#')"
	assert_equal "$stderr" "canread: log: its times do not count from 1970: taken as since 2023-11-14T22:13:15, from the file's own time and length (--start TIME says when it began)"
	gzip log
	touch -d 2023-11-14T22:13:20Z log.gz
	run --separate-stderr canread --time zero log.gz
	assert_equal "${lines[0]}" '(1699999996.000000) can0 123#'
	[[ $stderr == *'own time and length'* ]]
	run --separate-stderr bash -c 'gzip -dc log.gz | canread'
	[ "${lines[0]:1:10}" -ge $((EPOCHSECONDS - 60)) ]
	[[ $stderr == 'canread: standard input: its times do not count from 1970: taken as since 20'* ]]
}

# --- pace ------------------------------------------------------------------------------------

# paced OPTION...: canread's lines, each with the moment at which it came, in microseconds since before
# the start.
paced() {
	local begin=${EPOCHREALTIME/./}
	canread "$@" | while read -r line; do echo "$((${EPOCHREALTIME/./} - begin)) $line"; done
}

@test "--pace: each frame at its time, none early, the last no later than the first" {
	awk 'BEGIN { for (i = 0; i < 100; i++) printf "(17000000%02d.%06d) can0 123#%02X\n", i / 50, i % 50 * 20000, i }' >log
	paced --pace log >got
	assert_equal "$(wc -l <got)" 100
	# 1.98 s recorded: none before its time; a busy machine may take longer for many frames, not ever more
	# for each: among the last are some as little late as among the first.
	awk '{ late = $1 - (NR - 1) * 20000; half = NR > 50; early += late < -1000
			if (!(half in least) || late < least[half]) least[half] = late }
		END { print early + 0, least[1] - least[0] < 300000 }' got >verdict
	assert_equal "$(<verdict)" '0 1'
	# 0.2 s of 200
	printf '(17000000%02d.0) can0 123#\n' 0 99 >log
	printf '(1700000200.0) can0 123#\n' >>log
	paced --pace=1000 log >got
	awk 'END { exit !(NR == 3 && $1 > 199000 && $1 < 100000000) }' got
}

@test "--pace writes a frame when it is due, not when there are many; -n and --loop go with it" {
	printf '(1700000000.0) can0 101#\n(1700000600.0) can0 102#\n' >log
	mkfifo out
	canread --pace log >out 3>&- &
	exec 9<out
	read -r -t 90 line <&9
	assert_equal "$line" '(1700000000.000000) can0 101#'
	kill -TERM $!
	wait $! && false || assert_equal $? 143
	exec 9<&-
	run canread --pace=1000 --loop -n 20 "$DATA/drive.log.gz"
	assert_success
	assert_equal "${#lines[@]}" 20
}

@test "--pace --now looks live" {
	printf '(1700000000.0) can0 101#\n(1700000000.3) can0 102#\n' >log
	begin=${EPOCHREALTIME/./}
	paced --pace --now log >got
	awk -v begin="$begin" '{ gsub(/[(.)]/, "", $2); d = $1 + begin - $2; if (d < -20000 || d > 60000000) exit 1 }' got
	[ "$(wc -l <got)" = 2 ]
}

@test "SIGUSR1 while a pace is waited for" {
	printf '(1700000000.0) can0 101#\n(1700000600.0) can0 102#\n' >log
	canread --pace log >out 2>err 3>&- &
	wait_for grep -q 101 out
	kill -USR1 $!
	wait_for grep -q written=1 err
	kill -TERM $!
	wait $! && false || assert_equal $? 143
	assert_equal "$(wc -l <out)" 1
}

# --- follow ----------------------------------------------------------------------------------

@test "--follow: growth, rotation and truncation of a log that is being written; SIGINT ends" {
	cp log grows
	(exec env --default-signal=INT canread -v --stats --follow grows >out 2>err 3>&-) &
	wait_for grep -q '104#' out
	echo '(1700000005.000000) can0 105#' >>grows
	wait_for grep -q '105#' out
	mv grows grows.1
	echo '(1700000006.000000) can0 106#' >grows
	wait_for grep -q '106#' out
	echo '(1700000007.000000) can0 107#' >>grows
	wait_for grep -q '107#' out
	echo '(1.0) can0 1#' >grows			# copytruncate
	wait_for grep -q 'grows:1: expected' err
	printf '(1700000008.000000) can0 108#\n(17' >>grows
	wait_for grep -q '108#' out
	kill -INT $!
	wait $! && false || assert_equal $? 3	# for the line that was none
	assert_equal "$(ids <out)" '100 101 102 103 104 105 106 107 108 '
	assert_equal "$(grep -c 'canread: grows: there is a new file of that name: going on with it' err)" 2
	assert_equal "$(stats_value canread unterminated err)" 0
}

@test "--follow sees a change at once, waits without work, and takes a compressed file as it is" {
	cp log grows
	canread --follow grows >out 3>&- &
	wait_for grep -q '104#' out
	# In hundredths of a second; one may be of what it did before.
	before=$(awk '{ print $14 + $15 }' "/proc/$!/stat")
	sleep 1
	[ "$(awk '{ print $14 + $15 }' "/proc/$!/stat")" -le $((before + 3)) ]
	kill -TERM $!
	wait $!
	gzip grows
	run canread --follow grows.gz
	assert_success
	assert_equal "${#lines[@]}" 5
}

# --- progress --------------------------------------------------------------------------------

# With a terminal for standard error, made by script(1).
on_terminal() {
	TERM=dumb script -qec "$1" /dev/null </dev/null
}

@test "a progress line on a terminal: share, speed, time left, recording time; cleared at the end" {
	# As if it were long: its end is not reached.
	gzip -dc "$DATA/drive.log.gz" >long
	truncate -s 400M long
	run on_terminal 'canread --pace=20 -n 12000 log long >out'
	assert_success
	assert_output --regexp $'\r\e\[K[0-9]+ %  [0-9.]+ (k )?frames/s  ([0-9]+:)?[0-9]+:[0-9]{2} left  2023-11-14 22:1[0-9]:[0-9]{2}'
	[[ $output == *$'\r\e[K' ]]
	assert_equal "$(wc -l <out)" 12000
}

@test "no progress line where the size is not known, or with -q" {
	run on_terminal 'cat log | canread --pace=2 >out'
	refute_output --partial '%'
	run on_terminal 'canread -q --pace=2 log >out'
	assert_output ''
}
