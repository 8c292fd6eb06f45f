# A field's type follows from the database and the options alone: no server ever sees a conflict.
load common

setup_file() {
	influxd_start
}

# Every way in which options shape fields; each into a database of its own.
shapes() {
	printf '%s\n' '' '--integers' '--labels text' '--labels both' '--labels both --integers' \
		'--layout narrow' '--layout profinity' '-m can' '--unknown' '--changes' '--snapshot 1ms' \
		'-m can --integers' '-m can --labels text' '-m {node}.{bus} --labels both --integers' \
		'-m {id} --labels text --integers' '-m can_frame --unknown'
}

# bats test_tags=slow
@test "all databases, all options: influxd takes every point" {
	local db shape n=0 list=$BATS_TEST_TMPDIR/list frames=$BATS_TEST_TMPDIR/frames points=$BATS_TEST_TMPDIR/points
	for db in "$DATA"/*.dbc "$DATA"/dbc/*.dbc ${CANPIPE_DATABASES:+"$CANPIPE_DATABASES"/*}; do
		can2line -q -d "$db" --list=json >"$list"
		"$ROOT/tests/helpers/random-frames" 5 1 <"$list" >"$frames"
		while read -r shape; do
			# shellcheck disable=SC2086
			can2line -q -d "$db" --no-meta $shape <"$frames" >"$points"
			[ -s "$points" ] || continue # a database of messages without signals
			n=$((n + 1))
			influx_create "t$n"
			run curl -sS -o "$BATS_TEST_TMPDIR/answer" -w '%{http_code}' \
				--data-binary "@$points" "$INFLUXD_URL/write?db=t$n"
			[ "$output" = 204 ] || {
				echo "$db $shape: $output $(head -c 500 "$BATS_TEST_TMPDIR/answer")"
				return 1
			}
			influx_query _internal "DROP DATABASE t$n" >/dev/null
		done < <(shapes)
	done
	assert [ "$n" -ge 44 ]
}
