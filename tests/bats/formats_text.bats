# canread on recordings in text formats: what they are recognised by, what they say and lack. How
# their lines are read is in the unit tests of each format.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# written NAME: a small recording, as its program would write it.
written() {
	case $1 in
	asc) printf '%s\r\n' 'date Sam Sep 30 15:06:13.191 2017' 'base hex  timestamps absolute' \
		'internal events logged' '// version 9.0.0' 'Begin Triggerblock Sam Sep 30 15:06:13.191 2017' \
		'   0.000000 Start of measurement' '   0.015991 CAN 1 Status:chip status error active' \
		'   2.501000 1  64              Tx   d 2 00 01' '   2.501010 1  ErrorFrame' \
		'   3.015991 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%' \
		'   3.101000 2  18EBFF00x       Rx   r' 'End TriggerBlock' ;;
	trc) printf '%s\r\n' ';$FILEVERSION=2.1' ';$STARTTIME=43008.6293193403' ';$COLUMNS=N,O,T,B,I,d,R,L,D' \
		';---+--' '      1      2501.000 DT 1      0064 Tx -  2    00 01 ' \
		'      2      2501.010 ST 1         - Rx -  4    00 00 00 08 ' \
		'      3      3101.000 RR 2  18EBFF00 Rx -  0' ;;
	busmaster) printf '%s\r\n' '***BUSMASTER Ver 3.2.2***' '***PROTOCOL CAN***' \
		'***START DATE AND TIME 30:9:2017 15:06:13:191***' '***HEX***' '***SYSTEM MODE***' \
		'15:06:15:6920 Tx 1 0x064 s 2 00 01 ' '15:06:16:2920 Rx 2 0x18EBFF00 xr 0 ' \
		'***[STOP LOGGING SESSION]***' ;;
	carbus) printf '%s\r' '@ TEXT @ 3 @ 64 @ 0 @ 2 @ 600 @ 00:00:00.600 @' '# $LocalTime=15:06:15.692' \
		$'59,501000\t1\t00000004\t064\t2\t00 01\t00000000\t  \t' \
		$'00,101000\t2\t00000005\t18EBFF00\t0\t\t00000000\t  \t' ;;
	gvret) printf '%s\n' 'Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8' \
		'1506783975692000,00000064,false,Tx,1,2,00,01,00,00,00,00,00,00,' \
		'1506783976292000,18EBFF00,true,Rx,2,0,00,00,00,00,00,00,00,00,' ;;
	python-can) printf '%s\n' 'timestamp,arbitration_id,extended,remote,error,dlc,data' \
		'1506783975.692,0x64,0,0,0,2,AAE=' '1506783976.292,0x18ebff00,1,1,0,0,' ;;
	microchip) printf '%s\n' '//---' 'Microchip Technology Inc.' 'CAN BUS Analyzer' \
		'Logging Started: 30/9/2017 15:06:13' '//---' '2692;TX;0x064;2;0x00;0x01;' \
		'3292;RX;0x18EBFF00;0;' ;;
	rawdatalog) printf '%s\r\n' 'Recv time     , Packet num, ID        , flags, data              , float[1]' \
		'15:06:15.692  , 1         , 0x0x064   ,      , 0x0706050403020100, 1.00061E-34' \
		'15:06:16.292  , 2         , 0x0x18EBFF00, ER   , 0x0000000000000000, 0' ;;
	id-csv) printf '%s\n' 'ID,Data Bytes' '00000064,00 01 ' '18EBFF00,' ;;
	esac
}

FORMATS='asc trc busmaster carbus gvret python-can microchip rawdatalog id-csv'

@test "each format is recognised by its content: as a file, from a pipe, compressed" {
	local f
	for f in $FORMATS; do
		written "$f" >"$f"
		run --separate-stderr canread --format "$f" --time none --start 0 "$f"
		assert_equal "$status ${#lines[@]}" "0 $([ "$f" = asc ] && echo 3 || echo 2)"
		canread -q --start 1 "$f" | cut -d ' ' -f 2- >want
		canread -q --start 1 <"$f" | cut -d ' ' -f 2- | cmp - want
		cat "$f" | canread -q --start 1 | cut -d ' ' -f 2- | cmp - want
		gzip -c "$f" | canread -q --start 1 | cut -d ' ' -f 2- | cmp - want
		canread -q --start 1 --format "$f" "$f" | cut -d ' ' -f 2- | cmp - want
		canread --formats | grep "^$f "
	done
}

@test "a recording that comes byte by byte is recognised as well" {
	local f
	for f in asc trc carbus gvret rawdatalog; do
		written "$f" >"$f"
		perl -e '$| = 1; while (read STDIN, $c, 1) { print $c; select undef, undef, undef, 0.001 }' <"$f" |
			canread -q --start 1 | cut -d ' ' -f 2- | cmp - <(canread -q --start 1 "$f" | cut -d ' ' -f 2-)
	done
}

@test "the formats with a date: the same frames at the same times, local to --timezone" {
	local f
	written asc >drive.asc
	run --separate-stderr canread drive.asc
	assert_equal "$output" "$(cat <<-'E'
	(1506783975.692000) can1 064#0001 T
	(1506783975.692010) can1 20000080#0000000000000000
	(1506783976.292000) can2 18EBFF00#R R
	E
	)"
	for f in trc busmaster; do
		written "$f" >"$f"
		canread -q "$f" | cut -c 1-17 | cmp - <(canread -q drive.asc | sed 2d | cut -c 1-17)
		canread -q "$f" | sed 's/.*) //' | cmp - <(canread -q drive.asc | sed '2d; s/.*) //')
	done
	written microchip >microchip
	assert_equal "$(canread microchip)" "$(printf '%s\n' '(1506783975.692000) can0 064#0001 T' \
		'(1506783976.292000) can0 18EBFF00# R')"
	for f in drive.asc trc busmaster microchip; do
		canread -q --timezone Europe/Berlin "$f" | cut -c 2-11 |
			cmp - <(canread -q --timezone UTC "$f" | cut -c 2-11 | while read -r t; do echo $((t - 7200)); done)
	done
}

@test "RawDataLog: the day from the name or --date, midnight, and neither" {
	written rawdatalog >RawDataLog-20170930-1506.txt
	run --separate-stderr canread RawDataLog-20170930-1506.txt
	assert_equal "$output" "$(printf '%s\n' '(1506783975.692000) can0 064#0001020304050607' \
		'(1506783976.292000) can0 18EBFF00#R8')"
	assert_equal "$stderr" ''
	gzip RawDataLog-20170930-1506.txt
	run canread RawDataLog-20170930-1506.txt.gz
	assert_line -n 0 '(1506783975.692000) can0 064#0001020304050607'
	run canread --date 2017-10-01 RawDataLog-20170930-1506.txt.gz
	assert_line -n 0 '(1506870375.692000) can0 064#0001020304050607'
	# begun before midnight, the first frame after it
	written rawdatalog | sed 's/^15:06/00:06/' >RawDataLog-20170930-2359.txt
	run canread RawDataLog-20170930-2359.txt
	assert_line -n 0 '(1506816375.692000) can0 064#0001020304050607'
	# over midnight
	written rawdatalog | sed 's/^15:06:15/23:59:59/; s/^15:06:16/00:00:00/' >RawDataLog-20170930-1506.txt
	run canread RawDataLog-20170930-1506.txt
	assert_line -n 0 '(1506815999.692000) can0 064#0001020304050607'
	assert_line -n 1 '(1506816000.292000) can0 18EBFF00#R8'
	# a name that says nothing: from --start
	cp RawDataLog-20170930-1506.txt drive.txt
	run --separate-stderr canread --start 1700000000 drive.txt
	assert_equal "$output" "$(printf '%s\n' '(1700000000.000000) can0 064#0001020304050607' \
		'(1700000000.600000) can0 18EBFF00#R8')"
	assert_equal "$stderr" ''
}

@test "CARBUS: minutes, and with --date the local time of the first frame" {
	# one without any times: 5 ms apart, the same in every run
	written id-csv >id.csv
	touch -d '2017-09-30T15:06:16.292Z' id.csv
	run --separate-stderr canread id.csv
	assert_equal "$output" '(1506783976.287000) can0 064#0001
(1506783976.292000) can0 18EBFF00#'
	[[ $stderr == 'canread: id.csv: it has no times: frames are put 5 ms apart: '* ]]
	written carbus >drive.trc
	run canread --start 1700000000 drive.trc
	assert_output "$(printf '%s\n' '(1700000059.501000) can1 064#0001' '(1700000060.101000) can2 18EBFF00#')"
	run canread --date 2017-09-30 drive.trc
	assert_output "$(printf '%s\n' '(1506783975.692000) can1 064#0001' '(1506783976.292000) can2 18EBFF00#')"
	# line ends converted
	tr '\r' '\n' <drive.trc >converted.trc
	canread --date 2017-09-30 converted.trc | cmp - <(canread --date 2017-09-30 drive.trc)
	sed 's/\r/\r\n/g' <drive.trc >converted.trc
	canread --date 2017-09-30 converted.trc | cmp - <(canread --date 2017-09-30 drive.trc)
}

@test "what is no frame is counted by kind, what should be one is shown" {
	written asc >drive.asc
	run --separate-stderr canread -v --stats drive.asc
	assert_equal "$status" 0
	assert_equal "${stderr_lines[0]}" \
		'canread: no frames, and left out: 1 markers, 1 chip states, 1 bus statistics'
	assert_equal "$(stats_value canread other <<<"$stderr") $(stats_value canread blank <<<"$stderr")" '3 6'
	sed -i 's/18EBFF00x/28EBFF00x/' drive.asc
	run --separate-stderr canread drive.asc
	assert_equal "$status ${#lines[@]}" '3 2'
	[[ ${stderr_lines[0]} == 'canread: drive.asc:11: expected an id of at most 29 bits, not '* ]]
}

@test "torn tails: half a frame is never given, at whatever byte the file ends" {
	local f at size
	for f in $FORMATS; do
		written "$f" >whole
		canread -q --format "$f" --start 1 whole | cut -d ' ' -f 2- >want
		size=$(stat -c %s whole)
		for at in $(seq $((size - 40)) 3 $((size - 1))); do
			head -c "$at" whole | canread -q --format "$f" --start 1 | cut -d ' ' -f 2- >got
			head -n "$(wc -l <got)" want | cmp - got
		done
	done
}

@test "torn tails: an id behind the data, the first eight bytes of twelve, half an error" {
	local head line at
	while IFS='~' read -r head line; do
		for ((at = ${#line} - 12; at < ${#line}; at++)); do
			printf '%s\n%s' "$head" "${line:0:at}" >torn
			run --separate-stderr canread --start 1 torn
			assert_equal "$status ${#lines[@]} ${line:0:at}" "3 0 ${line:0:at}"
		done
	done <<'EOF'
base hex  timestamps absolute~1.0 1 Engine Rx d 2 01 02 Length = 1 BitCount = 2 ID = 418119424
base hex  timestamps absolute~1.0 1 123 Rx d c 01 02 03 04 05 06 07 08 09 0A 0B 0C
***BUSMASTER Ver 3.2.2***~9:05:01:1230 Rx 1 0x023 s 12 40 01 02 03 04 05 06 07 08 09 0A 0B
;$FILEVERSION=2.1~1 1334.222 ER 1 - Rx - 5 04 00 02 00 00
;$FILEVERSION=1.1~1) 1334.4 Error 0008 4 00 19 08 08
EOF
}

@test "a last line without a newline: used where it cannot be half a frame" {
	local f newline
	for f in asc trc busmaster gvret python-can rawdatalog; do
		written "$f" >whole
		case $f in
		gvret | python-can) newline=1 ;;
		*) newline=2 ;;
		esac
		head -c -$newline whole >short
		run --separate-stderr canread --start 1 short
		assert_equal "$status $stderr" '0 '
		assert_equal "$output" "$(canread -q --start 1 whole)"
	done
	written id-csv | head -c -1 >short
	run --separate-stderr canread short
	assert_equal "$status ${#lines[@]}" '3 1'
	[[ $stderr == *'the last line has no newline and is not used'* ]]
	run --separate-stderr canread --accept-unterminated short
	assert_equal "$status ${#lines[@]}" '0 2'
	# a remote frame whose length may be missing; numbers that may lack a digit
	printf 'base dec  timestamps absolute\n0.5 1 100 Rx d 1 25' >dec
	run --separate-stderr canread --start 1 dec
	assert_equal "$status ${#lines[@]}" '3 0'
}

@test "times that only count from the start: --start, else so that the file ends when it was written" {
	written gvret | sed 's/^150678397/1/' >drive.csv
	touch -d '2017-09-30T15:06:16.292Z' drive.csv
	run canread --start 1700000000 drive.csv
	assert_line -n 0 '(1700000015.692000) can1 064#0001 T'
	written carbus >drive.trc
	touch -d '2017-09-30T15:06:16.292Z' drive.trc
	run --separate-stderr canread drive.trc
	assert_equal "${lines[1]}" '(1506783976.292000) can2 18EBFF00#'
	[[ $stderr == 'canread: drive.trc: '* ]]
}

@test "several recordings of different formats and a log, one after the other and merged" {
	written asc >a
	written trc >b
	written gvret >c
	run canread -q a b c
	assert_equal "${#lines[@]}" 7
	canread -q --merge a b c >merged
	sort -s -k 1,1 merged | cmp - merged
	assert_equal "$(wc -l <merged)" 7
}
