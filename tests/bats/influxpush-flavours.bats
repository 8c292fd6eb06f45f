# The servers other than InfluxDB 1 and 2: InfluxDB 3 and QuestDB from a script, VictoriaMetrics itself.
load common
load scripted

setup_file() {
	victoria_start
}

setup() {
	scripted_box
}

teardown() {
	servers_stop
}

teardown_file() {
	unset SERVERS_ROOT
	servers_stop
}

# What /ping, /settings and /health of a scripted server answer; - for 404.
shows() {
	local name
	for name in ping settings health; do
		rm -f "$SCRIPTED_DIR/$name"
		[ "$1" = - ] || echo "$1" >"$SCRIPTED_DIR/$name"
		shift
	done
}

@test "v3: write_lp with Bearer, nanoseconds and partial writes; found by itself" {
	scripted_start 204
	shows '200 {"version":"3.2.0","process_id":"7"}' - '200 <html>'
	numbers 1 2 | influxpush -u "$SCRIPTED_URL" -b can --token-file token
	assert_equal "$(scripted_writes '[.path, .headers.Authorization, .body] | @json')" \
		'["/api/v3/write_lp?db=can&precision=nanosecond&accept_partial=true","Bearer t0ken","m f=1 1\nm f=2 2\n"]'
	# whoever wants a token for /ping too gets it
	jq -r 'select(.path == "/ping") | .headers.Authorization' "$SCRIPTED_DIR/requests" | grep -qx 'Bearer t0ken'
	shows '401 {}' - -
	numbers 3 3 | influxpush -u "$SCRIPTED_URL" -b can --token-file token
	numbers 4 4 | influxpush -u "$SCRIPTED_URL" -b can --token-file token --api v3 --no-health-check
	assert_equal "$(scripted_writes .path | uniq -c | awk '{ print $1, $2 }')" \
		'3 /api/v3/write_lp?db=can&precision=nanosecond&accept_partial=true'
}

@test "v3: the bad lines are told by number, the others are not sent again" {
	scripted_start v3
	{
		numbers 1 4000
		printf '# a comment\n\nm bad=1 1\n'
		numbers 4001 9000
		echo 'm f="bad" 1'
		numbers 9001 12000
	} >in.lp
	run -3 --separate-stderr influxpush -u "$SCRIPTED_URL" -b can --api v3 --stats \
		--reject-file refused.lp <in.lp
	assert_said 'line 4003 rejected: it is bad: m bad=1 1'
	echo "$stderr" >err
	assert_equal "$(stats_value influxpush rejected err) $(stats_value influxpush delivered err)" '2 12000'
	sort -n -t ' ' -k 3 "$SCRIPTED_DIR/stored" | cmp - <(numbers 1 12000)
	assert_equal "$(<refused.lp)" '# it is bad
m bad=1 1
# it is bad
m f="bad" 1'
}

@test "v3 answers late: sixteen requests at once, unless told otherwise" {
	scripted_start 204 'gather 16'
	numbers 1 165000 | influxpush -u "$SCRIPTED_URL" -b can --api v3
	assert_equal "$(scripted_count) $(scripted_most)" '33 16'
	scripted_start 204 'gather 2'
	numbers 1 25000 | influxpush -u "$SCRIPTED_URL" -b can --api v3 --in-flight 2
	assert_equal "$(scripted_count) $(scripted_most)" '5 2'
}

@test "QuestDB: told from the server that it claims to be; a line number ends the batch" {
	scripted_start '400 {"code":"invalid","message":"failed to parse line protocol","line":2,"errorId":"x-1"}' 204
	shows '204 X-Influxdb-Version=v2.7.4' '200 {"release.type":"OSS","release.version":"8.2"}' -
	run -3 --separate-stderr influxpush -u "$SCRIPTED_URL" -b can < <(numbers 1 3)
	assert_said 'line 2 rejected: failed to parse line protocol: m f=2 2'
	assert_equal "$(scripted_writes .path | sort -u)" '/write?precision=ns'
	assert_equal "$(<"$SCRIPTED_DIR/stored")" $'m f=1 1\nm f=3 3'
	# a page for a browser is no /settings: InfluxDB 2
	scripted_start 204
	shows '204 X-Influxdb-Version=v2.7.4' '200 <html>the UI' -
	numbers 1 1 | influxpush -u "$SCRIPTED_URL" -b can
	assert_equal "$(scripted_writes .path)" '/api/v2/write?bucket=can&precision=ns'
	# no bucket needed
	numbers 1 1 | influxpush -u "$SCRIPTED_URL" --api questdb --token-file token
	assert_equal "$(scripted_writes '[.path, .headers.Authorization] | @json' | tail -n 1)" \
		'["/write?precision=ns","Bearer t0ken"]'
}

@test "a wrong guess is corrected by the first write, once" {
	scripted_start '404 {}' 204
	numbers 1 1 | influxpush -u "$SCRIPTED_URL" -b can --token-file token --no-health-check
	assert_equal "$(scripted_writes .path | xargs)" '/api/v2/write?bucket=can&precision=ns /write?db=can'
	scripted_start '405 {}' 204
	shows '200 {"process_id":"7"}' - -
	numbers 1 1 | influxpush -u "$SCRIPTED_URL" -b can
	assert_equal "$(scripted_writes .path | tail -n 1)" '/api/v2/write?bucket=can&precision=ns'
	scripted_start '404 {}'
	run -1 --separate-stderr influxpush -u "$SCRIPTED_URL" -b can < <(numbers 1 1)
	assert_equal "$(scripted_count)" 2
	scripted_start '404 {}'
	run -1 --separate-stderr influxpush -u "$SCRIPTED_URL" --api v3 -b can < <(numbers 1 1)
	assert_equal "$(scripted_count)" 1
	# a proxy whose server is away for a moment
	scripted_start 204 '404 {}' 204
	numbers 1 5001 | influxpush -u "$SCRIPTED_URL" -b can
	assert_equal "$(scripted_writes .path | uniq -c | xargs)" '3 /write?db=can'
}

@test "VictoriaMetrics, the real one: found by itself, with a label of the bucket and without" {
	local now
	now=$(date +%s)
	run -0 --separate-stderr influxpush -v -u "$VICTORIA_URL" -b can <<<"found v=1 ${now}000000000"
	assert_said 'writing as victoriametrics'
	assert_said 'health check: the server is well'
	influxpush -u "$VICTORIA_URL" --api victoriametrics <<<"bare v=2 ${now}000000000"
	assert_equal "$(victoria_export '{__name__="found_v"}' | jq -r '.metric.db')" can
	assert_equal "$(victoria_export '{__name__="bare_v"}' | jq -r '.metric.db')" null
	# a recording whose times begin at 0
	influxpush -u "$VICTORIA_URL" -b can <<<'early v=1 12500000000'
	assert_equal "$(victoria_export '{__name__="early_v"}' | jq -c '.timestamps')" '[12500]'
	# an endpoint that it does not have
	run -1 --separate-stderr influxpush -u "$VICTORIA_URL" --api v3 -b can <<<"x v=1 ${now}000000000"
	assert_said 'unsupported path'
	assert_said 'check --url'
}

@test "--validate: what VictoriaMetrics alone would drop or change with 204, whoever found that it is one" {
	{
		printf ' odd v=0.5 1700000000000000000 \n'
		printf 'odd v=.5 1700000001000000000\nodd s="a\nodd v=7 1700000002000000000\n" 1700000002000000000\n'
		printf 'odd,__name__=x v=1 1700000003000000000\nodd v=1 0\nodd v=2. 1700000004000000000\n'
		printf 'odd v=8 1700000005000000000\n'
	} >in.lp
	# no --api: what server it is, is only known when lines have been read
	run -3 --separate-stderr influxpush -u "$VICTORIA_URL" -b odd --validate --stats --reject-file refused.lp <in.lp
	assert_said 'line 2 rejected: VictoriaMetrics wants digits, or digits on both sides of a point'
	assert_said 'line 3 rejected: VictoriaMetrics ends a line at a newline in a string'
	assert_said ' delivered=2 rejected=5 '
	assert_equal "$(victoria_export '{db="odd"}' | jq -c '[.values, .timestamps]')" '[[0.5,8],[1700000000000,1700000005000]]'
}

@test "VictoriaMetrics: a line that is too long for it costs itself alone, and doubles none" {
	{
		seq -f 'long,s=1 v=%.0f' 3000 | awk '{ print $0, 1700000000 + NR "000000000" }'
		printf 'long t="%0300000d" 1700000000000000000\n' 0
		seq -f 'long,s=2 v=%.0f' 1000 | awk '{ print $0, 1700000000 + NR "000000000" }'
	} >in.lp
	run -3 --separate-stderr influxpush -u "$VICTORIA_URL" --api victoriametrics --stats --reject-file refused.lp <in.lp
	assert_said 'line 3001 rejected: 400 '
	assert_said ' delivered=4000 rejected=1 '
	assert_equal "$(grep -vc '^#' refused.lp)" 1
	assert_equal "$(victoria_samples '{__name__="long_v"}')" 4000
}

@test "vmagent in front of two VictoriaMetrics: both have every point" {
	local url second
	victoria_start
	second=$VICTORIA_URL
	victoria_start
	vmagent_start "$VICTORIA_URL" "$second"
	seq 20000 | awk '{ printf "m,bus=can0 f=%d 17000%05d000000000\n", $1, $1 }' |
		influxpush -v -u "$VMAGENT_URL" --api auto -b can --stats 2>err
	grep -q 'writing as victoriametrics' err
	assert_equal "$(stats_value influxpush delivered err)" 20000
	for url in "$VICTORIA_URL" "$second"; do
		VICTORIA_URL=$url wait_for fanned_out
		assert_equal "$(VICTORIA_URL=$url victoria_export '{__name__="m_f"}' | jq -s '.[0].values | add')" 200010000
	done
}

fanned_out() {
	[ "$(victoria_samples '{__name__="m_f"}')" = 20000 ]
}

@test "--validate: what VictoriaMetrics would leave out with 204 is rejected here" {
	local now
	now=$(date +%s)000000000
	printf '%s\n' "val v=1 $now" "val w= $now" "val v=nan $now" "val v=1i $now" "val,time=x v=1 $now" \
		'# comment' "val w=2 $now" "val n=99999999999999999999i $now" >in.lp
	run -3 --separate-stderr influxpush -u "$VICTORIA_URL" --api victoriametrics --validate --stats --reject-file refused.lp <in.lp
	echo "$stderr" >err
	assert_equal "$(stats_value influxpush rejected err) $(stats_value influxpush delivered err)" '5 2'
	assert_said 'line 4 rejected: type integer, which was float before, in field v: val v=1i'
	assert_equal "$(grep -vc '^#' refused.lp)" 5
	assert_equal "$(victoria_samples '{__name__=~"val_.*"}')" 2
	assert_equal "$(victoria_invalid)" 0
	# without it: 204, and something is missing
	influxpush -u "$VICTORIA_URL" --api victoriametrics <in.lp
	victoria_export >/dev/null
	[ "$(victoria_invalid)" -gt 0 ]
}
