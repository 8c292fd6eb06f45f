# Every example in the manual pages.
load common
load examples

setup_file() {
	sandbox_servers
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

try_page() {
	local box=$BATS_TEST_TMPDIR/box commands c failed=0
	sandbox_make "$box"
	mapfile -d '' commands < <(mdoc_commands "$ROOT/man/$1")
	[ "${#commands[@]}" -gt 0 ]
	for c in "${commands[@]}"; do
		sandbox_try "$box" "$c" || failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
}

@test "canpipe(7)" {
	try_page canpipe.7
}

@test "canpipe(7): each message under TROUBLESHOOTING is said, word for word" {
	local box=$BATS_TEST_TMPDIR/box i failed=0 said
	sandbox_make "$box"
	mapfile -d '' pairs < <(mdoc_messages "$ROOT/man/canpipe.7")
	[ "${#pairs[@]}" -ge 24 ]
	for ((i = 0; i < ${#pairs[@]}; i += 2)); do
		sandbox_run "$box" "${pairs[i]}" >/dev/null 2>"$box/messages" || true
		said=$(<"$box/messages")
		grep -qxF -- "${pairs[i + 1]}" <<<"${said//$INFLUXD_URL/http://localhost:8086}" && continue
		printf '%s\n' "\$ ${pairs[i]}" "expected: ${pairs[i + 1]}" "$said"
		failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
}

@test "canread(1)" {
	try_page canread.1
}

@test "can2line(1)" {
	try_page can2line.1
}

@test "influxpush(1)" {
	try_page influxpush.1
}

@test "promexport(1)" {
	try_page promexport.1
}

@test "line2dash(1)" {
	try_page line2dash.1
}

@test "canpipe-points(5): influxd takes the example" {
	influx_create points
	mdoc_commands "$ROOT"/man/canpipe-points.5 | tr '\0' '\n' >points.lp
	run influxd_curl -w '%{http_code}' --data-binary @points.lp "$INFLUXD_URL/write?db=points"
	assert_output 204
	assert_equal "$(influx_points points)" "$(grep -vc '^#' points.lp)"
	[ -s points.lp ]
}

@test "canpipe-frames(5): every frame named there goes through canread as it is" {
	sed -n 's/^\.It Li //p' "$ROOT/man/canpipe-frames.5" | tr -s ' ,' '\n' | grep '#' |
		sed 's/^/(1700000000.123456) can0 /' >frames.log
	[ "$(wc -l <frames.log)" -ge 9 ]
	canread frames.log | cmp - frames.log
}

@test "canpipe-frames(5): every line from the screen is read" {
	mdoc_displays "$ROOT/man/canpipe-frames.5" >screen
	[ "$(wc -l <screen)" -ge 10 ]
	run --separate-stderr canread --start 1700000000 screen
	assert_success
	assert_equal "${#lines[@]}" "$(wc -l <screen)"
}
