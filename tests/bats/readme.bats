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
	./scripts/demo) echo demo ;;
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

# candump, and the car that ssh goes to, are a kernel that has can0, where frames of the drive are
# played; canplayer's vcan0 is one too, and what arrived there is printed.
interface_shims() {
	head -n 150 "$BOX/can0" >"$BOX/played.log"
	cat >"$BOX/shim/candump" <<-E
	#!/bin/sh
	exec "$ROOT/tests/vcan/vcan-box" -l "$BOX/shim/in-box" "\$@"
	E
	cat >"$BOX/shim/in-box" <<-E
	#!/bin/sh
	ip link add can0 type vcan
	ip link set can0 mtu 72 up
	/usr/bin/candump "\$@" &
	while ! grep -q can0 /proc/net/can/rcvlist_all; do sleep 0.05; done
	/usr/bin/canplayer -t -I "$BOX/played.log" can0=can0
	sleep 0.5
	kill \$!
	wait
	E
	cat >"$BOX/shim/canplayer" <<-E
	#!/bin/sh
	head -n 150 >"$BOX/stdin"
	VCAN_STDIN=$BOX/stdin exec "$ROOT/tests/vcan/vcan-box" sh -c \
		'/usr/bin/candump -L vcan0 & sleep 0.3; /usr/bin/canplayer "\$@"; sleep 0.5; kill \$!; wait' sh "\$@"
	E
	chmod +x "$BOX"/shim/*
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
		[[ $(kind "$c") == @(demo|install) ]] && there+=("$c")
	done
	assert_equal "${there[*]}" './scripts/demo sudo ./scripts/deps build && make && sudo make install'
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
}

@test "the Prometheus configuration" {
	awk '$0 == "```" { on = 0 } on; $0 == "```yaml" { on = 1 }' README.md >"$BATS_TEST_TMPDIR/prometheus.yml"
	run promtool check config "$BATS_TEST_TMPDIR/prometheus.yml"
	assert_success
	assert_output --partial 'SUCCESS'
}
