# Every example in the manual pages.
load common
load examples

setup_file() {
	sandbox_servers
}

try_page() {
	local box=$BATS_TEST_TMPDIR/box commands c failed=0
	sandbox_make "$box"
	mapfile -d '' commands < <(mdoc_commands "man/$1")
	[ "${#commands[@]}" -gt 0 ]
	for c in "${commands[@]}"; do
		sandbox_try "$box" "$c" || failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
}

@test "canpipe(7)" {
	try_page canpipe.7
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
