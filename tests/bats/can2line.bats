# can2line: from frames to points, and what it says about them.
load common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cat >car.dbc <<-'D'
		VERSION ""
		BU_: BMS DI
		BO_ 291 BMS_Status: 8 BMS
		 SG_ PackVoltage : 0|16@1+ (0.1,0) [0|500] "V" X
		 SG_ PackCurrent : 16|16@1- (0.25,-10) [0|0] "A" X
		 SG_ Gear : 32|4@1+ (1,0) [0|0] "" X
		 SG_ time : 36|4@1+ (1,0) [0|0] "" X
		BO_ 292 Other: 8 Vector__XXX
		 SG_ PackVoltage : 7|16@0+ (1,0) [0|0] "V" X
		 SG_ Count : 23|48@0+ (1,0) [0|0] "" X
		BO_ 293 Wide: 8 DI
		 SG_ Whole : 0|64@1- (1,0) [0|0] "" X
		BO_ 294 Mux: 8 DI
		 SG_ Sel M : 0|8@1+ (1,0) [0|0] "" X
		 SG_ A m0 : 8|8@1+ (1,0) [0|0] "" X
		 SG_ B m1 : 8|8@1- (1,0) [0|0] "" X
		BO_ 2566844926 J: 8 DI
		 SG_ S : 0|8@1+ (1,0) [0|0] "" X
		 SG_ T : 8|16@1+ (1,0) [0|0] "" X
		CM_ SG_ 291 PackVoltage "of the
		whole \"pack\", a=b";
		BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
		BA_ "VFrameFormat" BO_ 2566844926 3;
		VAL_ 291 Gear 0 "Park" 3 "Drive, \"sport\"" ;
	D
}

frame() { # frame FRAME [SECONDS [BUS]]
	printf '(%s) %s %s\n' "${2-1700000000.000001}" "${3-can0}" "$1"
}

# convert INPUT [OPTION]...: can2line without #meta lines and the message about the field "time".
convert() {
	run --separate-stderr can2line -q -d car.dbc --no-meta "${@:2}" <<<"$1"
}

@test "a frame is a line: exact decimals, both byte orders, signs" {
	convert "$(frame 123#7B00F6FF13FF0000)"
	assert_success
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3,PackCurrent=-12.5,Gear=3,time_=1 1700000000000001000'
	convert "$(frame 124#7B00FFFFFFFFFFFF)"
	assert_output 'Other,bus=can0 PackVoltage=31488,Count=281474976710655 1700000000000001000'
}

@test "integers that doubles would round are integer fields, --integers makes all whole ones so" {
	convert "$(frame 125#0000000000000080)"
	assert_output 'Wide,bus=can0 Whole=-9223372036854775808i 1700000000000001000'
	convert "$(frame 126#01FF)" --integers
	assert_output 'Mux,bus=can0 Sel=1i,B=-1i 1700000000000001000'
}

@test "messages of one measurement agree on the types of their fields" {
	cat >two.dbc <<-'D'
		BO_ 801 A: 8 N
		 SG_ X : 0|8@1+ (1,0) [0|0] "" X
		 SG_ Y : 8|8@1+ (1,0) [0|0] "" X
		 SG_ Y_label : 16|8@1+ (1,0) [0|0] "" X
		 SG_ Z : 0|64@1- (1,0) [0|0] "" X
		 SG_ data : 0|8@1+ (1,0) [0|0] "" X
		BO_ 802 B: 8 N
		 SG_ X : 0|8@1+ (0.5,0) [0|0] "" X
		 SG_ Y : 8|8@1+ (1,0) [0|0] "" X
		 SG_ Z : 0|64@1- (0.5,0) [0|0] "" X
		BO_ 803 A: 8 M
		 SG_ Y : 8|8@1+ (0.25,0) [0|0] "" X
		VAL_ 802 Y 1 "on" ;
	D
	both() { # both [OPTION]...: the points of two frames, with neither tags nor times
		run --separate-stderr can2line -q -d two.dbc --no-meta --tags message "$@" \
			<<<"$(frame 321#0102030000000000; frame 322#0101000000000000)"
		output=$(sed 's/,message=[AB]//; s/ [0-9]*$//' <<<"$output")
	}
	both -m can --integers
	assert_output - <<-'E'
		can X=1,Y=2,Y_label=3i,Z=197121,data=1i
		can X=0.5,Y=1,Z=128.5
	E
	both -m can --labels text
	assert_output - <<-'E'
		can X=1,Y="2",Y_label=3,Z=197121,data=1
		can X=0.5,Y="on",Z=128.5
	E
	both -m '{node}' --labels both --integers
	assert_output - <<-'E'
		N X=1,Y=2i,Y_label=3i,Z=197121,data=1i
		N X=0.5,Y=1i,Y_label_="on",Z=128.5
	E
	both --integers # two messages are called A, and one of them has halves
	assert_output - <<-'E'
		A X=1i,Y=2,Y_label=3i,Z=197121i,data=1i
		B X=0.5,Y=1i,Z=128.5
	E
	both -m '{id}' --labels text
	assert_output - <<-'E'
		321 X=1,Y=2,Y_label=3,Z=197121i,data=1
		322 X=0.5,Y="on",Z=128.5
	E
	both -m can_frame --unknown -s '*.data'
	assert_output 'can_frame data_=1'
}

@test "multiplexing: the branch that is selected, and none that is not" {
	convert "$(frame 126#0005; frame 126#01FF; frame 126#0205; frame 126#00)"
	assert_output - <<-'E'
		Mux,bus=can0 Sel=0,A=5 1700000000000001000
		Mux,bus=can0 Sel=1,B=-1 1700000000000001000
		Mux,bus=can0 Sel=2 1700000000000001000
		Mux,bus=can0 Sel=0 1700000000000001000
	E
}

@test "short frames give what is whole in them, unknown ids and remote frames nothing" {
	run --separate-stderr can2line -d car.dbc --no-meta --stats <<<"$(frame 123#7B00F6; frame 7FF#11
		frame 123#R8; frame 20000004#0000000000000000; frame 123#)"
	assert_success
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000000001000'
	assert_regex "$stderr" "signal BMS_Status.time is written as time_"
	assert_equal "$(stats_value can2line points <<<"$stderr")" 1
	assert_equal "$(stats_value can2line unknown <<<"$stderr")" 1
	assert_equal "$(stats_value can2line no_data <<<"$stderr")" 2
	assert_equal "$(stats_value can2line empty <<<"$stderr")" 1
}

@test "J1939: any source and destination, told apart by tags" {
	convert "$(frame 18FF0000#07; frame 18FEF200#05)"
	assert_output ''
	# 2566844926 is 0x98FEF1FE: PGN 0xFEF1
	convert "$(frame 18FEF1FE#0501; frame 0CFEF121#06)"
	assert_output - <<-'E'
		J,bus=can0,pgn=65265,sa=254 S=5 1700000000000001000
		J,bus=can0,pgn=65265,sa=33 S=6 1700000000000001000
	E
	sed 's/2566844926/2565865470/g' car.dbc >pdu1.dbc # PF 0xEF: the destination is not part of the PGN
	run --separate-stderr can2line -q --no-meta -d pdu1.dbc <<<"$(frame 18EF2100#0501)"
	assert_output 'J,bus=can0,da=33,pgn=61184,sa=0 S=5 1700000000000001000'
	sed -i '/VFrameFormat/d' car.dbc
	convert "$(frame 0CFEF121#06)"
	assert_output ''
	convert "$(frame 0CFEF121#06)" --j1939
	assert_output 'J,bus=can0,pgn=65265,sa=33 S=6 1700000000000001000'
	convert "$(frame 0CFEF121#FF00FE)" --j1939 --j1939-na drop
	assert_output ''
	convert "$(frame 0CFEF121#FF00FD)" --j1939 --j1939-na drop
	assert_output 'J,bus=can0,pgn=65265,sa=33 T=64768 1700000000000001000'
}

@test "#meta lines come once, before the first point of their field, without a double quote" {
	run --separate-stderr can2line -q -d car.dbc <<<"$(frame 123#7B00F6FF13FF0000; frame 123#7B00F6FF13FF0000)"
	assert_success
	assert_line --index 0 $'#meta\tBMS_Status\tPackVoltage\tunit\tV\thelp\tof the\\nwhole \\qpack\\q, a=b\tmin\t0\tmax\t500\tsender\tBMS\tsignal\tBMS_Status.PackVoltage'
	assert_line --index 2 $'#meta\tBMS_Status\tGear\tvalues\t0 Park\\n3 Drive, \\qsport\\q\tsender\tBMS\tsignal\tBMS_Status.Gear'
	assert_equal "${#lines[@]}" 6
	refute_line --regexp '^#.*"'
	# of each series, whatever buses and sources it comes from
	frames=$(frame 123#7B00F6FF13FF0000; frame 123#7B00F6FF13FF0000 1700000001.0 can1; frame 18FEF101#010203
		frame 18FEF102#010203; frame 18FEF102#010203 1700000001.0 can1)
	for layout in wide narrow 'profinity -t x=1' 'wide -m {id}' 'wide -m {node}{bus}'; do
		# shellcheck disable=SC2086
		run --separate-stderr can2line -q -d car.dbc --layout $layout --tags bus <<<"$frames"
		assert_success
		assert_equal "$(grep '^#' <<<"$output" | sort | uniq -d | cut -f 2,3)" ''
	done
}

@test "layouts" {
	convert "$(frame 123#7B00F6FF13)" --layout narrow
	assert_output - <<-'E'
		can,bus=can0,message=BMS_Status,signal=PackVoltage value=12.3 1700000000000001000
		can,bus=can0,message=BMS_Status,signal=PackCurrent value=-12.5 1700000000000001000
		can,bus=can0,message=BMS_Status,signal=Gear value=3,label="Drive, \"sport\"" 1700000000000001000
		can,bus=can0,message=BMS_Status,signal=time value=1 1700000000000001000
	E
	convert "$(frame 123#7B00; frame 124#0001)" --layout profinity
	assert_output - <<-'E'
		BMS,componentId=0x123,signal=PackVoltage value=12.3 1700000000000001000
		Other,componentId=0x124,signal=PackVoltage value=1 1700000000000001000
	E
	convert "$(frame 125#0000000000000080)" --layout narrow
	assert_output 'can,bus=can0,message=Wide,signal=Whole value=-9223372036854775808 1700000000000001000'
}

@test "measurement template and tags" {
	convert "$(frame 123#7B00)" -m can -t vehicle=42 -t 'note=a b,c=d'
	assert_output 'can,bus=can0,message=BMS_Status,note=a\ b\,c\=d,vehicle=42 PackVoltage=12.3 1700000000000001000'
	convert "$(frame 123#7B00)" -m '{node}.{message}.{bus}.{id}' --tags ''
	assert_output 'BMS.BMS_Status.can0.123 PackVoltage=12.3 1700000000000001000'
	convert "$(frame 123#7B00)" --tags node,id,bus -t bus=front
	assert_output 'BMS_Status,bus=front,id=123,node=BMS PackVoltage=12.3 1700000000000001000'
	convert "$(frame 123#7B00)" -t PackVoltage=x
	assert_output 'BMS_Status,PackVoltage=x,bus=can0 PackVoltage_=12.3 1700000000000001000'
}

@test "labels as text or both" {
	convert "$(frame 123#0000000013; frame 123#0000000011)" --labels text -s '*.Gear'
	assert_output - <<-'E'
		BMS_Status,bus=can0 Gear="Drive, \"sport\"" 1700000000000001000
		BMS_Status,bus=can0 Gear="1" 1700000000000001000
	E
	convert "$(frame 123#0000000010)" --labels both -s '*.Gear'
	assert_output 'BMS_Status,bus=can0 Gear=0,Gear_label="Park" 1700000000000001000'
}

@test "--select and --exclude choose signals; nothing left is an error" {
	convert "$(frame 123#7B00F6FF13FF0000; frame 124#0001)" -s '*.Pack*' -x 'Other.*'
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3,PackCurrent=-12.5 1700000000000001000'
	convert '' -s 'Nothing.*'
	assert_failure 2
	assert_equal "${#stderr_lines[@]}" 1
}

@test "--raw and --unknown" {
	run --separate-stderr can2line --raw <<<"$(frame 123#7B00; frame 12345678#R; frame 20000004#00)"
	assert_success
	assert_output - <<-'E'
		can_frame,bus=can0,id=123 dlc=2i,data="7B00" 1700000000000001000
		can_frame,bus=can0,id=12345678 dlc=0i,data="",remote=true 1700000000000001000
		can_frame,bus=can0,id=20000004 dlc=1i,data="00",error=true 1700000000000001000
	E
	run --separate-stderr can2line --raw=bytes <<<"$(frame 123#7BFF)"
	assert_output 'can_frame,bus=can0,id=123 dlc=2i,data="7BFF",b0=123i,b1=255i 1700000000000001000'
	convert "$(frame 124#0001; frame 555#01)" --unknown
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=1 1700000000000001000
		can_frame,bus=can0,id=555 dlc=1i,data="01" 1700000000000001000
	E
}

@test "--changes writes what has moved, --repeat what has not for long, --deadband ignores less" {
	convert "$(frame 124#0001 1700000000.0; frame 124#0001 1700000001.0; frame 124#0002 1700000002.0
		frame 124#0002 1700000061.0; frame 124#0002 1700000062.0)" --changes
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=1 1700000000000000000
		Other,bus=can0 PackVoltage=2 1700000002000000000
		Other,bus=can0 PackVoltage=2 1700000062000000000
	E
	convert "$(for i in 0 1 2 3 4 5; do frame 123#0"$i"00 170000000$i.0; done)" --changes --deadband '*.Pack*=0.2'
	assert_output - <<-'E'
		BMS_Status,bus=can0 PackVoltage=0 1700000000000000000
		BMS_Status,bus=can0 PackVoltage=0.3 1700000003000000000
	E
	convert "$(for i in 0 1 2; do frame 123#0"$i"00 170000000$i.0; done)" --changes --deadband '*.Pack*=1e38'
	assert_output 'BMS_Status,bus=can0 PackVoltage=0 1700000000000000000'
	convert "$(for i in 0 1 2 3 4 5; do frame 124#000$i 170000000$i.0; done)" --changes=2s
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=0 1700000000000000000
		Other,bus=can0 PackVoltage=2 1700000002000000000
		Other,bus=can0 PackVoltage=4 1700000004000000000
	E
}

@test "--snapshot writes the last values once per interval, until they are stale" {
	convert "$(frame 124#0001 1700000000.2; frame 124#0002 1700000000.7; frame 126#0005 1700000001.5
		frame 126#0006 1700000005.5)" --snapshot 1s --stale 2s
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=2 1700000001000000000
		Other,bus=can0 PackVoltage=2 1700000002000000000
		Mux,bus=can0 Sel=0,A=5 1700000002000000000
		Mux,bus=can0 Sel=0,A=5 1700000003000000000
		Mux,bus=can0 Sel=0,A=6 1700000006000000000
	E
}

@test "--snapshot: frames a little late lose nothing, a time that jumps back begins anew" {
	convert "$(frame 124#0001 1700000009.5; frame 126#0005 1700000010.00001; frame 126#0006 1700000009.99999
		frame 126#0007 1700000011.2; frame 126#0008 1700000009.8; frame 126#0009 1700000009.9)" --snapshot 1s
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=1 1700000010000000000
		Other,bus=can0 PackVoltage=1 1700000011000000000
		Mux,bus=can0 Sel=0,A=6 1700000011000000000
		Other,bus=can0 PackVoltage=1 1700000012000000000
		Mux,bus=can0 Sel=0,A=7 1700000012000000000
		Mux,bus=can0 Sel=0,A=9 1700000010000000000
	E
	convert "$(frame 124#0001; frame 124#0002 9223372035.9; frame 124#0003 9223372035.9)" --snapshot 2000000h
	assert_success
	assert_output - <<-'E'
		Other,bus=can0 PackVoltage=1 7200000000000000000
		Other,bus=can0 PackVoltage=3 9223372036854775807
	E
}

@test "several databases: one per bus, and the first that knows the id" {
	sed 's/BMS_Status/Body/' car.dbc >body.dbc
	run --separate-stderr can2line -q --no-meta -d can1=body.dbc -d car.dbc -s '*.PackVoltage' <<<"$(
		frame 123#7B00; frame 123#7B00 1700000000.5 can1)"
	assert_success
	assert_output - <<-'E'
		BMS_Status,bus=can0 PackVoltage=12.3 1700000000000001000
		Body,bus=can1 PackVoltage=12.3 1700000000500000000
	E
	cp body.dbc 'a=b.dbc'
	run --separate-stderr can2line -q --no-meta -d 'a=b.dbc' -s '*.PackVoltage' <<<"$(frame 123#7B00)"
	assert_output 'Body,bus=can0 PackVoltage=12.3 1700000000000001000'
}

@test "--list shows messages, signals and what is said of them, --list=json and --list=meta are for programs" {
	cat >>car.dbc <<-D
		BO_ 300 Codes: 8 Vector__XXX
		 SG_ Code : 0|8@1+ (1,0) [0|0] "" X
		 SG_ Plain : 8|8@1+ (1,0) [0|0] "" X
		CM_ BO_ 300 "as
		they are";
		CM_ SG_ 300 Code "what	it is";
		VAL_ 300 Code $(for n in {0..19} 256; do printf '%d "c" ' "$n"; done) ;
	D
	run --separate-stderr can2line -q -d car.dbc --list
	assert_success
	assert_line '123  BMS_Status  8 bytes from BMS'
	assert_line '    PackVoltage  V  of the whole "pack", a=b'
	assert_line '    PackCurrent  A'
	assert_line '    Gear            0 Park, 3 Drive, "sport"'
	assert_line '12C  Codes  8 bytes: as they are'
	assert_line "    Code   what it is: $(seq -s ', ' -f '%g c' 0 15) and 4 more"
	assert_line '    Plain'
	run_pipe "can2line -q -d car.dbc --list=json | jq -c '.[0].signals[2]'"
	assert_success
	assert_output '{"start":32,"size":4,"big_endian":false,"type":"unsigned","name":"Gear","unit":"","comment":"","factor":1,"offset":0,"values":[{"raw":0,"label":"Park"},{"raw":3,"label":"Drive, \"sport\""}]}'
	run_pipe "can2line -q -d car.dbc --list=meta | cut -f 2,3 | head -n 2"
	assert_output - <<-'E'
		BMS_Status	PackVoltage
		BMS_Status	PackCurrent
	E
}

@test "lines that are no frames are counted and shown, half a last line is not used" {
	run --separate-stderr bash -c "printf 'rubbish\n(1.5) can0 123#7B0\n(1700000000.5) can0 123#7B00\n(1700000000.5) can0 123#7B' |
		can2line -d car.dbc --no-meta --stats"
	assert_failure 3
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000500000000'
	assert_regex "$stderr" "-:1: expected .*'rubbish' skipped"
	assert_regex "$stderr" "-:2: expected "
	assert_regex "$stderr" "-:4: the last line has no newline"
	assert_equal "$(stats_value can2line skipped <<<"$stderr")" 2
	assert_equal "$(stats_value can2line unterminated <<<"$stderr")" 1
	run --separate-stderr bash -c "printf '(1700000000.5) can0 123#7B00' | can2line -q -d car.dbc --no-meta --accept-unterminated"
	assert_success
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000500000000'
}

@test "every candump style is read" {
	convert "$(printf '%s\n' ' (1700000000.000001)  can0  123   [2]  7B 00' '  can0  123   [2]  7B 00' \
		' (2023-11-14 22:13:20.000001)  can0  123   [2]  7B 00' '(1700000000.000001) can0 123#7B.00 R')"
	assert_success
	assert_equal "${#lines[@]}" 4
	assert_equal "$(printf '%s\n' "${lines[@]}" | grep -c ' 1700000000000001000$')" 3
}

@test "compressed input says to use canread" {
	gzip -c car.dbc >log.gz
	run --separate-stderr can2line -q -d car.dbc log.gz
	assert_failure 1
	assert_regex "$stderr" 'compressed \(gzip\): use canread log.gz \| can2line'
}

@test "a database that is no database: status 2 with the place" {
	run --separate-stderr can2line -d /nowhere.dbc </dev/null
	assert_failure 2
	run --separate-stderr can2line -d . </dev/null
	assert_failure 2
	: >empty.dbc
	run --separate-stderr can2line -d empty.dbc </dev/null
	assert_failure 2
	assert_regex "$stderr" '^can2line: empty.dbc:1:1: expected '
	seq 1000 | gzip -n | head -c 4096 | tr -d '\n' >random.dbc
	run --separate-stderr can2line -d random.dbc </dev/null
	assert_failure 2
	run --separate-stderr can2line </dev/null
	assert_failure 2
}

@test "--strict makes an oddity an error" {
	sed -i 's/^CM_ SG_ 291 PackVoltage/CM_ SG_ 291 Nobody/' car.dbc
	convert "$(frame 123#7B00)"
	assert_success
	run --separate-stderr can2line -q --strict -d car.dbc </dev/null
	assert_failure 2
	assert_regex "$stderr" '^can2line: car.dbc:[0-9]+:[0-9]+: '
}

@test "several logs one after the other, one that is missing ends with status 1" {
	frame 123#7B00 >one.log
	frame 124#0001 >two.log
	run --separate-stderr can2line -q --no-meta -d car.dbc one.log - two.log <<<"$(frame 126#0005)"
	assert_success
	assert_equal "${#lines[@]}" 3
	run --separate-stderr can2line -q -d car.dbc one.log missing.log
	assert_failure 1
	assert_regex "$stderr" 'missing.log: No such file'
}

@test "a wrong option argument says what was expected" {
	local o
	for o in --layout=tall --labels=no --list=xml --tags=colour --tag=x --tag=time=1 --measurement='{x}' \
		--deadband=x --snapshot=0 --changes=x --j1939-na=maybe --raw=bits --grace=x; do
		run --separate-stderr can2line -d car.dbc "$o" </dev/null
		assert_failure 2
		assert_regex "$stderr" '^can2line: --'
	done
}

# threads N NAME OPTIONS: the output into NAME, the messages into NAME.err (run would hold it all).
threads() {
	local status=0
	# shellcheck disable=SC2086
	can2line -d "$DATA/drive.dbc" $3 --stats --threads "$1" drive.log >"$2" 2>"$2.err" || status=$?
	assert_equal "$status" 3
}

@test "a line longer than 1 MiB is one line that is skipped, however it is read" {
	{
		frame 123#7B00
		head -c 1048577 /dev/zero | tr '\0' x
		printf '\nno frame\n'
		head -c 3000000 /dev/zero | tr '\0' x
		printf '\nno frame\n'
		frame 123#7B00
	} >long.log
	for n in 1 2 3; do
		run --separate-stderr can2line -d car.dbc --stats --no-meta --threads $n long.log
		assert_failure 3
		assert_equal "${#lines[@]}" 2
		sed '/name is taken/d' <<<"$stderr" >told
		diff - told <<-'E'
			can2line: long.log:2: expected a line shorter than 1 MiB: skipped
			can2line: long.log:3: expected a line of candump like (1700000000.123456) can0 123#1122: 'no frame' skipped
			can2line: long.log:4: expected a line shorter than 1 MiB: skipped
			can2line: long.log:5: expected a line of candump like (1700000000.123456) can0 123#1122: 'no frame' skipped
			can2line: lines=6 frames=2 points=2 unknown=0 no_data=0 empty=0 thinned=0 left_out=0 skipped=4 unterminated=0
		E
	done
}

@test "a line that a signal cuts is not taken for one that somebody else has cut" {
	mkfifo in
	for option in -q --accept-unterminated; do
		can2line -d car.dbc --no-meta --grace 10ms "$option" <in >out 2>err 3>&- &
		exec 5>in
		frame 123#7B00 >&5
		printf '(1700000000.000002) can0 123#7C00' >&5
		wait_for test -s out
		wait_for catches $! TERM
		kill -TERM $!
		wait $! # with status 0
		exec 5>&-
		assert_equal "$(cat out)" 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000000001000'
		run grep newline err
		assert_failure
	done
}

@test "--threads: byte for byte the output of one thread, messages and counters too" {
	local how
	{ # two buses, rubbish in between
		for i in 1 2 3; do
			gzip -dc "$DATA/drive.log.gz" | head -n 60000
			echo "rubbish $i"
		done
	} >drive.log
	for how in '' '-m {bus}.{message}' '--layout narrow --unknown' '--layout profinity' '--changes=1s'; do
		threads 1 one "$how"
		for n in 2 5; do
			threads $n many "$how"
			cmp one many
			cmp one.err many.err
		done
	done
	grep -q 'drive.log:60001: expected' one.err
}

@test "output is written before the program waits for input" {
	mkfifo in out
	can2line -q -d car.dbc --no-meta <in >out &
	pid=$!
	exec 5>in 6<out
	frame 123#7B00 >&5
	read -r -t 90 line <&6
	exec 5>&-
	wait "$pid"
	assert_equal "$line" 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000000001000'
}

# bats test_tags=nosan
@test "live: each read of the input is followed by a write before the next one" {
	{
		for i in 1 2 3; do
			frame 123#7B0$i
			written() { [ "$(wc -l <out)" -ge "$i" ]; }
			wait_for written
		done
	} | strace -qq -e trace=read,write -e signal=none -o trace "$BIN/can2line" -q --no-meta -d car.dbc >out
	# what is read of descriptor 0 and written to 1, in order
	run sed -n -e 's/^read(0, "(.*/read/p' -e 's/^write(1, .*/write/p' trace
	assert_output $'read\nwrite\nread\nwrite\nread\nwrite'
}

@test "J1939 messages of one PGN: an exact id wins, else the first, and that is said" {
	cat >pgn.dbc <<-'D'
		BO_ 2566844926 First: 8 X
		 SG_ A : 0|8@1+ (1,0) [0|0] "" X
		BO_ 2566844927 Second: 8 X
		 SG_ B : 0|8@1+ (1,0) [0|0] "" X
	D
	run --separate-stderr can2line -d pgn.dbc --no-meta --j1939 --tags bus <<<"$(
		frame 18FEF1FE#01; frame 18FEF1FF#02; frame 18FEF100#03)"
	assert_success
	assert_output - <<-'E'
		First,bus=can0 A=1 1700000000000001000
		Second,bus=can0 B=2 1700000000000001000
		First,bus=can0 A=3 1700000000000001000
	E
	assert_regex "$stderr" 'messages First and Second have one PGN \(65265\)'
}

# bats test_tags=slow,nosan
@test "memory stays below 32 MB, with a line of 1 GB too" {
	for i in {1..40}; do gzip -dc "$DATA/drive.log.gz"; done >long.log
	for n in 1 2 4; do
		run --separate-stderr bash -c "env time -f 'peak %M' can2line -q -d $DATA/drive.dbc --threads $n long.log >/dev/null"
		assert_success
		peak=$(sed -n 's/^peak //p' <<<"$stderr")
		assert [ "$peak" -lt 32768 ]
	done
	run --separate-stderr bash -c 'head -c 1G /dev/zero | env time -f "peak %M" can2line -q -d car.dbc'
	assert_failure 3
	peak=$(sed -n 's/^peak //p' <<<"$stderr")
	assert [ "$peak" -lt 32768 ]
}

@test "memory stays below 32 MB for the snapshots of a long pause, too" {
	for i in {0..199}; do printf 'BO_ %d Message%d: 8 N\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n' "$i" "$i"; done >many.dbc
	for i in {0..199}; do printf '(1700000000.%06d) can0 %03X#01\n' "$i" "$i"; done >pause.log
	{
		cat pause.log
		frame 000#02 1700010000.5
		frame 000#03 1700010000.6
	} >whole.log
	head -c -1 whole.log >cut.log
	for log in whole cut; do
		run --separate-stderr bash -c "env time -f 'peak %M' can2line -q -d many.dbc --no-meta --snapshot 1s \
			--stale 1h --accept-unterminated --stats $log.log | tail -n 1; exit \${PIPESTATUS[0]}"
		assert_success
		assert_output 'Message0,bus=can0 S=3 1700010001000000000'
		assert_said 'lines=202 frames=202 points=720001 '
		peak=$(sed -n 's/^peak //p' <<<"$stderr")
		assert [ "$peak" -lt 32768 ]
	done
}

@test "lib/can, lib/db and lib/decode stand alone" {
	local sources
	mapfile -t sources < <(printf '%s\n' "$ROOT"/lib/{base,can,db,decode}/*.c | grep -vE 'base/(cli|gzip|gunzip)\.c')
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -I"$ROOT/lib" -o decode "$DATA/decode_example.c" "${sources[@]}"
	run ./decode car.dbc '(1700000000.000001) can0 123#7B00F6FF13'
	assert_success
	assert_output - <<-'E'
		PackVoltage 12.3
		PackCurrent -12.5
		Gear 3
		time 1
	E
}

@test "a reader that goes away ends it quietly" {
	gzip -dc "$DATA/drive.log.gz" >drive.log
	run --separate-stderr bash -c "can2line -q -d $DATA/drive.dbc drive.log | head -n 1 >/dev/null; echo \${PIPESTATUS[0]}"
	assert_output 141
	assert_equal "$stderr" ''
	# and where SIGPIPE is ignored, as some service managers have it
	run --separate-stderr bash -c "trap '' PIPE; can2line -q -d $DATA/drive.dbc drive.log | head -n 1 >/dev/null; echo \${PIPESTATUS[0]}"
	assert_output 1
	assert_equal "$stderr" ''
}

@test "NUL bytes, ids out of range, carriage returns: no frame out of rubbish" {
	run --separate-stderr bash -c "printf '(1700000000.5) can0 123#7B00\r\n(1700000000.5) can0 1234#00\n(1700000000.5) can0 12\0#7B00\n\0\n(1700000000.5) can0 FFFFFFFF#00\n' | can2line -q -d car.dbc --no-meta --stats"
	assert_failure 3
	assert_output 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000500000000'
	assert_equal "$(stats_value can2line skipped <<<"$stderr")" 4
}

@test "a database cut at any place loads as far as it goes, or is refused with the place" {
	local n size
	size=$(wc -c <car.dbc)
	for ((n = 0; n < size; n += 37)); do
		head -c "$n" car.dbc >cut.dbc
		run --separate-stderr can2line -d cut.dbc --list=json
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
		[ "$status" -eq 0 ] || assert_regex "$stderr" '^can2line: cut.dbc:[0-9]+:[0-9]+: expected '
	done
}

@test "a full disk is status 1 with a message" {
	run --separate-stderr bash -c "for i in {1..2000}; do echo '(1700000000.5) can0 123#7B00'; done | can2line -q -d car.dbc >/dev/full"
	assert_failure 1
	assert_regex "$stderr" 'standard output: No space left on device'
	for n in {1..20000}; do echo '(1700000000.5) can0 123#7B00'; done >full.log
	for n in 1 3; do
		run --separate-stderr bash -c "can2line -q -d car.dbc --threads $n full.log >/dev/full"
		assert_failure 1
		assert_equal "$stderr" 'can2line: standard output: No space left on device'
	done
}

@test "a signal before the end of a log: whole lines, status 128 + signal, nothing about the tail" {
	for n in {1..20000}; do echo '(1700000000.5) can0 123#7B00'; done >one
	for n in {1..20}; do cat one; done >long
	mkfifo out
	for n in 1 2; do
		can2line -q -d car.dbc --no-meta --stats --accept-unterminated --threads $n long one >out 2>err 3>&- &
		exec 9<out
		read -r -t 90 _ <&9
		kill -TERM $!
		cat <&9 >got
		exec 9<&-
		wait $! && false || assert_equal $? 143
		assert_equal "$(sort -u got)" 'BMS_Status,bus=can0 PackVoltage=12.3 1700000000500000000'
		assert_equal "$(wc -l <err)" 1
		grep -q 'skipped=0 unterminated=0' err
	done
}

@test "a glob that matches no signal is told, with the names nearest to it" {
	run --separate-stderr can2line -d car.dbc -s 'BMS_Status.PackVoltge' -s gear -s 'DI.*' -s 'Mux.*' \
		-x 'BMS_Status.Pakcurrent' -x 'Chassis.*' --no-meta </dev/null
	assert_success
	assert_equal "$(grep matches <<<"$stderr")" "$(cat <<-'E'
		can2line: --select 'BMS_Status.PackVoltge' matches no signal: near it BMS_Status.PackVoltage
		can2line: --select 'gear' matches no signal: near it BMS_Status.Gear
		can2line: --select 'DI.*' matches no signal
		can2line: --exclude 'BMS_Status.Pakcurrent' matches no signal: near it BMS_Status.PackCurrent
	E
	)"
}

@test "databases that fit none of the first thousand frames, or of fewer: said, with what would fit" {
	for n in {1..249}; do frame 321#01; frame 322#01; frame 12345678#01; frame 321#R; frame 322#02; done >log
	printf 'BO_ 801 M: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n' >other.dbc
	sed -i /time/d car.dbc
	run --separate-stderr can2line -d car.dbc log
	assert_success
	assert_equal "$stderr" "can2line: no database has a message for any of the 996 frames (ids 321 322 12345678): none of the databases has any of these ids"
	cat log log >more
	run --separate-stderr can2line -d car.dbc more
	assert_success
	assert_output ''
	assert_equal "$stderr" "can2line: no database has a message for any of the first 1000 frames (ids 321 322 12345678): none of the databases has any of these ids"
	run --separate-stderr can2line -d car.dbc -d can1=other.dbc --threads 2 more
	assert_equal "$stderr" "can2line: no database has a message for any of the first 1000 frames (ids 321 322 12345678): other.dbc has 1 of these ids, but is for bus can1"
	printf 'BO_ 2452903457 M: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] "" X\n' >j.dbc
	run --separate-stderr bash -c "for n in {1..1000}; do frame=12345678#01; echo \"(1700000000.5) can0 \$frame\"; done | can2line -d j.dbc"
	assert_equal "$stderr" "can2line: no database has a message for any of the first 1000 frames (ids 12345678): j.dbc has 1 of them by PGN: try --j1939"
	run --separate-stderr bash -c "cat more | can2line -q --no-meta -d other.dbc | wc -l"
	assert_output 498
	assert_equal "$stderr" ''
	# one frame is enough; the last one counts, and needs no newline where that is allowed
	head -n 1 log | tr -d '\n' >one
	run --separate-stderr can2line -d can1=other.dbc --accept-unterminated one
	assert_success
	assert_equal "$stderr" "can2line: no database has a message for the only frame (id 321): other.dbc has 1 of these ids, but is for bus can1"
	{ sed -n 2,30p log | grep -v '321#'; cat one; } >last
	run --separate-stderr can2line -d other.dbc --accept-unterminated last
	assert_equal "$stderr" ''
	run --separate-stderr bash -c "grep '#R' log | can2line -d other.dbc"
	assert_equal "$stderr" ''	# there is nothing to decode in these
}

@test "--pretty: a block a frame, aligned, with bytes, units and labels" {
	frame 123#7B00F6FF13FF0000 >log
	frame 123#7B00 1700000001.25 >>log
	frame 7FF#0102 1700000001.5 >>log
	frame 123#R 1700000001.5 >>log
	TZ=UTC run --separate-stderr can2line -q -d car.dbc --pretty --unknown log
	assert_success
	assert_output - <<-'E'
		2023-11-14 22:13:20.000001  can0  123  BMS_Status  [8] 7B 00 F6 FF 13 FF 00 00
		    PackVoltage          12.3 V
		    PackCurrent         -12.5 A
		    Gear                    3  Drive, "sport"
		    time                    1
		2023-11-14 22:13:21.250000  can0  123  BMS_Status  [2] 7B 00
		    PackVoltage          12.3 V
		2023-11-14 22:13:21.500000  can0  7FF  [2] 01 02
	E
	TZ=Europe/Berlin run can2line -q -d car.dbc --pretty --changes -s '*.Gear' log
	assert_output - <<-'E'
		2023-11-14 23:13:20.000001  can0  123  BMS_Status  [8] 7B 00 F6 FF 13 FF 00 00
		    Gear             3  Drive, "sport"
	E
	TZ=UTC run can2line -q -d car.dbc --pretty --snapshot 1s -s '*.Gear' log
	assert_output - <<-'E'
		2023-11-14 22:13:21.000000  can0  123  BMS_Status
		    Gear             3  Drive, "sport"
		2023-11-14 22:13:22.000000  can0  123  BMS_Status
		    Gear             3  Drive, "sport"
	E
}

@test "--pretty: colours on a terminal or when asked for, and NO_COLOR" {
	frame 123#7B00F6FF13 >log
	printf 'BO_ 291 M: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] "\033[31m\302\233" X\n' >evil.dbc
	run can2line -q -d evil.dbc --pretty log
	refute_output --partial $'\033'
	assert_line '    A           123 ?[31m?'
	run can2line -q -d car.dbc --pretty=color log
	assert_output --partial $'\033[32m12.3\033[0m'
	run script -qec 'can2line -q -d car.dbc --pretty log' /dev/null
	assert_output --partial $'\033[32m12.3\033[0m'
	NO_COLOR=1 run script -qec 'can2line -q -d car.dbc --pretty log' /dev/null
	refute_output --partial $'\033'
}
