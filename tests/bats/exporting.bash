# shellcheck shell=bash
# A promexport that serves: load common, load exporting.

# export_start [OPTION]...: promexport on a free port, its input a FIFO that descriptor 7 writes;
# sets PID, PORT and URL (of the server, without path).
export_start() {
	rm -f "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/err"
	mkfifo "$BATS_TEST_TMPDIR/in"
	promexport -v --port 0 "$@" <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" \
		2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- &
	PID=$!
	exec 7>"$BATS_TEST_TMPDIR/in"
	wait_for grep -qs serving "$BATS_TEST_TMPDIR/err"
	PORT=$(sed -n 's|.*serving https\?://[^/]*:\([0-9]*\)/.*|\1|p' "$BATS_TEST_TMPDIR/err")
	URL=$(sed -n 's|.*serving \(https\?\)://.*|\1|p' "$BATS_TEST_TMPDIR/err")://127.0.0.1:$PORT
}

teardown() {
	exec 7>&-
	[ -z "${PID-}" ] || process_end "$PID"
}

get() {
	curl -sS --noproxy '*' -m 60 "$@"
}

metrics() {
	get "$URL/metrics"
}

# put LINE...: into the input.
put() {
	printf '%s\n' "$@" >&7
}

# (A plain "wait PID" fails the test unless promexport ended with status 0.)

# shows TEXT: the page has it as a whole line.
shows() {
	metrics | grep -qxF -e "$1"
}
