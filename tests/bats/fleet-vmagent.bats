# canpipe-fleet(7): vmagent before several servers, and what is reached by its URL alone.
load common
load examples
load fleet
load scripted

setup_file() {
	influxd_start
	victoria_start -dedup.minScrapeInterval=1ms
	ONE=$VICTORIA_URL
	victoria_start
	TWO=$VICTORIA_URL TWO_DIR=$VICTORIA_DIR
	export ONE TWO TWO_DIR
}

setup() {
	fleet_box
	echo t0ken >"$BOX/token"
	AGENT_PORT=$(free_port)
	ADDRESSES="s|http://server1:8428|$ONE|; s|http://server2:8428|$TWO|; s|localhost:8429|127.0.0.1:$AGENT_PORT|"
}

# agent RECIPE: runs in the box, under a name of its own.
agent() {
	recipe_behind "$1" "$ADDRESSES" '1s/^/exec /'
	wait_for port_open "$AGENT_PORT"
}

# samples URL VEHICLES: how many there are; VEHICLES is a regular expression.
samples() {
	VICTORIA_URL=$1 victoria_samples "{vehicle=~\"$2\"}"
}

has() {
	[ "$(samples "$1" "$2")" -eq "$3" ]
}

# values VEHICLE: how many values its points have.
values() {
	VEHICLE=$1 points_of | cut -d ' ' -f 2 | tr ',' '\n' | wc -l
}

@test "two URLs: both have all; what one that is away has not had waits on the disk" {
	local n
	n=$(values copies)
	server_stop "$TWO_DIR"
	agent vmagent-replicate
	recipe_run vmagent-push "$ADDRESSES" 's/$(hostname)/copies/'
	wait_for has "$ONE" copies "$n"
	# vmagent ends, with what it has for the other one, and begins again.
	group_end "$group"
	agent vmagent-replicate
	server_relaunch "$TWO_DIR"
	wait_for server_get "$TWO/health"
	wait_for has "$TWO" copies "$n"
	has "$ONE" copies "$n"
}

# bats test_tags=slow
@test "shards: each vehicle is on one of the servers, all of them together on both" {
	local v
	recipe vmagent-rules >"$BOX/shard0.yml"
	recipe vmagent-rules "s/'0'/'1'/" >"$BOX/shard1.yml"
	agent vmagent-shard
	for v in s1 s2 s3 s4 s5 s6; do
		recipe_run vmagent-push "$ADDRESSES" "s/\$(hostname)/$v/"
	done
	wait_for both_have 's[1-6]' $((6 * $(values s1)))
	vehicles "$ONE" >"$BOX/one"
	vehicles "$TWO" >"$BOX/two"
	[ -s "$BOX/one" ] && [ -s "$BOX/two" ]
	assert_equal "$(sort "$BOX/one" "$BOX/two" | xargs)" 's1 s2 s3 s4 s5 s6'
	assert_equal "$(VICTORIA_URL=$ONE victoria_export '{shard!=""}')" ''
}

# vehicles URL: those that it has, s1 to s6.
vehicles() {
	VICTORIA_URL=$1 victoria_export '{vehicle=~"s[1-6]"}' | jq -r .metric.vehicle | sort -u
}

both_have() {
	[ $(($(samples "$ONE" "$1") + $(samples "$TWO" "$1"))) -eq "$2" ]
}

# bats test_tags=slow
@test "points that come twice: doubles, and none with -dedup.minScrapeInterval=1ms" {
	local url
	VEHICLE=twice points_of | awk '!seen[$1]++' >"$BOX/points"
	for url in "$ONE" "$TWO"; do
		influxpush -u "$url" --api victoriametrics <"$BOX/points"
		influxpush -u "$url" --api victoriametrics <"$BOX/points"
	done
	assert_equal "$(samples "$TWO" twice)" $((2 * $(samples "$ONE" twice)))
	[ "$(samples "$ONE" twice)" -gt 0 ]
}

@test "by URL alone: where the requests go" {
	run --separate-stderr recipe_run urls 's/^influxpush/echo "m a=1 1" | influxpush --dry-run/'
	assert_success
	run grep '^#' <<<"$output"
	assert_line --index 0 --regexp '^# POST https://eu-central-1-1.aws.cloud2.influxdata.com/api/v2/write\?org=garage&bucket=can(&precision=ns)?$'
	assert_line --index 1 --regexp '^# POST https://data-nodes.example:8086/write\?db=can&rp=autogen$'
	assert_line --index 2 --regexp '^# POST http://vminsert:8480/insert/0/influx/write'
	assert_line --index 3 --regexp '^# POST https://vmauth.example:8427/write'
	assert_equal "${#lines[@]}" 4
}

# bats test_tags=slow
@test "the path of a cluster, and two servers behind vmauth" {
	scripted_start 204
	echo 'm a=1 1' | recipe_run urls '4!d' "s|^.*|influxpush -u $SCRIPTED_URL/insert/0/influx --api victoriametrics|"
	assert_equal "$(scripted_writes .path)" "/insert/0/influx/write?precision=ns"
	vmauth_start t0ken "$ONE"
	printf 'users:\n- bearer_token: t0ken\n  url_prefix: ["%s", "%s"]\n' "$ONE" "$TWO" >"$VMAUTH_DIR/auth.yml"
	server_stop "$VMAUTH_DIR"
	server_relaunch "$VMAUTH_DIR"
	wait_for port_open "${VMAUTH_URL##*:}"
	server_runs "$TWO_DIR" || { server_relaunch "$TWO_DIR"; wait_for server_get "$TWO/health"; }
	seq 11 30 | sed 's/.*/m,vehicle=dealt a=1 17000000&000000000/' >"$BOX/points"
	recipe_run urls '5,6!d' "s|https://vmauth.example:8427|$VMAUTH_URL --batch-lines 5|" <"$BOX/points"
	wait_for both_have dealt 20
	[ "$(samples "$ONE" dealt)" -gt 0 ] && [ "$(samples "$ONE" dealt)" -lt 20 ]
}
