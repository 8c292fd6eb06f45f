# shellcheck shell=bash
# influxpush into an influxd with an empty database "can": loaded behind common.

setup_file() {
	influxd_start
}

setup() {
	server_runs "$INFLUXD_DIR" || influxd_start_again
	influx_query '' 'DROP DATABASE can' >/dev/null
	influx_create can
	cd "$BATS_TEST_TMPDIR" || return
}

# points FROM TO: lines with the number as value and as microseconds of time.
points() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++) printf "m,bus=can0 f=%d %d000\n", i, i }'
}

# assert_counts FILE NAME=VALUE...: in the --stats line of FILE; and the sum is right.
assert_counts() {
	local file=$1 pair
	for pair in "${@:2}"; do
		assert_equal "${pair%%=*}=$(stats_value influxpush "${pair%%=*}" "$file")" "$pair"
	done
	assert_sum "$file"
}

assert_sum() {
	local left=0 right=0 name
	for name in in_spool_before read; do
		left=$((left + $(stats_value influxpush "$name" "$1")))
	done
	for name in delivered rejected dropped skipped in_spool_after pending; do
		right=$((right + $(stats_value influxpush "$name" "$1")))
	done
	assert_equal "$left" "$right"
}

# assert_content N: the database holds the points 1 to N, and no others.
assert_content() {
	assert_equal "$(influx_value can 'SELECT count(f) FROM m') $(influx_value can 'SELECT sum(f) FROM m')" \
		"$1 $(($1 * ($1 + 1) / 2))"
}
