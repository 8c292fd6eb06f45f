# Every command that stands in README.md.
load common
load examples

setup_file() {
	sandbox_servers
}

setup() {
	BOX=$BATS_TEST_TMPDIR/box
	sandbox_make "$BOX"
	mapfile -d '' commands < <(markdown_commands README.md sh)
}

# The kinds of commands; each has its test below.
kind() {
	case $1 in
	./scripts/demo|./scripts/test) echo script ;;
	sudo*) echo install ;;
	*candump*|*canplayer*) echo interface ;;
	*) echo plain ;;
	esac
}

@test "commands with files in the place of interfaces" {
	local c failed=0 n=0
	for c in "${commands[@]}"; do
		[ "$(kind "$c")" = plain ] || continue
		n=$((n + 1))
		sandbox_try "$BOX" "$c" || failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
	[ "$n" -ge 11 ]
}

@test "commands with interfaces, on a kernel that has them" {
	local c failed=0 n=0
	interface_shims
	for c in "${commands[@]}"; do
		[ "$(kind "$c")" = interface ] || continue
		n=$((n + 1))
		sandbox_try "$BOX" "$c" || failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
	assert_equal "$n" 3
	assert_equal "$(influx_points can)" 150
}

@test "build and demo: the commands that demo.bats and scripts/test-clone run" {
	local c there=()
	for c in "${commands[@]}"; do
		[[ $(kind "$c") == @(script|install) ]] && there+=("$c")
	done
	assert_equal "${there[*]}" './scripts/demo sudo ./scripts/deps build && make && sudo make install ./scripts/test'
}

@test "the cron job, in the environment that cron gives" {
	local tab=$BATS_TEST_TMPDIR/crontab line
	markdown_commands README.md crontab | tr '\0' '\n' >"$tab"
	line=$(sed -n 's/^15 \* \* \* \* //p' "$tab")
	refute [ -z "$line" ]
	[[ $line != *%* ]]
	line=${line//\/var\/log\/can/$BOX}
	line=${line//http:\/\/localhost:8086/$INFLUXD_URL}
	influx_query '' 'DROP DATABASE can'
	influx_create can
	run env -i HOME=/nonexistent PATH="$BIN:/usr/bin:/bin" "$(sed -n 's/^SHELL=//p' "$tab")" -c "$line"
	assert_success
	assert_output ''
	assert_file_exists "$BOX/done/drive.log"
	assert_equal "$(influx_points can)" \
		"$(canread "$BOX/done/drive.log" | can2line -q -d "$BOX/car.dbc" --no-meta | wc -l)"
	# what no frame of is decoded stays
	echo '(1700000000.0) can0 7DF#00' >"$BOX/other.log"
	run env -i HOME=/nonexistent PATH="$BIN:/usr/bin:/bin" "$(sed -n 's/^SHELL=//p' "$tab")" -c "$line"
	assert_failure 3
	assert_file_exists "$BOX/other.log"
}

@test "the Prometheus configuration" {
	awk '$0 == "```" { on = 0 } on; $0 == "```yaml" { on = 1 }' README.md >"$BATS_TEST_TMPDIR/prometheus.yml"
	run promtool check config "$BATS_TEST_TMPDIR/prometheus.yml"
	assert_success
	assert_output --partial 'SUCCESS'
}

@test "as many formats as there are" {
	assert_equal "$(grep -oE '[0-9]+ log formats' README.md | sort -u)" "$(canread --formats | wc -l) log formats"
}

@test "the groups of packages that it names" {
	local group
	for group in $(grep -oE '\./scripts/deps [a-z ]+' README.md | cut -d ' ' -f 2-); do
		grep -q "^#   $group " scripts/deps
	done
}
