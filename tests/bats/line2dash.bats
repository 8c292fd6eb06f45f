# What a dashboard is made of, and what becomes of odd input. Its queries: line2dash-servers.bats.
load common

grafana() {
	"$ROOT/tests/helpers/grafana" "$@"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

meta() {
	can2line -d "$DATA/drive.dbc" --list=meta "$@"
}

# panel FILE TITLE FILTER: of the panel with that title.
panel() {
	jq -c "[.panels[] | ., .panels[]?] | map(select(.title == \"$2\"))[0] | $3" "$1"
}

@test "each language and layout makes a dashboard of Grafana's model" {
	local source layout
	for source in influxql flux sql prometheus; do
		for layout in wide narrow profinity; do
			meta --layout "$layout" | line2dash --source "$source" >"$source-$layout"
		done
	done
	run grafana check ./*-*
	assert_success
	assert_equal "${#lines[@]} $(printf '%s\n' "${lines[@]}" | sort -u)" '12 10 34 58'
}

@test "the check finds what is no dashboard" {
	local change n=0
	meta | line2dash >dash
	for change in '.titel = "x"' '.panels[1].fieldConfig.defaults.custom.axisSoftmin = 1' \
		'.panels[1].options.showValue = "auto"' '.panels[1].targets[0].expr = "x"' \
		'.panels[1].id = .panels[2].id' '.panels[1].gridPos.y += 1' 'del(.panels[1].targets[0].refId)' \
		'.panels[1].targets[0].refId = "B"' '.templating.list[1].typ = "query"'; do
		n=$((n + 1))
		jq "$change" dash >"odd$n"
	done
	run grafana check dash odd*
	assert_failure 1
	assert_line --index 0 '10 34 58'
	assert_equal "$(grep -c '^odd: ' <<<"$output")" 9
}

@test "units, ranges, comments, value tables, intervals" {
	meta | line2dash --open-rows 99 >dash
	run panel dash VehicleSpeed '[.fieldConfig.defaults.unit, .fieldConfig.defaults.custom.axisSoftMin,
		.fieldConfig.defaults.custom.axisSoftMax, .type, .interval]'
	assert_output '["velocitykmh",-40,250,"timeseries","20ms"]'
	assert_equal "$(panel dash InsulationResistance .fieldConfig.defaults.unit)" '"kohm"'
	assert_equal "$(panel dash Consumption .fieldConfig.defaults.unit)" '"suffix:kWh/100km"'
	assert_equal "$(panel dash 'Temp01, Temp02, Temp03 and 11 more' '.targets | length')" 14
	panel dash Torque .description | grep -q 'Torque of the motor, ..shaft side..'
	run panel dash 'Gear, BrakePressed, CruiseState' '[.type, .fieldConfig.overrides[0].properties[1].value[0].options["4"].text]'
	assert_output '["state-timeline","Drive"]'
	meta | line2dash --axes hard >dash
	run panel dash VehicleSpeed '.fieldConfig.defaults | [.min, .max, .custom.axisSoftMin]'
	assert_output '[-40,250,null]'
	meta | line2dash --axes auto >dash
	run panel dash VehicleSpeed '.fieldConfig.defaults | [.min, .max, .custom.axisSoftMin]'
	assert_output '[null,null,null]'
}

@test "a value table of a signal that is scaled too" {
	printf '%s\n' 'BO_ 1 M: 8 N' ' SG_ S : 0|8@1+ (0.1,-3) [0|0] "" N' ' SG_ T : 8|8@1+ (1,0) [0|0] "" N' \
		'VAL_ 1 S 0 "none" 1 "one" 3 "three" ;' 'VAL_ 1 T 1 "on" ;' >scaled.dbc
	can2line -d scaled.dbc --list=meta >meta
	run jq -c '[.. | .mappings? , (.properties? | values | .[] | select(.id == "mappings") | .value[0].options) |
		values | map_values(.text)]' <(line2dash <meta)
	assert_output '[{"-3":"none","-2.9":"one","-2.7":"three"},{"1":"on"}]'
}

@test "ids stay when messages and signals come and go, and the order of input does not matter" {
	meta | line2dash >all
	meta -s 'BMS_*' -x 'BMS_Status.Pack*' | line2dash >some
	meta | shuf --random-source="$DATA/drive.dbc" | line2dash --open-rows 0 >shuffled
	ids() {
		jq -r '(.uid, (.panels[] | ., .panels[]? | "\(.title) \(.type) \(.fieldConfig.defaults.unit) \(.id)"))' "$1" |
			sort
	}
	assert_equal "$(ids some | comm -23 - <(ids all))" ''
	assert_equal "$(jq -c '[.panels[] | ., .panels[]? | .id] | sort' shuffled)" \
		"$(jq -c '[.panels[] | ., .panels[]? | .id] | sort' all)"
	meta | line2dash | cmp - all
	# Another title or language is another dashboard.
	[ "$(meta | line2dash --title Other | jq .uid)" != "$(jq .uid all)" ]
	[ "$(meta | line2dash --source flux | jq .uid)" != "$(jq .uid all)" ]
	assert_equal "$(meta | line2dash --uid my-uid_1 | jq -r .uid)" my-uid_1
}

@test "--select, --exclude, --open-rows, --title, --range, --refresh, --datasource-uid" {
	meta | line2dash -s 'BMS_*.*Voltage' -s 'DI_*' -x '*.Alive' --open-rows 1 --title 'Ünïque $bus' \
		--range now-6h,now-5m --refresh 1m --datasource-uid my-db >dash
	grafana check dash
	run jq -r '.title, .time.from, .time.to, .refresh' dash
	assert_output "$(printf '%s\n' 'Ünïque $bus' now-6h now-5m 1m)"
	assert_equal "$(jq -c '[.panels[] | select(.type == "row") | [.title, .collapsed]]' dash)" \
		'[["BMS_Limits",false],["BMS_Status",true],["DI_systemStatus",true]]'
	refute_regex "$(jq -r '.. | .query? | strings' dash)" Alive
	assert_equal "$(jq -c '[.. | .uid? | strings] | unique | .[0:2]' dash | grep -c my-db)" 1
	refute_regex "$(cat dash)" '[$][{]datasource'
	run --separate-stderr line2dash -s 'nothing*' < <(meta)
	assert_failure 2
	assert_regex "$stderr" 'leave no signal'
	assert_equal "$output" ''
}

@test "points tell the tags, the strings and, with --range data, the time" {
	gzip -dc "$DATA/drive.log.gz" | head -n 400 >log
	can2line -d can0="$DATA/drive.dbc" -d can1="$DATA/drive-body.dbc" -t vehicle=7 -t 'a b=c' \
		--labels text log >points
	line2dash --range data --stats points >dash 2>stats
	grafana check dash
	assert_equal "$(jq -r '[.templating.list[] | .name] | join(" ")' dash)" 'datasource a_b bus vehicle'
	assert_equal "$(jq -r .time.from dash)" "$(date -u -d "@$(head -n 1 log | tr -d '()' | cut -d ' ' -f 1)" +%Y-%m-%dT%H:%M:%S.%3NZ)"
	assert_equal "$(jq -r .refresh dash)" ''
	assert_equal "$(stats_value line2dash points stats)" "$(grep -vc '^#' points)"
	assert_equal "$(stats_value line2dash variables stats)" 3
	# A string needs no mapping; in Prometheus it is a label.
	line2dash --source prometheus points >dash
	assert_equal "$(jq -r '.. | .expr? | strings' dash | grep -c '_gear_info{')" 1
	assert_equal "$(jq -r '.. | .value? | strings' dash | grep -F Gear)" \
		'Gear ${__field.labels.value} ${__field.labels.a_b} ${__field.labels.bus} ${__field.labels.vehicle}'
}

@test "several files and standard input; the tags of one message are no other's" {
	printf '#meta\tA\tx\nA,da=5,bus=b x=1 1\n' >a
	printf '#meta\tB\tx\nB,bus=b x=1 1\n' >b
	line2dash a - <b >dash
	run jq -r '.panels[].targets[]?.query' dash
	assert_line --index 0 --partial '"bus", "da" fill'
	assert_line --index 1 --partial 'time($__interval), "bus" fill'
	# Of C no point came: it has what all others have.
	printf '#meta\tC\tx\n' | line2dash a b - >dash
	run jq -r '.panels[].targets[]?.query' dash
	assert_line --index 2 --partial 'FROM "C" WHERE $timeFilter AND "bus"'
	refute_line --index 2 --partial da
}

@test "metrics are called as promexport calls them, clashes too" {
	printf '%s\n' '#meta	BMS_Status	Volt' 'BMS_Status Volt=1' '#meta	bms_status	volt	unit	V' \
		'bms_status,a-b=1,a_b=2,job=3 volt=2' '#meta	canpipe	series' 'canpipe series=3' >points
	promexport --once --namespace '' <points 2>/dev/null | grep -v '^#' |
		sed -n 's/^\([a-z_0-9]*\)[{ ].* [123]$/\1/p; s/^\([a-z_0-9]*\) [123]$/\1/p' | grep -E 'volt|_series_' | sort >want
	[ "$(wc -l <want)" = 3 ]
	line2dash --source prometheus --namespace '' points >dash
	jq -r '.panels[].targets[]?.expr' dash | sed 's/{.*//' | sort | cmp - want
	jq -r '.panels[].targets[]?.expr' dash | grep -qF '{a_b_2=~`${a_b:regex}`,a_b=~`${a_b_2:regex}`,job_=~`${job_:regex}`}'
}

@test "what cannot be used is told and counted: status 3" {
	printf '#meta\tA\tx\nA x=1 1\nno point\n#meta\tA\t\001\n#meta\t\377\tx\nA x=2' >in
	run --separate-stderr line2dash --stats in
	assert_equal "$status" 3
	assert_regex "$stderr" 'in:3:4: expected'
	assert_regex "$stderr" 'in:4:1: expected names of UTF-8'
	assert_regex "$stderr" 'in:6:6: expected a newline'
	assert_regex "$stderr" ' bad_lines=4 '
	grafana check <(echo "$output")
	run --separate-stderr line2dash --accept-unterminated <(printf '#meta\tA\tx\nA x=1 1')
	assert_success
	run --separate-stderr line2dash <(head -c 3000000 /dev/zero | tr '\0' x; printf '\n#meta\tA\tx\n')
	assert_equal "$status" 3
	assert_regex "$stderr" 'within 1 MiB'
	assert_regex "$output" '"refId"'
}

@test "input without signals: nothing is written, status 3" {
	local in
	for in in '' '# comment' 'A x=1 1'; do
		run --separate-stderr line2dash --provisioning "$PWD/none" <<<"$in"
		assert_equal "$status" 3
		assert_equal "$output" ''
		assert_regex "$stderr" 'no signals: expected #meta lines'
		assert_not_exists none
	done
}

@test "--provisioning: data source, provider and dashboard, replaced in one step, no secret" {
	meta | INFLUX_TOKEN=s3cret line2dash --provisioning p --source flux -b 'my "b"' -o 'a$b' -u https://db:8086
	assert_equal "$(cd p && find . -type f | sort | xargs)" \
		"./dashboards/$(meta | line2dash --source flux | jq -r .uid).json ./dashboards/canpipe.yaml ./datasources/canpipe-flux.yaml"
	grafana check p/dashboards/*.json
	assert_equal "$(jq -r '[.. | .uid? | strings] | unique | map(select(startswith("canpipe-flux"))) | length' p/dashboards/*.json)" 1
	run yaml p/datasources/canpipe-flux.yaml
	assert_output '{"apiVersion":1,"datasources":[{"name":"canpipe-flux","uid":"canpipe-flux","type":"influxdb","access":"proxy","url":"https://db:8086","jsonData":{"version":"Flux","organization":"a$$b","defaultBucket":"my \"b\""},"secureJsonData":{"token":"$INFLUX_TOKEN"}}]}'
	run yaml p/dashboards/canpipe.yaml
	assert_output "{\"apiVersion\":1,\"providers\":[{\"name\":\"canpipe\",\"folder\":\"CAN\",\"type\":\"file\",\"allowUiUpdates\":true,\"options\":{\"path\":\"$(realpath p)/dashboards\"}}]}"
	run ! grep -r s3cret p
	# The others beside it.
	meta | line2dash --provisioning p -b can/week --user me
	run yaml p/datasources/canpipe-influxql.yaml
	assert_output '{"apiVersion":1,"datasources":[{"name":"canpipe-influxql","uid":"canpipe-influxql","type":"influxdb","access":"proxy","url":"http://localhost:8086","user":"me","jsonData":{"dbName":"can","httpMode":"POST"},"secureJsonData":{"password":"$INFLUX_PASSWORD"}}]}'
	meta | line2dash --provisioning p --source sql
	run yaml p/datasources/canpipe-sql.yaml
	assert_output '{"apiVersion":1,"datasources":[{"name":"canpipe-sql","uid":"canpipe-sql","type":"influxdb","access":"proxy","url":"http://localhost:8181","jsonData":{"version":"SQL","dbName":"can","insecureGrpc":true},"secureJsonData":{"token":"$INFLUX_TOKEN"}}]}'
	meta | line2dash --provisioning p --source prometheus --datasource-uid prom
	run yaml p/datasources/prom.yaml
	assert_output '{"apiVersion":1,"datasources":[{"name":"prom","uid":"prom","type":"prometheus","access":"proxy","url":"http://localhost:9090","jsonData":{"httpMethod":"POST"}}]}'
	assert_equal "$(find p -type f | wc -l)" 9
	run -1 line2dash --provisioning /dev/null/p < <(meta)
	assert_output 'line2dash: /dev/null/p: Not a directory'
	run -1 line2dash --provisioning p/dashboards/canpipe.yaml < <(meta)
	assert_output 'line2dash: p/dashboards/canpipe.yaml: Not a directory'
	# The folders above it are made too.
	meta | line2dash --provisioning "$PWD/some/where//deep/"
	assert_equal "$(find some -type f | wc -l)" 3
}

yaml() {
	python3 -c 'import json, sys, yaml
print(json.dumps(yaml.safe_load(open(sys.argv[1])), separators=(",", ":")))' "$1"
}

@test "5,000 signals: rows are collapsed, what is asked at first is little" {
	awk 'BEGIN { for (m = 0; m < 500; m++) for (s = 0; s < 10; s++)
		printf "#meta\tMessage%03d\tSignal%d\tunit\t%s\tmin\t0\tmax\t100\tcycle_ms\t100\thelp\tNumber %d of %d\n",
			m, s, substr("VA%", s % 3 + 1, 1), s, m }' >meta
	line2dash --stats <meta >dash 2>stats
	assert_equal "$(stats_value line2dash signals stats) $(stats_value line2dash panels stats)" '5000 1500'
	run grafana check dash
	assert_output '500 1500 5000'
	assert_equal "$(jq '[.panels[] | select(.type != "row")] | length' dash)" 15
	[ "$(stat -c %s dash)" -lt 10000000 ]
	run --separate-stderr line2dash -v <meta
	assert_regex "$stderr" '5000 signals of 500 messages in 1500 panels'
}

@test "make dashboards: of the recording in the demo, for each language" {
	"$ROOT/scripts/dashboards" "$BIN" made
	run "$ROOT/tests/helpers/grafana" check made/drive-{influxql,flux,sql,prometheus}.json
	assert_success
	assert_equal "${#lines[@]} $(printf '%s\n' "${lines[@]}" | sort -u)" '4 16 49 102'
	run jq -r .time.from,.time.to made/drive-flux.json
	assert_output "$(printf '2023-11-14T22:13:20.126Z\n2023-11-14T22:23:20.115Z')"
}

@test "a signal before the end of a file: nothing is written, status 128 + signal" {
	line2dash /dev/zero >out 2>err 3>&- &
	wait_for grep -q . err		# zeros are a line that is too long
	kill -TERM $!
	wait $! && false || assert_equal $? 143
	[ ! -s out ]
}
