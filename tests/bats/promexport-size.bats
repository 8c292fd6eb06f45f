# promexport: what a series costs, and that nothing is left of those that go.
load common
load exporting

# series COUNT SIGNALS: lines of so many series in messages of so many signals.
series() {
	awk -v n="$1" -v signals="$2" 'BEGIN {
		for (i = 0; i < n / signals; i++) {
			printf "Message%d,bus=can0 ", i
			for (k = 0; k < signals; k++)
				printf "%sSignal%d=%d.5", k ? "," : "", k, i
			print " 1700000000000000000"
		}
	}'
}

# resident: of the program, in bytes.
resident() {
	awk '/^VmRSS/ { print $2 * 1024 }' "/proc/$PID/status"
}

# tagged COUNT: lines of so many series of one message, told apart by a tag.
tagged() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "Message,bus=can0,unit=%d Signal=%d.5 1700000000000000000\n", i, i
	}'
}

# room COMMAND [ARG]... -- [OPTION]...: what 100,000 series more take that COMMAND 101000 writes.
room() {
	local before after text limit=30000000 command=()
	while [ "$1" != -- ]; do command+=("$1"); shift; done
	export_start --max-series 200000 "${@:2}"
	"${command[0]}" 1000 "${command[@]:1}" >&7
	wait_for shows 'canpipe_series 1000'
	before=$(resident)
	"${command[0]}" 101000 "${command[@]:1}" >&7
	all() { kill -USR1 "$PID"; grep -q ' series=101000 ' "$BATS_TEST_TMPDIR/err"; }
	wait_for all
	[ "${*: -1}" = --no-page ] || {
		sleep 2.5		# until the page has its first samples
		limit=36000000		# and some more where the machine is busy
	}
	after=$(resident)
	text=$(metrics | awk '/^can_/ { sub(/ [^ ]*$/, ""); n += length } END { printf "%d", n * 100 / 101 }')
	echo "$*: $(((after - before) / 100000)) bytes a series, of them text $((text / 100000))"
	assert [ $((after - before - text)) -lt "$limit" ]
	# What stays after pages of 20 MB: their fixed parts, once for both formats, but no page.
	for _ in 1 2 3; do
		metrics >/dev/null
		get -H 'Accept: application/openmetrics-text' --compressed "$URL/metrics" >/dev/null
	done
	echo "$((($(resident) - after) / 100000)) bytes a series more after scrapes"
	assert [ "$(resident)" -lt $((after + 24000000)) ]
	exec 7>&-
	process_end "$PID"
}

# bats test_tags=nosan
@test "a series takes less than 300 bytes beyond its text, and scrapes give back what they took" {
	room series 10 -- --no-page
}

# bats test_tags=nosan
@test "so does one in a message of its own, one told apart by a tag, and with the page" {
	room series 1 -- --no-page
	room tagged -- --no-page
	room series 1 --
}

# peak COUNT: the largest memory, in kB, while so many series come and go.
peak() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "m%d,id=%d v=1,w%d=\"x\"\n", i / 100, i, i % 1000 }' |
		/usr/bin/time -f %M promexport --once --no-page --expire 100ms --max-series 2000000 \
			2>"$BATS_TEST_TMPDIR/peak" >"$BATS_TEST_TMPDIR/page"
	tail -n 1 "$BATS_TEST_TMPDIR/peak"
}

# bats test_tags=slow,nosan
@test "ten million series that come and go leave nothing behind" {
	local few=0 many=1000000000 now
	# How many are there at a time depends on how evenly the machine goes on; what is left of those that
	# went is left each time.
	for _ in 1 2 3 4 5 6; do
		now=$(peak 500000)
		few=$((now > few ? now : few))
		now=$(peak 5000000)
		many=$((now < many ? now : many))
		echo "$few kB, $many kB"
		[ "$many" -ge $((few * 3 / 2)) ] || break
	done
	assert [ "$(sed -n 's/^canpipe_expired_series_total //p' "$BATS_TEST_TMPDIR/page")" -gt 5000000 ]
	assert grep -qx 'canpipe_refused_values_total 0' "$BATS_TEST_TMPDIR/page"
	assert grep -qx 'canpipe_values_total 10000000' "$BATS_TEST_TMPDIR/page"
	assert [ "$many" -lt $((few * 3 / 2)) ]
}
