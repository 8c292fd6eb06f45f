# canpipe-fleet(7) as a whole: every recipe has a test; the tag, and the series that it makes.
load common
load examples
load fleet

@test "every display of the page is a recipe, and a test runs it" {
	local name
	assert_equal "$(grep -c '^\.Bd -literal' "$FLEET_PAGE")" "$(grep -c '^\.\\" recipe: ' "$FLEET_PAGE")"
	refute grep -q '^\.Dl' "$FLEET_PAGE"
	while read -r name; do
		grep -qhE "(recipe|recipe_run|recipe_behind|try|agent) $name\b" "$ROOT"/tests/bats/fleet*.ba* ||
			fail "no test runs $name"
		[ -n "$(recipe "$name")" ]
	done < <(sed -n 's/^\.\\" recipe: //p' "$FLEET_PAGE")
}

# The table of the page: vehicles, series in InfluxDB, series in VictoriaMetrics.
series_table() {
	sed -n 's/^\.It \([0-9][0-9,]*\) Ta \([0-9,]*\) Ta \([0-9,]*\)$/\1 \2 \3/p' "$FLEET_PAGE" | tr -d ,
}

# bats test_tags=slow
@test "the vehicle tag is the host's name; the series of three vehicles are those of the table" {
	local n one many
	influxd_start
	victoria_start
	fleet_box
	run recipe_run tag 's/$/ --no-meta/'
	assert_success
	refute_line --regexp -v "^[^ ]*,vehicle=$(hostname) "
	gzip -dc "$DATA/drive.log.gz" >"$BOX/drive.log"
	for n in blue red green; do
		VEHICLE=$n points_of drive.log |
			awk '{ f = $2; gsub(/=[^,]*/, "", f) } !seen[$1 f]++' >>"$BOX/points"
	done
	[ "$(wc -l <"$BOX/points")" -ge 3 ]
	influxpush -u "$INFLUXD_URL" -b can <"$BOX/points"
	influxpush -u "$VICTORIA_URL" --api victoriametrics <"$BOX/points"
	read -r n one many < <(series_table)
	assert_equal "$n" 1
	assert_equal "$(influx_query can 'SHOW SERIES' | grep -c vehicle=)" $((3 * one))
	assert_equal "$(victoria_export | wc -l)" $((3 * many))
	series_table | awk -v one="$one" -v many="$many" '$2 != one * $1 || $3 != many * $1 { print; bad = 1 } END { exit bad || NR < 4 }'
}

# networkd_says: what systemd-networkd says of the file 80-can.network, in namespaces of its own.
networkd_says() {
	# shellcheck disable=SC2016 # for that shell
	run unshare -mn bash -c 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/network &&
		cp "$1" /run/systemd/network/80-can.network || exit
		SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console /lib/systemd/systemd-networkd >said 2>&1 &
		for _ in {1..900}; do
			grep -q "Enumeration completed" said && break
			sleep 0.1
		done
		kill $!
		wait
		cat said' bash "$1"
	assert_output --partial 'Enumeration completed'
	run grep 80-can.network <<<"$output"
}

# bats test_tags=slow
@test "systemd-networkd understands the file for the interface, as well as what is told beside it" {
	cd "$BATS_TEST_TMPDIR"
	recipe networkd >80-can.network
	networkd_says 80-can.network
	assert_output ''
	{ cat 80-can.network; printf '%s\n' FDMode=yes DataBitRate=2M ListenOnly=yes; } >more
	networkd_says more
	assert_output ''
	sed 's/BitRate/BiteRate/' 80-can.network >wrong
	networkd_says wrong
	assert_output --partial "Unknown key 'BiteRate' in section [CAN]"
}
