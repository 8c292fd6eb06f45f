# Everything at once: a spoiled line, and processes that are killed. See scripts/torture.
load common

# A seed that failed is worth keeping: it is in the output.
torture() {
	run -0 "$ROOT/scripts/torture" "$1" "$SRANDOM"
	assert_line --regexp "^torture: [0-9]+ points, [1-9][0-9]* times influxpush and [0-9]+ times influxd killed"
}

@test "torture: three rounds" {
	TORTURE_LINES=6000 torture 3
}

# bats test_tags=slow,nosan
@test "torture: sixteen rounds" {
	torture 16
}
