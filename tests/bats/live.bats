# canread on buses behind the network: bridges and socketcand, played by tests/helpers/netscript.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	PORT=$(free_port)
}

teardown() {
	local pid
	for pid in "${PIDS[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# read_bus SOURCE [OPTION]...: canread in the background, into out and err; READER is its process.
read_bus() {
	(exec env --default-signal=INT canread "$@" >out 2>err 3>&-) &
	READER=$!
	PIDS+=($!)
}

# play KIND...: the other side, with the script from standard input, into played.
play() {
	"$ROOT/tests/helpers/netscript" "$@" <&0 >played 2>&1 3>&- &
	PLAYER=$!
	PIDS+=($!)
}

# ended: canread after Ctrl-C; its status.
ended() {
	kill -INT "$READER"
	wait "$READER"
}

listens() {
	wait_for grep -qi ":$(printf %04X "$PORT") " /proc/net/udp /proc/net/udp6
}

frames() {
	cut -d' ' -f2- out
}

has_frames() {
	[ "$(wc -l <out)" -ge "$1" ]
}

# --- bridges: UDP ----------------------------------------------------------------------------

V1=00547269746975600002030405060700	# a header, version 1; its 8th byte ends in the bus
V2=00547269fdd601000002030405060700	# version 2, bus 256
A=0000012300021122000000000000		# 123#1122
B=12345678010833445566778899aa		# 12345678#33445566778899AA
R=0000045602040000000000000000		# 456#R4
BEAT=00000000800801f4020304050607
SETTING=00000005400801f4020304050607

@test "bridge: both versions, several frames in a datagram, remote frames; what is no frame is kept off" {
	read_bus --stats "bridge:239.255.60.60:$PORT"
	listens
	play udp 239.255.60.60 "$PORT" <<-E
	hex $V1$A
	hex $V2$B$A$BEAT$R
	hex $V1$BEAT
	hex $V1$SETTING
	hex ${V1:0:14}6f${V1:16}$A
	E
	wait_for has_frames 5
	ended
	assert_equal "$(frames)" "$(printf '%s\n' 'bus0 123#1122' 'bus256 12345678#33445566778899AA' \
		'bus256 123#1122' 'bus256 456#R4' 'bus15 123#1122')"
	assert_equal "$(stats_value canread received err)" 5
	assert_equal "$(stats_value canread other err)" 3
	assert_equal "$(stats_value canread skipped err)" 0
	sort -c -u -k1,1 out	# also those of one datagram have times of their own
}

@test "bridge: datagrams of every length, torn, foreign and hostile: what is whole comes through" {
	local n all=$V1$A$B$A
	read_bus -v --stats "bridge:127.0.0.1:$PORT"
	listens
	for ((n = 0; n <= 58; n++)); do echo "hex ${all:0:2*n}"; done | play udp 127.0.0.1 "$PORT"
	# The large ones by themselves: a socket may have no room for more at a time.
	wait_for has_frames 45
	play udp 127.0.0.1 "$PORT" <<<"hex $(gzip -dc "$DATA/drive.log.gz" | head -c 60000 | od -An -v -tx1 | tr -d ' \n')"
	wait_for grep -q 'of 60000 bytes' err
	{
		echo "hex $V1$(for _ in {1..4000}; do printf %s $BEAT; done)"
		echo "hex $V1${A:0:8}04${A:10}"		# a flag that is none
		echo "hex $V1${A:0:10}09${A:12}"	# 9 bytes
		echo "hex $V1${A:0:4}0fff${A:8}"	# 12 bits
		echo "hex ${V1:0:4}${all:6}"
		echo "hex $V1$R"
	} | play udp 127.0.0.1 "$PORT"
	wait_for grep -q '456#R4' out
	ended && false || assert_equal $? 3
	# Lengths 30 to 43 have one record, to 57 two, 58 three.
	assert_equal "$(grep -c ' 123#1122' out)" 30
	assert_equal "$(grep -c ' 12345678#' out)" 15
	assert_equal "$(wc -l <out)" 46
	assert_equal "$(stats_value canread other err)" 4000
	# No header: 0 to 15 and two more; no whole records: all other lengths but 30, 44, 58; bad: 3.
	assert_equal "$(stats_value canread skipped err)" $((18 + 40 + 3))
	grep -qx "canread: bridge:127.0.0.1:$PORT: expected whole records in a datagram of 31 bytes" err
	grep -qx "canread: bridge:127.0.0.1:$PORT: expected the header of a bridge in a datagram of 60000 bytes" err
	grep -qx "canread: bridge:127.0.0.1:$PORT: expected the record of a frame, not id 00000123 flags 04 length 2" err
}

# bats test_tags=slow
@test "bridge: filters; a heartbeat keeps it from being silent; silence is said, and its end" {
	read_bus --stats "bridge:127.0.0.1:$PORT,123:7FF"
	listens
	play udp 127.0.0.1 "$PORT" <<-E
	hex $V1$A$B$R
	sleep 2
	hex $V1$BEAT
	sleep 2
	hex $V1$BEAT
	sleep 2
	hex $V1$BEAT
	E
	wait $PLAYER
	assert_equal "$(<err)" ''
	wait_for grep -q 'no bridge was heard for 5 seconds' err
	play udp 127.0.0.1 "$PORT" <<<"hex $V1$A"
	wait_for has_frames 2
	ended
	assert_equal "$(frames)" "$(printf 'bus0 123#1122\nbus0 123#1122')"
	assert_equal "$(head -n 2 err)" "$(printf "canread: bridge:127.0.0.1:$PORT,123:7FF: %s\n" x | sed 's/,123:7FF//; s/: x$/: no bridge was heard for 5 seconds/'
		echo "canread: bridge:127.0.0.1:$PORT: the bridge is heard again")"
}

# --- bridges: TCP ----------------------------------------------------------------------------

@test "bridge:tcp: what it asks for; records torn anywhere, with a header or without" {
	{
		echo 'get 24'
		echo "hex $V1$A"
		sed 's/../hex &\nsleep 0.002\n/g' <<<"$B$V2$A$R"
		echo "hex $A$A$BEAT"
		echo 'sleep 60'
	} | play tcp "$PORT"
	wait_for grep -q ready played
	read_bus --stats "bridge:tcp:127.0.0.1:$PORT/5/100-1ff"
	wait_for has_frames 6
	ended
	assert_equal "$(frames | sort | uniq -c | tr -s ' ')" "$(printf ' %s\n' '1 bus0 123#1122' \
		'1 bus0 12345678#33445566778899AA' '3 bus256 123#1122' '1 bus256 456#R4')"
	[[ $(sed -n 2p played) =~ ^0000010000000100005472697469756500[0-9a-f]{14}$ ]]
	assert_equal "$(stats_value canread other err)" 1
	assert_equal "$(stats_value canread skipped err)" 0
}

@test "bridge:tcp: waits for one that is not there, connects again, finds its place again" {
	read_bus --stats "bridge:tcp:127.0.0.1:$PORT"
	wait_for grep -q 'Connection refused; trying again' err
	play tcp "$PORT" <<-E
	get 24
	hex $A${B:0:10}
	close
	get 24
	hex $B
	reset
	get 24
	times 20 ff
	times 200 ee
	accept
	get 24
	hex $R
	sleep 60
	E
	wait_for has_frames 3
	ended && false || assert_equal $? 3
	assert_equal "$(frames)" "$(printf '%s\n' 'bus13 123#1122' 'bus13 12345678#33445566778899AA' 'bus13 456#R4')"
	grep -q ': connected to the bridge again' err
	grep -q ': the bridge closed the connection; trying again' err
	grep -q ': Connection reset by peer; trying again' err
	grep -q ': Protocol error; trying again' err
	grep -q ': expected a whole record: the connection ended in it' err
}

@test "bridge:tcp: --exit-on-down" {
	run --separate-stderr canread --exit-on-down "bridge:tcp:127.0.0.1:$PORT"
	assert_equal "$status" 1
	assert_equal "$stderr" "canread: bridge:tcp:127.0.0.1:$PORT: Connection refused; trying again"
}

# --- socketcand ------------------------------------------------------------------------------

GREET='text < hi >
line
text < ok >
line
text < ok >'

@test "socketcand: the dialogue, every kind of frame, torn messages; times are the other machine's" {
	play tcp "$PORT" <<-E
	$GREET
	text < frame 123 1700000000.424242 1122 >< frame 12345678 1700000000.424243 11 22 33 >
	text < fdframe 123 05 1700000000.5 112233 >< rtr 123 1700000000.6 4 >
	text < err
	sleep 0.05
	text or 040 1700000000.7 >< stat 1 2 3 4 >
	text < frame 1
	sleep 0.05
	text 24 1700000000.8 >
	sleep 60
	E
	wait_for grep -q ready played
	read_bus --stats "socketcand:127.0.0.1:$PORT/can7,0:0,#FFFFFFFF"
	wait_for has_frames 6
	ended
	assert_equal "$(<out)" "$(cat <<-'E'
	(1700000000.424242) can7 123#1122
	(1700000000.424243) can7 12345678#112233
	(1700000000.500000) can7 123##5112233
	(1700000000.600000) can7 123#R4
	(1700000000.700000) can7 20000040#0000000000000000
	(1700000000.800000) can7 124#
	E
	)"
	assert_equal "$(cat played)" "$(printf '%s\n' ready '< open can7 >' '< rawmode >')"
	assert_equal "$(stats_value canread other err)" 1
}

@test "socketcand: a bus that it does not have, and it coming back" {
	read_bus "socketcand:127.0.0.1:$PORT/can9"
	wait_for grep -q 'Connection refused; trying again' err
	play tcp "$PORT" <<-E
	text < hi >
	line
	text < error could not open bus >
	close
	$GREET
	text < frame 123 1700000000.424242 >
	sleep 60
	E
	wait_for has_frames 1
	ended
	# Being down is said once, whatever the reason is next time.
	assert_equal "$(<err)" "$(printf "canread: socketcand:127.0.0.1:$PORT/can9: %s\n" \
		'Connection refused; trying again' 'connected again')"
}

# bats test_tags=nosan
@test "socketcand: what is no socketcand, endless messages, rubbish between frames" {
	{
		echo 'text HTTP/1.1 400 Bad Request'
		echo 'close'
		echo 'text < hi >'
		echo 'line'
		echo 'text < hi >'			# where ok is due
		echo 'accept'
		echo "$GREET"
		echo 'text < frame 123 1700000000.1 >}{< frame 123 1700000000.2 112233445566778899 ><<>< frame'
		echo 'times 1000000 20'
		echo 'text >< frame 124 1700000000.3 >'
		echo 'times 3000000 3c'
		echo 'accept'
		echo "$GREET"
		echo 'text < frame 125 1700000000.4 >'
		echo 'sleep 60'
	} | play tcp "$PORT"
	wait_for grep -q ready played
	(ulimit -v 100000; exec env --default-signal=INT canread --stats "socketcand:127.0.0.1:$PORT/can0" >out 2>err 3>&-) &
	READER=$!
	PIDS+=($!)
	wait_for grep -q '125#' out
	ended && false || assert_equal $? 3
	assert_equal "$(frames | tr '\n' ' ')" 'can0 123# can0 124# can0 125# '
	grep -q ": expected a message of socketcand, not 'HTTP/1.1 400 Bad Request'" err
	grep -q ': it closed the connection; trying again' err
	grep -q ': this is not socketcand; trying again' err
}

# bats test_tags=slow
@test "socketcand: a silent bus is asked whether it is there; no answer, and it is connected again" {
	play tcp "$PORT" <<-E
	$GREET
	text < frame 123 1700000000.1 >
	line
	text < echo >
	line
	sleep 7
	accept
	$GREET
	text < frame 124 1700000000.2 >
	sleep 60
	E
	wait_for grep -q ready played
	read_bus "socketcand:127.0.0.1:$PORT/can0"
	wait_for has_frames 2
	ended
	assert_equal "$(grep -c '< echo >' played)" 2
	grep -q ': it does not answer; trying again' err
}

# --- both ------------------------------------------------------------------------------------

@test "a bridge and two machines at once, and a recording before them" {
	local other
	other=$(free_port)
	echo '(1700000000.000000) can0 100#' >log
	printf '%s\ntext < frame 101 1700000000.1 >\nsleep 60\n' "$GREET" >script
	play tcp "$PORT" <script
	wait_for grep -q ready played
	play tcp "$other" <script
	wait_for grep -q ready played
	read_bus log "socketcand:127.0.0.1:$PORT/a" "socketcand:localhost:$other/b" "bridge:127.0.0.1:$PORT"
	listens
	play udp 127.0.0.1 "$PORT" <<<"hex $V1$A"
	wait_for has_frames 4
	ended
	assert_equal "$(frames | sort | tr '\n' ' ')" 'a 101# b 101# bus0 123#1122 can0 100# '
	assert_equal "$(frames | head -n 1)" 'can0 100#'
}

@test "names that cannot be: status 1, what was expected" {
	local name
	for name in bridge:tcp: bridge::1 bridge:tcp:car/x bridge:tcp:car/1/2 socketcand: socketcand:car \
		socketcand:car/ 'socketcand:car/a b' 'socketcand:car/<' socketcand:car/12345678901234567; do
		run --separate-stderr canread "$name"
		assert_equal "$status:$output" 1:
		[[ $stderr == "canread: $name: expected "* ]]
	done
	run --separate-stderr without_net canread bridge:tcp:nosuch.invalid
	assert_equal "$status" 1
	[[ $stderr == 'canread: bridge:tcp:nosuch.invalid: '* ]]
	run --separate-stderr canread bridge:192.0.2.1
	assert_equal "$status" 1
	assert_equal "$stderr" 'canread: bridge:192.0.2.1: cannot be listened to: Cannot assign requested address'
	run --separate-stderr canread bridge:,x
	assert_equal "$status" 2
}
