# Everything at once: a spoiled line, and processes that are killed. See scripts/torture.
load common

# torture ROUNDS SEED: the same choices in each run of the tests (scripts/torture has others each time).
torture() {
	run -0 "$ROOT/scripts/torture" "$1" "$2"
	assert_line --regexp "^torture: [0-9]+ points, [1-9][0-9]* times influxpush and [0-9]+ times influxd killed"
}

@test "torture: three rounds" {
	TORTURE_LINES=6000 torture 3 31
}

# bats test_tags=slow,nosan
@test "torture: sixteen rounds" {
	torture 16 32
}
