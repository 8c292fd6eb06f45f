# The queries of a dashboard, asked of real servers as Grafana does, bring what was stored.
load common

grafana() {
	"$ROOT/tests/helpers/grafana" "$@"
}

setup_file() {
	# A piece of the drive on its two buses, with a tag and another one that some points have.
	gzip -dc "$DATA/drive.log.gz" | head -n 1500 >"$BATS_FILE_TMPDIR/drive.log"
	can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" -t vehicle='blue "7/8" $bus' \
		"$BATS_FILE_TMPDIR/drive.log" >"$BATS_FILE_TMPDIR/wide"
	can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" -t vehicle='blue "7/8" $bus' \
		--labels text "$BATS_FILE_TMPDIR/drive.log" >"$BATS_FILE_TMPDIR/text"
	influxd_start
	export FROM TO
	FROM=$(points wide | head -n 1 | awk '{ printf "%.3f", substr($NF, 1, 13) / 1000 }')
	TO=$(points wide | tail -n 1 | awk '{ printf "%.3f", substr($NF, 1, 13) / 1000 + 0.001 }')
}

points() {
	grep -v '^#' "$BATS_FILE_TMPDIR/$1"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# stored DATABASE LAYOUT [OPTION]...: the piece in InfluxDB, its dashboard in ./dash.
stored() {
	can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" --layout "$2" \
		-t vehicle='blue "7/8" $bus' "$BATS_FILE_TMPDIR/drive.log" >points
	influxpush -q -u "$INFLUXD_URL" -b "$1" --create-database <points
	line2dash "${@:3}" <points >dash
	grafana check dash
}

# As "run", but in lines of signal, bus, time and value alone.
asked() {
	grafana run dash "$INFLUXD_URL" "$1" "$FROM" "$TO" 1 "${@:2}"
}

@test "InfluxQL, wide: every value of every signal, with its bus, vehicle and text" {
	stored wide wide
	# A text stands in place of its number.
	grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" >expected
	asked wide >got
	[ "$(wc -l <got)" -gt 5000 ]
	cmp expected got
}

@test "InfluxQL: narrow and profinity bring the same" {
	grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" >expected
	stored narrow narrow
	asked narrow >got
	cmp expected got
	# Neither bus nor text are stored there.
	stored profinity profinity
	asked profinity >got
	grafana expect 1 vehicle <"$BATS_FILE_TMPDIR/text" | cmp - got
}

@test "InfluxQL: a dashboard made without any point asks the same" {
	grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" >expected
	stored unseen wide
	can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" --list=meta |
		line2dash -t vehicle -t bus >dash
	asked unseen >got
	cmp expected got
}

# bats test_tags=slow
@test "InfluxQL: labels as strings, labels beside numbers, integers" {
	local how
	for how in text both; do
		can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" --labels "$how" --integers \
			-t vehicle='blue "7/8" $bus' "$BATS_FILE_TMPDIR/drive.log" >points
		influxpush -q -u "$INFLUXD_URL" -b "labels-$how" --create-database <points
		line2dash <points >dash
		grafana check dash
		asked "labels-$how" >got
		grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" | cmp - got
	done
}

@test "InfluxQL: one value of a variable, several, and means over an interval" {
	stored choice wide
	run grafana values dash "$INFLUXD_URL" choice bus
	assert_output "$(printf 'can0\ncan1')"
	run grafana values dash "$INFLUXD_URL" choice vehicle
	assert_output 'blue "7/8" $bus'
	asked choice bus=can1 vehicle='blue "7/8" $bus' >got
	grafana expect 1 bus vehicle < <(grep -F ,bus=can1, "$BATS_FILE_TMPDIR/text") | cmp - got
	asked choice bus=can0,can1 | cmp - <(asked choice)
	[ -z "$(asked choice bus=can)" ]
	[ -z "$(asked choice vehicle='blue "7.8" $bus')" ]
	# Plots show means; of states the last one counts, which "expect" does not know.
	line2dash -s 'BMS_Status.PackVoltage' points >dash
	grafana run dash "$INFLUXD_URL" choice "$FROM" "$TO" 100 >got
	points wide | grep ^BMS_Status | sed 's/ [^ ]*PackVoltage=\([^, ]*\)[^ ]*/ PackVoltage=\1/' |
		grafana expect 100 bus vehicle | cmp - got
}

@test "InfluxQL: another retention policy" {
	stored garage wide
	influx_query '' 'CREATE RETENTION POLICY "long one" ON garage DURATION INF REPLICATION 1'
	influxpush -q -u "$INFLUXD_URL" -b 'garage/long one' < <(grep -E '^(#meta.)?BMS_Status' points)
	line2dash -b 'garage/long one' -s 'BMS_Status.*' points >dash
	[ "$(asked garage | wc -l)" -gt 20 ]
	line2dash -b 'garage/long one' -s 'DI_systemStatus.*' points >dash
	[ -z "$(asked garage)" ]
}

# "row TAB legend TAB value" of the last value that each signal had.
last_values() {
	awk -F '\t' '{ v[$1 "\t" $2] = $4 } END { for (k in v) print k "\t" v[k] }' | sort
}

# bats test_tags=slow
@test "PromQL: Prometheus that scrapes promexport" {
	local port now
	port=$(free_port)
	background promexport -q --port "$port" <"$BATS_FILE_TMPDIR/wide"
	prometheus_start "127.0.0.1:$port"
	wait_for prometheus_value 'canpipe_input_ended == 1'
	line2dash --source prometheus <"$BATS_FILE_TMPDIR/wide" >dash
	grafana check dash
	now=$(($(date +%s) + 1))
	grafana run dash "$PROMETHEUS_URL" - "$now" "$now" 1000 >all
	grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" | last_values | cmp - <(last_values <all)
	run grafana values dash "$PROMETHEUS_URL" - vehicle
	assert_output 'blue "7/8" $bus'
	grafana run dash "$PROMETHEUS_URL" - "$now" "$now" 1000 vehicle='blue "7/8" $bus' bus=can1,x |
		cmp - <(grep ' can1 ' all)
	[ -z "$(grafana run dash "$PROMETHEUS_URL" - "$now" "$now" 1000 bus=can)" ]
}

# import [OPTION]...: the page that promexport shows of the piece, into VictoriaMetrics.
import() {
	promexport -q --once "$@" <"$BATS_FILE_TMPDIR/wide" |
		server_get --data-binary @- "$VICTORIA_URL/api/v1/import/prometheus"
}

# It looks back no further than a step for the only value of a series. CabinTemperature is an IEEE float, of which VictoriaMetrics keeps 13 digits.
@test "PromQL: VictoriaMetrics that has the page, in the database's units and in base units" {
	local now
	victoria_start
	import
	import --units base --namespace base
	victoria_export >/dev/null
	now=$(date +%s)
	grafana expect 1 bus vehicle <"$BATS_FILE_TMPDIR/text" | grep -v CabinTemperature | last_values >expected
	line2dash --source prometheus -x '*.CabinTemperature' <"$BATS_FILE_TMPDIR/wide" >dash
	grafana run dash "$VICTORIA_URL" - "$now" "$now" 300000 >all
	last_values <all | cmp - expected
	grafana run dash "$VICTORIA_URL" - "$now" "$now" 300000 vehicle='blue "7/8" $bus' bus=can1,x |
		cmp - <(grep ' can1 ' all)
	[ -z "$(grafana run dash "$VICTORIA_URL" - "$now" "$now" 300000 bus=can)" ]

	line2dash --source prometheus --units base --namespace base -x '*.CabinTemperature' \
		<"$BATS_FILE_TMPDIR/wide" >dash
	grafana check dash
	grafana run dash "$VICTORIA_URL" - "$now" "$now" 300000 | last_values >got
	assert_equal "$(cut -f 1,2 got)" "$(cut -f 1,2 expected)"
	assert_equal "$(awk -F '\t' '$2 ~ /^VehicleSpeed/ { printf "%.6f", $3 * 3.6 }' got)" \
		"$(awk -F '\t' '$2 ~ /^VehicleSpeed/ { printf "%.6f", $3 }' expected)"
	run jq -r '[.. | objects | .unit? | strings] | unique | join(" ")' dash
	assert_output --partial velocityms
	refute_output --partial velocitykmh
	run jq -c '[.. | objects | select(.title? == "VehicleSpeed") | .fieldConfig.defaults.custom |
		[.axisSoftMin, .axisSoftMax]]' dash
	assert_output '[[-11.1111111111111,69.4444444444444]]'
}

@test "PromQL: a backfilled recording, narrow, at several times" {
	local begin=${FROM%.*} t want
	can2line -d can0="$DATA/drive.dbc" --layout narrow "$BATS_FILE_TMPDIR/drive.log" >points
	promexport -q --backfill drive.om <points
	promtool tsdb create-blocks-from openmetrics drive.om blocks >/dev/null
	prometheus_start -d "$PWD/blocks" -o --storage.tsdb.retention.time=100y
	line2dash --source prometheus -s '*.VehicleSpeed' points >dash
	grafana check dash
	grafana run dash "$PROMETHEUS_URL" - "$begin.1" "$((begin + 1))" 100 >got
	# The value at a time is the last one before it.
	for t in 200 300; do
		want=$(grep -F 'signal=VehicleSpeed ' points |
			awk -v end="$begin$t" 'substr($NF, 1, 13) <= end' | tail -n 1 | sed 's/.*value=\([^ ,]*\).*/\1/')
		assert_equal "$(awk -F '\t' -v t="$begin${t}000000" '$3 == t { print $2 " " $4 }' got)" \
			"VehicleSpeed can0 $want"
	done
}

# Names as no database should have them; each field has a value of its own.
hostile() {
	local seed now
	victoria_start
	for seed; do
		"$ROOT/tests/helpers/dash-property" "$seed" >points-$seed
		influxpush -q -u "$INFLUXD_URL" -b "hostile-$seed" --create-database <points-$seed
		line2dash <points-$seed >dash
		grafana check dash
		grafana run dash "$INFLUXD_URL" "hostile-$seed" 1700000000 1700000100 1000 | cut -f 4 |
			sort -n >got
		seq 1 "$(wc -l <got)" | cmp - got
		[ "$(wc -l <got)" -ge 150 ]
		promexport -q --once --namespace "h$seed" <points-$seed |
			server_get --data-binary @- "$VICTORIA_URL/api/v1/import/prometheus"
	done
	victoria_export >/dev/null
	now=$(date +%s)
	for seed; do
		line2dash --source prometheus --namespace "h$seed" <points-$seed >dash
		grafana check dash
		grafana run dash "$VICTORIA_URL" - "$now" "$now" 300000 | cut -f 4 | sort -n >got
		seq 1 "$(wc -l <got)" | cmp - got
		[ "$(wc -l <got)" -ge 150 ]
		line2dash --source flux <points-$seed >dash
		grafana check dash
		# SQL has nothing for names that Grafana would spoil: these are told and left out.
		run --separate-stderr line2dash --source sql <points-$seed
		assert_equal "$status" 3
		echo "$output" >dash
		grafana check dash
		refute_regex "$(jq -r '.. | .rawSql? | strings' dash | sed -E 's/\$__(dateBin|timeFilter)\(time\)|\$\{[A-Za-z0-9_]+:sqlstring\}//g')" '[$]|\[\['
	done
}

@test "hostile names: each value of each signal comes back, in InfluxQL and PromQL" {
	hostile 1
}

# bats test_tags=slow
@test "hostile names, more of them" {
	hostile 2 3 4 5
}
