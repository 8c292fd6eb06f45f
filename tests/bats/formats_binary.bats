# canread on recordings in binary formats: BLF, pcap, pcapng, MDF 4. What a single object, packet or
# record means is in tests/unit.
load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# Every tenth frame of the drive, data frames alone; without the flag that every FD frame has.
	gzip -dc "$DATA/drive.log.gz" | awk 'NR % 10 == 3 || /##/' | grep -vE '#R| 2[0-9A-F]{7}#' |
		sed 's/##5/##1/' >log
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# recording FORMAT [NAME=VALUE]...: the log in that format, in the file "recording".
recording() {
	"$ROOT/tests/helpers/as-recording" "$@" <log >recording
}

# plain: directions off, and the flag of FD frames that pcap has.
plain() {
	sed -E 's/ [RT]$//; s/##4/##0/; s/##5/##1/'
}

# same [OPTION]...: canread makes the log of the recording, from a file, compressed, through a pipe.
same() {
	canread -q "$@" recording | plain | cmp - log
	gzip -kf recording
	canread -q "$@" recording.gz | plain | cmp - log
	xz -c recording | canread -q "$@" | plain | cmp - log
}

# --- all formats -----------------------------------------------------------------------------

@test "BLF: packed, as it is, objects across containers" {
	for option in packed=6 packed=0 size=1000 size=47; do
		recording blf $option
		same --map can1=can0 --map can2=can1
	done
}

@test "pcap: both byte orders, micro- and nanoseconds, raw and cooked" {
	for option in link=227 order=big unit=nano 'order=big unit=nano' link=113 'link=113 order=big'; do
		# shellcheck disable=SC2086
		recording pcap $option
		canread -q recording | plain | cmp - <(sed 's/ can1 / can0 /' log)
	done
	recording pcap link=276
	same
}

@test "pcapng: both byte orders, buses by the names of interfaces" {
	recording pcapng
	same
	recording pcapng order=big
	same
}

@test "MDF 4: as a logger leaves it, sorted, packed, transposed" {
	for option in logger sorted packed transposed; do
		recording mf4 layout=$option
		same --map can1=can0 --map can2=can1
	done
}

@test "what canread makes of them goes through can2line" {
	local want
	want=$(can2line -q --no-meta -d "$DATA/drive.dbc" <log | md5sum)
	recording blf
	assert_equal "$(canread --map can1=can0 --map can2=can1 recording | sed 's/ R$//' |
		can2line -q --no-meta -d "$DATA/drive.dbc" | md5sum)" "$want"
	recording mf4 layout=transposed
	assert_equal "$(canread --map can1=can0 --map can2=can1 recording |
		can2line -q --no-meta -d "$DATA/drive.dbc" | md5sum)" "$want"
}

@test "a format that seeks is copied from a pipe, and that is said" {
	recording mf4 layout=sorted
	run --separate-stderr bash -c 'cat recording | canread -v -n 1'
	assert_success
	assert_output --partial 'can1 '
	[[ $stderr == *temporary* ]]
	run --separate-stderr canread -n 1 recording
	assert_equal "$stderr" ''
}

# --- time ------------------------------------------------------------------------------------

@test "BLF counts in local time; pcap and MDF 4 do not" {
	recording blf
	run canread -n 1 --timezone +02:00 recording
	assert_line --partial "(169999$((2800 + 10#$(head -n 1 log | cut -c 8-11)))."
	recording pcap
	assert_equal "$(canread -n 1 --timezone +02:00 recording)" "$(head -n 1 log)"
	recording mf4
	assert_equal "$(canread --timezone +02:00 recording | head -n 1 | cut -c 1-20)" \
		"$(head -n 1 log | cut -c 1-20)"
}

@test "--from and --until, --merge of several formats" {
	local from until
	recording mf4
	from=$(sed -n 5000p log | cut -c 2-18) until=$(sed -n 6000p log | cut -c 2-18)
	canread --map can1=can0 --map can2=can1 --from "$from" --until "$until" recording |
		cmp - <(awk -v a="($from" -v b="($until~" '$1 >= a && $1 <= b' log)
	awk 'NR % 2' log | "$ROOT/tests/helpers/as-recording" blf >odd
	awk 'NR % 2 == 0' log | "$ROOT/tests/helpers/as-recording" mf4 layout=packed >even
	canread --merge --map can1=can0 --map can2=can1 odd even | plain | sort -s -k1,1 |
		cmp - <(sort -s -k1,1 log)
}

# --- damage ----------------------------------------------------------------------------------

# cut_short SIZE [OPTION]...: the recording up to there. What comes out is the beginning of the log.
cut_short() {
	local size=$1 n
	shift
	head -c "$size" recording >short
	run --separate-stderr bash -c 'canread "${@:2}" short >out; echo $?' bash "$size" "$@"
	plain <out >plain
	n=$(wc -l <plain)
	cmp plain <(head -n "$n" log)
	[ "$n" -gt 0 ] && [ "$n" -lt "$(wc -l <log)" ]
}

@test "files that were cut off: what is whole, status 3 and the place" {
	local size
	for format in 'blf packed=1' 'blf packed=0' 'mf4 layout=logger' pcapng; do
		# shellcheck disable=SC2086
		recording $format
		size=$(stat -c %s recording)
		for cut in $((size / 3)) $((size - 30)); do
			if [ "$format" = pcapng ]; then
				cut_short $cut
			else
				cut_short $cut --map can1=can0 --map can2=can1
			fi
			assert_equal "$output" 3
			[[ $stderr =~ canread:\ short:.*[0-9]+.*the\ (file|data)\ ends\ in\ it ]]
		done
	done
}

@test "a byte that is wrong: the rest is there, and it is said once" {
	local n
	recording blf
	printf '\x55' | dd of=recording bs=1 seek=40000 conv=notrunc 2>/dev/null
	run --separate-stderr bash -c 'canread --map can1=can0 --map can2=can1 recording >out; echo $?'
	assert_equal "$output" 3
	[[ $stderr == *'a container that can be unpacked'* ]]
	plain <out >plain
	n=$(wc -l <plain)
	[ "$n" -gt $(($(wc -l <log) - 3000)) ]
	assert_equal "$(comm -23 <(sort plain) <(sort log))" ''	# nothing that was not there
	assert_equal "$(tail -n 1 plain)" "$(tail -n 1 log)"
}

@test "MDF 3 is known, and not read" {
	{ printf 'MDF     3.30    TGT 15.0'; printf '\0\0\0\0\x4a\1'; head -c 400 /dev/zero; } >old
	run --separate-stderr canread old
	assert_equal "$status" 3
	assert_equal "$output" ''
	[[ $stderr == *'MDF 4; older versions are not read'* ]]
}

# --- memory ----------------------------------------------------------------------------------

# bats test_tags=nosan,slow
@test "64 MB are enough, whatever the length" {
	local format
	for format in 'blf packed=1' pcap 'mf4 layout=logger' 'mf4 layout=transposed'; do
		# shellcheck disable=SC2086
		for _ in {1..20}; do cat log; done | sort -s -k1,1 |
			"$ROOT/tests/helpers/as-recording" $format >long
		run --separate-stderr bash -c 'ulimit -d 65536; canread -q long | wc -l'
		assert_equal "$output" $(($(wc -l <log) * 20))
	done
}

# bats test_tags=nosan
@test "a file cannot ask for more memory than it is worth" {
	# A container of 256 MB of zeroes, and one that says it has four gigabytes of them.
	python3 - <<-'E' >bomb
		import struct, sys, zlib
		def container(body, said):
		    head = struct.pack('<4sHHLLH6xL4x', b'LOBJ', 16, 1, 32 + len(body), 10, 2, said)
		    sys.stdout.buffer.write(head + body + bytes(len(body) % 4))
		sys.stdout.buffer.write(struct.pack('<4sL', b'LOGG', 144) + bytes(136))
		z = zlib.compressobj(9)
		container(b''.join([z.compress(bytes(1 << 20)) for _ in range(256)] + [z.flush()]), 1 << 28)
		container(zlib.compress(b'x'), 0xffffffff)
	E
	run --separate-stderr bash -c 'ulimit -d 65536; canread bomb'
	assert_equal "$status" 3
	[[ $stderr == *'to at most 16 MiB'* ]]
}
