# The configuration in canpipe-prometheus(7) is taken by Prometheus and does what it says.
load common

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	local page=$ROOT/man/canpipe-prometheus.7
	yaml_of 'SCRAPE CONFIGURATION' "$page" >prometheus.yml
	yaml_of 'FROM OTHER MACHINES' "$page" | sed 's|/etc/prometheus|.|' >remote.yml
	touch can-ca.pem can-password
	yaml_of 'RECORDING RULES' "$page" >can.yml
	yaml_of 'ALERTING RULES' "$page" >can-alerts.yml
}

# yaml_of SECTION FILE: the literal display of a section.
yaml_of() {
	awk -v section=".Sh $1" '/^\.Sh / { on = $0 == section }
		/^\.Ed/ { text = 0 } on && text
		on && /^\.Bd -literal/ { text = 1 }' "$2"
}

@test "promtool accepts configuration and rules" {
	cd "$BATS_FILE_TMPDIR" || return
	run promtool check config prometheus.yml
	assert_success
	assert_output --partial 'SUCCESS: prometheus.yml is valid'
	run promtool check config remote.yml
	assert_success
	assert_output --partial 'SUCCESS: remote.yml is valid'
	run promtool check rules can.yml can-alerts.yml
	assert_success
	assert_output --partial 'SUCCESS: 6 rules found'
	assert_output --partial 'SUCCESS: 9 rules found'
}

@test "the rules compute and the alerts fire when they should" {
	cd "$BATS_FILE_TMPDIR" || return
	cat >tests.yml <<-'E'
	rule_files: [can.yml, can-alerts.yml]
	evaluation_interval: 10s
	tests:
	  - interval: 10s
	    input_series:
	      - {series: 'can_bms_status_pack_voltage{bus="can0"}', values: '400x60'}
	      - {series: 'can_bms_status_pack_current{bus="can0"}', values: '-2.5x60'}
	      - {series: 'can_bms_cell_voltages_cell01{bus="can1"}', values: '3.9x120'}
	      - {series: 'can_bms_cell_voltages_cell24{bus="can1"}', values: '4.1x120'}
	      - {series: 'can_di_system_status_vehicle_speed{bus="can0"}', values: '36x60'}
	      - {series: 'can_bms_status_alive{bus="can0",instance="a"}', values: '7x60'}
	      - {series: 'canpipe_points_total{message="BMS_Status",instance="a"}', values: '0+100x60'}
	      - {series: 'canpipe_last_input_timestamp_seconds', values: '0+10x30 300x30'}
	      - {series: 'canpipe_last_seen_timestamp_seconds{message="DI"}', values: '0+10x30 300x30'}
	      - {series: 'canpipe_input_ended', values: '0x30 1x30'}
	    promql_expr_test:
	      - {expr: 'can:pack_power:watts', eval_time: 1m, exp_samples:
	          [{labels: 'can:pack_power:watts{bus="can0"}', value: -1000}]}
	      - {expr: 'round(can:cell_spread:volts, 0.01)', eval_time: 1m, exp_samples:
	          [{labels: '{bus="can1"}', value: 0.2}]}
	      - {expr: 'can:distance_1m:meters', eval_time: 5m, exp_samples:
	          [{labels: 'can:distance_1m:meters{bus="can0"}', value: 600}]}
	      - {expr: 'can:points:rate1m', eval_time: 5m, exp_samples:
	          [{labels: 'can:points:rate1m{message="BMS_Status",instance="a"}', value: 10}]}
	      - {expr: 'count by (alertname) (ALERTS{alertstate="firing",alertname!="CellSpread"})',
	          eval_time: 4m, exp_samples: [{labels: '{alertname="CanSignalStuck"}', value: 1}]}
	      - {expr: 'count by (alertname) (ALERTS{alertstate="firing",alertname=~"Can.*Silent|Prom.*"})',
	          eval_time: 9m, exp_samples: [
	            {labels: '{alertname="CanBusSilent"}', value: 1},
	            {labels: '{alertname="CanMessageSilent"}', value: 1},
	            {labels: '{alertname="PromexportInputEnded"}', value: 1}]}
	      - {expr: 'ALERTS{alertstate="firing",alertname="CellSpread"}', eval_time: 15m, exp_samples:
	          [{labels: 'ALERTS{alertstate="firing",alertname="CellSpread",bus="can1",severity="warning"}', value: 1}]}
	E
	run promtool test rules tests.yml
	assert_success
}
