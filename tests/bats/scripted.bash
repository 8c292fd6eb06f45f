# shellcheck shell=bash
# A server that answers writes as a script says; see tests/helpers/scripted-server.

# scripted_start ANSWER...: sets SCRIPTED_DIR and SCRIPTED_URL. It listens on SCRIPTED_HOST (127.0.0.1).
scripted_start() {
	SCRIPTED_DIR=$(server_folder scripted) || return
	printf '%s\n' "$@" >"$SCRIPTED_DIR/script"
	: >"$SCRIPTED_DIR/stored"
	: >"$SCRIPTED_DIR/requests"
	echo '204' >"$SCRIPTED_DIR/ping"
	server_launch "$SCRIPTED_DIR" "$ROOT/tests/helpers/scripted-server" "$SCRIPTED_DIR" \
		"${SCRIPTED_HOST:-127.0.0.1}"
	server_ready "$SCRIPTED_DIR" test -s "$SCRIPTED_DIR/port" || return
	export SCRIPTED_URL
	SCRIPTED_URL=http://127.0.0.1:$(<"$SCRIPTED_DIR/port")
}

# scripted_writes FILTER: a jq filter over the writes that came, one result a line.
scripted_writes() {
	jq -r "select(.method == \"POST\") | $1" "$SCRIPTED_DIR/requests"
}

# scripted_most: how many writes waited for their answers at once, at most.
scripted_most() {
	scripted_writes .open | sort -n | tail -n 1
}

scripted_count() {
	scripted_writes .path | wc -l
}

# scripted_box: the folder of the test, its servers' too, with a token in the file "token".
scripted_box() {
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
	echo t0ken >token
}

# numbers FROM TO: points with these numbers as values and times.
numbers() {
	seq -f 'm f=%.0f' "$1" "$2" | sed 's/=\(.*\)/=\1 \1/'
}
