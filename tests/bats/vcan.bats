# canread on live buses: tests/vcan/session makes everything in one boot of a kernel with SocketCAN.
load common

setup_file() {
	export SESSION=$BATS_FILE_TMPDIR
	# Programs built with AddressSanitizer do not run in there: always the plain ones.
	PATH=$ROOT/build/bin:$PATH VCAN_TIMEOUT=220 VCAN_MODULES=net/can/can-gw \
		tests/vcan/vcan-box tests/vcan/session "$SESSION" 3>&-
	assert_equal "$(tail -n 1 "$SESSION/parts")" end
}

setup() {
	cd "$SESSION" || return
}

lines() {
	wc -l <"$1"
}

# What candump -L wrote of the frames in the style's run. Only the times differ between two runs of
# candump, so those that a style prints are held against themselves.
frames_of() {
	cut -d' ' -f2- "$1"
}

@test "every filter: the same frames as candump -L, byte for byte" {
	local name n=0
	for name in *.candump; do
		cmp "$name" "${name%.candump}.canread"
		assert_equal "$(cat "${name%.candump}.err")" ''
		[ -s "$name" ]
		n=$((n + 1))
	done
	assert_equal $n 12
	assert_equal "$(lines all.candump)" 400
	assert_equal "$(lines plain.candump)" 350	# without the error frames
	cmp standard.candump option.canread	# the same filter as --filter
}

@test "every style of candump reads back as its log line" {
	local name
	sed -E 's/##[0-7]/##4/' style.L | frames_of /dev/stdin >masked	# BRS and ESI are only in -x
	for name in style.ta style.td style.tz style.tA style.none style.a style.i style.S style.Sa style.ia style.e style.c; do
		run --separate-stderr canread "$name"
		assert_success
		cmp <(frames_of - <<<"$output") masked
	done
	canread style.x | cut -d' ' -f2- | cmp - <(frames_of style.Lx)
	canread style.Lx | cmp - style.Lx
	canread style.L | cmp - style.L
}

@test "every way to write the time reads back to the microsecond" {
	local name start
	start=$(sed -n '1s/^(\([0-9.]*\)).*/\1/p' style.L)
	for name in style.ta style.tA; do
		canread "$name" | cut -d' ' -f1 | cmp - <(cut -d' ' -f1 style.L)
	done
	canread --time zero --start "$start" style.tz | cut -d' ' -f1 | cmp - <(cut -d' ' -f1 style.L)
	canread --time delta --start "$start" style.td | cut -d' ' -f1 | cmp - <(cut -d' ' -f1 style.L)
}

@test "two buses: all frames of both, each as candump has them, in order of time" {
	assert_equal "$(<two_buses.status)" 0
	grep ' vcan0 ' two_buses.canread | cmp - two_buses.vcan0
	grep ' vcan1 ' two_buses.canread | cmp - two_buses.vcan1
	assert_equal "$(lines two_buses.canread)" 6000
	assert_equal "$(stats_value canread received two_buses.err)" 6000
	sort -c -k1,1 two_buses.canread
	# They did alternate.
	[ "$(cut -d' ' -f2 two_buses.canread | uniq | wc -l)" -gt 10 ]
}

@test "frames that the kernel dropped are counted: sent = read + lost, status 3" {
	local read lost
	assert_equal "$(<lost.status)" 3
	read=$(lines lost.canread) lost=$(stats_value canread lost lost.err)
	[ "$lost" -gt 0 ]
	assert_equal $((read + lost)) 4000
	assert_equal "$(stats_value canread received lost.err)" "$read"
	grep -q "^canread: vcan0: $lost frames lost" lost.err
}

@test "a frame goes out while nothing follows it; -N has the same time with nine digits" {
	assert_equal "$(<live.status)" 0
	run cat live.canread
	assert_output --regexp '^\([0-9]{10}\.[0-9]{9}\) vcan0 123#11$'
}

@test "-n ends a live bus" {
	assert_equal "$(<count.status)" 0
	assert_equal "$(lines count.canread)" 3
}

@test "SIGINT in the middle: whole lines, status 0, the counters agree" {
	assert_equal "$(<interrupted.status)" 0
	[ -s interrupted.canread ]
	assert_equal "$(tail -c 1 interrupted.canread | od -An -tx1)" ' 0a'
	run --separate-stderr canread interrupted.canread
	assert_success
	assert_equal "$(lines interrupted.canread)" "$(stats_value canread written interrupted.err)"
	assert_equal "$(stats_value canread received interrupted.err)" \
		"$(stats_value canread written interrupted.err)"
}

@test "an interface that goes down is waited for" {
	assert_equal "$(<states.status)" 0
	assert_equal "$(cut -d' ' -f3 states.canread | sort | tr '\n' ' ')" '123#01 123#01 123#02 123#02 '
	run cat states.err
	assert_line --index 0 'canread: vcan1: the interface is down; waiting for it'
	assert_line --index 1 'canread: vcan1: the interface is up again'
	assert_line --index 2 'canread: vcan1: the interface is down; waiting for it'
	assert_line --index 3 'canread: vcan1: the interface is up again'
	assert_equal "${#lines[@]}" 4
}

@test "an interface that is removed comes back with another index, and its filter holds" {
	[[ $(<gone.index) =~ ^([0-9]+)\ ([0-9]+)$ ]]
	refute [ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
	assert_equal "$(<gone.status)" 0
	assert_equal "$(frames_of gone.canread | tr '\n' ' ')" 'vcan2 123#03 vcan2 123#04 '
	assert_equal "$(<gone.err)" "$(printf 'canread: vcan2: %s\n' \
		'the interface is down; waiting for it' 'the interface was removed; waiting for it' \
		'the interface is up again')"
}

@test "--exit-on-down ends instead, with status 1" {
	assert_equal "$(<exit.status)" 1
	assert_equal "$(frames_of exit.canread)" 'vcan2 123#05'
	assert_equal "$(<exit.err)" 'canread: vcan2: the interface is down; waiting for it'
}

@test "-x: the direction as candump -L -x has it; --local chooses by it; --hwtime says what there is" {
	cmp direction.log direction.canread
	assert_equal "$(frames_of direction.canread | tr '\n' ' ')" 'vcan1 123#01 T vcan1 124#02 R vcan1 123#03 T '
	assert_equal "$(frames_of others.canread)" 'vcan1 124#02'
	assert_equal "$(frames_of local.canread | tr '\n' ' ')" 'vcan1 123#01 vcan1 123#03 '
	assert_equal "$(<local.err)" "canread: vcan1: the adapter gives no time stamps: they are the kernel's"
	assert_equal "$(<others.err)" ''
}

@test "error frames in words with -v" {
	assert_equal "$(lines words.canread)" 4
	assert_equal "$(<words.err)" "$(printf 'canread: vcan0: %s\n' \
		'many receive errors, error passive for transmit errors, transmit errors 96, receive errors 0' \
		'bus off' \
		'arbitration lost in bit 5, protocol error: dominant bit not sent, on transmission in the data')"
}

@test "CAN XL: from one byte to 2048, beside FD" {
	assert_equal "$(<xl.status)" 0
	assert_equal "$(<xl.err)" ''
	assert_equal "$(lines xl.canread)" 3
	local data
	data=$(for ((i = 0; i < 256; i++)); do printf %02X $i; done)
	data=$data$data$data$data
	assert_equal "$(frames_of xl.canread | sed -n 1p)" "vcan1 00123#81:03:12345678#$data$data"
	assert_equal "$(frames_of xl.canread | sed -n 2p)" 'vcan1 00123#81:03:12345678#11'
	assert_equal "$(frames_of xl.canread | sed -n 3p)" 'vcan1 123##5112233'
	canread xl.canread | cmp - xl.canread
}

@test "cangen at full speed: nothing is lost where the receive buffer may grow" {
	assert_equal "$(<full.status)" 0
	assert_equal "$(lines full.canread)" 100000
	assert_equal "$(stats_value canread lost full.err)" 0
}

@test "without a SOURCE on a terminal: the interfaces and their state" {
	assert_equal "$(<survey.status)" 2
	run tr -d '\r' <survey.out
	assert_line -n 0 'canread: no SOURCE is given'
	assert_line -n 1 'CAN interfaces of this machine:'
	assert_line '  vcan0            up, CAN FD, vcan'
	assert_line '  vcan1            down, CAN FD, vcan (ip link set vcan1 up)'
	assert_line '  canread vcan0'
}

@test "what is no CAN interface is refused" {
	assert_equal "$(<lo.status)" 1
	assert_equal "$(<lo.err)" 'canread: lo: not a CAN interface: No such device'
	assert_equal "$(<vcan9.status)" 1
	assert_equal "$(<vcan9.err)" \
		'canread: vcan9: no file of that name; as an interface: no network interface of that name: No such device'
}

@test "a file and an interface: the file first" {
	assert_equal "$(<mixed.status)" 0
	assert_equal "$(frames_of mixed.canread | tr '\n' ' ')" 'can0 123#11 vcan0 123#04 '
}

@test "a clock that is set while frames come, or that is plainly wrong, is said" {
	assert_equal "$(<clock.status)" 0
	assert_equal "$(lines clock.canread)" 4
	run cat clock.err
	assert_line --index 0 --regexp "^canread: this machine's clock was set forward by 3(599\.[5-9]|600\.[0-9]) s"
	assert_line --index 1 --regexp "^canread: this machine's clock was set back by [0-9.]* s"
	assert_line --index 2 --partial "this machine's clock says 2001-02-03T04:05:"
	assert_equal "${#lines[@]}" 3
}
