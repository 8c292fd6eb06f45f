# influxpush --tee: the stream goes on behind it.
load common
load scripted

setup() {
	export SERVERS_ROOT=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
	scripted_start 204
}

teardown() {
	servers_stop
}

push() {
	influxpush -u "$SCRIPTED_URL" --api v2 -b can --tee
}

# assert_delivered COUNT: so many points, each once.
assert_delivered() {
	sort "$SCRIPTED_DIR/stored" | uniq | wc -l >count
	assert_equal "$(<count) $(wc -l <"$SCRIPTED_DIR/stored")" "$1 $1"
}

@test "every byte of the input, comments and what cannot be sent too" {
	{
		printf '#meta\tm\tf\tunit\tV\n\n'
		numbers 1 200000
		printf 'm s="a\nb" 5\r\nm f="open\nhalf a li'
	} >in.lp
	push <in.lp >out.lp 2>/dev/null || [ $? = 3 ]
	cmp in.lp out.lp
	push <in.lp 2>/dev/null | cat >out.lp
	cmp in.lp out.lp
}

@test "a reader that goes away does not stop delivery" {
	run_pipe 'influxpush -u "$1" --api v2 -b can --tee --stats < <(seq -f "m f=%.0f 1" 300000) | head -n 1' "$SCRIPTED_URL"
	assert_equal "$status $output" '0 m f=1 1'
	[[ $stderr == *' delivered=300000 '* ]]
	assert_delivered 300000
}

@test "a reader that takes its time gets everything, and delivery does not wait for the end of it" {
	mkfifo slow
	{ sleep 1; cat; } <slow >out.lp &
	numbers 1 100000 >in.lp
	push <in.lp >slow
	wait $!
	cmp in.lp out.lp
	assert_delivered 100000
}

@test "standard output that fails: delivered, told, status 1" {
	run -1 --separate-stderr bash -c 'influxpush -u "$1" --api v2 -b can --tee <<<"m f=1 1" >/dev/full' bash "$SCRIPTED_URL"
	[[ $stderr == *'standard output: No space left on device; delivery goes on'* ]]
	assert_delivered 1
}

@test "into promexport, with what the comments say" {
	printf '#meta\tBattery\tvoltage\tunit\tV\thelp\tof the pack\nBattery,bus=can0 voltage=12.5 %s\n' \
		"$(date +%s)000000000" | push | promexport --once >metrics
	grep -q '12\.5$' metrics
	grep -q 'of the pack' metrics
	assert_delivered 1
}
