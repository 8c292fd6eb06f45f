# promexport: what a series costs, and that nothing is left of those that go.
load common
load exporting

# series COUNT: lines of so many series in messages of ten signals.
series() {
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n / 10; i++) {
			printf "Message%d,bus=can0 ", i
			for (k = 0; k < 10; k++)
				printf "%sSignal%d=%d.5", k ? "," : "", k, i
			print " 1700000000000000000"
		}
	}'
}

# resident: of the program, in bytes.
resident() {
	awk '/^VmRSS/ { print $2 * 1024 }' "/proc/$PID/status"
}

# bats test_tags=nosan
@test "a series takes less than 300 bytes beyond its text, and scrapes give back what they took" {
	local before after text
	export_start --no-page --max-series 200000
	series 1000 >&7
	wait_for shows 'canpipe_series 1000'
	before=$(resident)
	series 101000 >&7
	all() { kill -USR1 "$PID"; grep -q ' series=101000 ' "$BATS_TEST_TMPDIR/err"; }
	wait_for all
	after=$(resident)
	text=$(metrics | awk '/^can_/ { sub(/ [^ ]*$/, ""); n += length } END { printf "%d", n * 100 / 101 }')
	echo "$(((after - before) / 100000)) bytes a series, of them text $((text / 100000))"
	assert [ $((after - before - text)) -lt 30000000 ]
	# What stays after pages of 20 MB: their fixed parts, in two formats, but no page.
	for _ in 1 2 3; do
		metrics >/dev/null
		get -H 'Accept: application/openmetrics-text' --compressed "$URL/metrics" >/dev/null
	done
	echo "$((($(resident) - before) / 100000)) bytes a series after scrapes"
	assert [ "$(resident)" -lt $((before + 75000000)) ]
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
	local few many
	few=$(peak 500000)
	many=$(peak 5000000)
	echo "$few kB, $many kB"
	assert [ "$(sed -n 's/^canpipe_expired_series_total //p' "$BATS_TEST_TMPDIR/page")" -gt 5000000 ]
	assert grep -qx 'canpipe_refused_values_total 0' "$BATS_TEST_TMPDIR/page"
	assert grep -qx 'canpipe_values_total 10000000' "$BATS_TEST_TMPDIR/page"
	assert [ "$many" -lt $((few * 3 / 2)) ]
}
