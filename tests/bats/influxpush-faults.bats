# Every call of the system that can fail, failing: see tests/faults/points.c and every-fault.
load common

FAULTY=${BIN%/bin}/faults/bin/influxpush

@test "a few faults: no point is lost, and what failed is told" {
	run -0 "$ROOT/tests/helpers/every-fault" "$FAULTY" input stdout position.write reject.write \
		checkpoint.fsync http.send
	assert_line '34 passed, 0 failed'
}

# every_fault ROLE...: all of these, in every kind.
every_fault() {
	run -0 "$ROOT/tests/helpers/every-fault" "$FAULTY" "$@"
	assert_line --regexp '^[1-9][0-9]* passed, 0 failed$'
}

# bats test_tags=slow
@test "every fault in every kind: segments of the spool" {
	every_fault segment sums
}

# bats test_tags=slow
@test "every fault in every kind: folder, lock and position of the spool, checkpoint" {
	every_fault folder lock position checkpoint
}

# bats test_tags=slow
@test "every fault in every kind: input, output, refused lines, the net" {
	every_fault input stdout stderr reject suspect http
}

@test "every role is tested above" {
	local CANPIPE_FAULT=list
	export CANPIPE_FAULT
	run -0 "$FAULTY"
	assert_equal "$(sed -n 's/^\tevery_fault //p' "$BATS_TEST_FILENAME" | tr ' ' '\n' | sort)" \
		"$(cut -d. -f1 <<<"$output" | sort -u)"
}

@test "no call that changes a file is without a name" {
	cd "$BATS_TEST_TMPDIR"
	export CANPIPE_FAULT=watch
	local away=(-u http://127.0.0.1:9 -b x --api v1 --give-up 10ms --reject-file bad)
	printf 'm f=1 1\nn\xff f=1\n' >in.lp
	run -75 "$FAULTY" "${away[@]}" --spool spool <in.lp
	refute_output --partial unnamed
	run -75 "$FAULTY" "${away[@]}" --checkpoint mark --tee <in.lp
	refute_output --partial unnamed
	run -3 "$FAULTY" --dry-run -b x --reject-file bad <in.lp
	refute_output --partial unnamed
}

@test "other builds have nothing of it" {
	run -0 nm "$BIN/influxpush"
	refute_output --partial can_be_short
	run -1 grep -c CANPIPE_FAULT "$BIN/influxpush"
	run -0 grep -c CANPIPE_FAULT "$FAULTY"
}
