# canpipe-fleet(7): Kafka, with kcat and the broker that librdkafka can play.
load common
load examples
load fleet

setup_file() {
	influxd_start
	kafka_start
}

setup() {
	fleet_box
}

# Each test has topics of its own, made before anybody waits for them.
topic() {
	printf '' | kcat -P -b "$KAFKA" -t "$1"
	kcat -L -b "$KAFKA" -t "$1" >/dev/null
	TOPIC="s/-t can /-t $1 /; s/=earliest can /=earliest $1 /; s/-G store/-G $1/"
}

# A member that joins while the broker is still distributing the partitions may be answered only when
# another one's session has run out: then that should not take the usual 45 seconds.
SESSION='s/kcat -G/kcat -X session.timeout.ms=6000 -G/'

# produced TOPIC: how many messages there are.
produced() {
	kcat -C -e -q -b "$KAFKA" -t "$1" -f '%p %k\n'
}

# bats test_tags=slow
@test "three vehicles, each in one partition, in order; two consumers share them" {
	local v
	topic three
	for v in blue red green; do
		recipe_run kafka-produce "$TOPIC" "s/\$(hostname)/$v/g"
		VEHICLE=$v points_of >>"$BOX/expected"
	done
	assert_equal "$(produced three | sort -u | cut -d ' ' -f 2 | sort | uniq -c | awk '{ print $1, $2 }')" \
		$'1 blue\n1 green\n1 red'
	kcat -C -e -q -b "$KAFKA" -t three -f '%k %s\n' | sed -n 's/^red //p' | grep -v '^#' |
		cmp - <(grep vehicle=red "$BOX/expected")
	recipe_behind kafka-consume "$TOPIC" "$SESSION"
	recipe_behind kafka-consume "$TOPIC" "$SESSION" s/points1/points2/
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow
@test "the key out of each line" {
	local v
	topic keys
	for v in blue red; do
		VEHICLE=$v points_of >>"$BOX/expected"
	done
	{
		printf '#meta\tm\tf,vehicle=x\n'
		sort -t ' ' -k 3 "$BOX/expected"
	} >"$BOX/points"
	recipe_run kafka-keys "$TOPIC" <"$BOX/points"
	assert_equal "$(produced keys | sort -u | cut -d ' ' -f 2 | sort | xargs)" 'blue red'
	kcat -C -e -q -b "$KAFKA" -t keys | sort | cmp - <(sort "$BOX/expected")
}

# bats test_tags=slow
@test "from an offset again; a partition with a checkpoint" {
	local p
	topic again
	recipe_run kafka-produce "$TOPIC" 's/car.dbc/& --no-meta/'
	points_of >"$BOX/expected"
	p=$(produced again | head -n 1 | cut -d ' ' -f 1)
	recipe_run kafka-replay "$TOPIC" "s/-p 3 -o 60000/-p $p -o 1500/"
	sed '1,1500d' "$BOX/expected" >"$BOX/end"
	assert_arrived "$BOX/end"
	recipe_run kafka-replay "$TOPIC" "s/-p 3 -o 60000/-o -700/"
	tail -n 700 "$BOX/expected" >"$BOX/end"
	assert_arrived "$BOX/end"
	recipe_run kafka-checkpoint "$TOPIC" "s/-p 3/-p $p -e/" 's/influxpush/& --stats/' 2>"$BOX/stats"
	assert_equal "$(stats_value influxpush delivered "$BOX/stats")" "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
	recipe_run kafka-produce "$TOPIC" 's/car.dbc/& --no-meta/'
	recipe_run kafka-checkpoint "$TOPIC" "s/-p 3/-p $p -e/" 's/influxpush/& --stats/' 2>"$BOX/stats"
	assert_equal "$(stats_value influxpush skipped "$BOX/stats")" "$(wc -l <"$BOX/expected")"
	assert_equal "$(stats_value influxpush delivered "$BOX/stats")" "$(wc -l <"$BOX/expected")"
}

# kcat_kill: with signal 9, the kcat of the pipeline $group.
kcat_kill() {
	pkill -KILL -g "$group" -x kcat
}

# bats test_tags=slow
@test "a consumer killed with signal 9 while it reads: the other one takes over, nothing is lost" {
	local other
	topic kill
	recipe_behind kafka-consume "$TOPIC" "$SESSION" s/points1/points2/
	other=$group
	recipe_behind kafka-produce "$TOPIC" "s/canread can0/$SLOWLY/" 's/can0/& can0 can0 can0/'
	recipe_behind kafka-consume "$TOPIC" "$SESSION"
	points_of >"$BOX/expected"
	wait_for arrived 300
	kcat_kill
	group=$other kcat_kill
	# Both are gone; one begins again.
	recipe_behind kafka-consume "$TOPIC" "$SESSION" s/points1/points3/
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow,nosan
@test "kcat without -u holds back what is less than 4 KiB, with it nothing" {
	topic live
	recipe_behind kafka-consume "$TOPIC" "$SESSION" 's/| *$/| tee with |/'
	recipe_behind kafka-consume "$TOPIC" "$SESSION" 's/ -u / /; s/-G live/-G live2/; s/points1/points2/' \
		's/| *$/| tee without |/'
	sleep 4
	echo 'm a=1 1' | kcat -P -b "$KAFKA" -t live
	wait_for test -s "$BOX/with"
	sleep 1
	[ ! -s "$BOX/without" ]
}

# bats test_tags=slow,nosan
@test "-E: without a broker kcat goes on trying, without it ends" {
	printf 'm a=1 1\n' >"$BOX/in"
	run -124 timeout 3 kcat -P -E -b 127.0.0.1:9 -t can -X message.timeout.ms=0 <"$BOX/in"
	run -1 bash -c "(cat '$BOX/in'; sleep 3) | timeout 90 kcat -P -b 127.0.0.1:9 -t can"
}

# bats test_tags=slow,nosan
@test "half a line: kcat makes a whole one of it, the filter of the page keeps it back" {
	local filter
	filter=$(recipe whole-lines)
	topic half
	printf 'm a=1 1700000000000000000\nm a=2 17000' >"$BOX/half"
	kcat -P -b "$KAFKA" -t half -p 0 <"$BOX/half"
	bash -c "$filter" <"$BOX/half" | kcat -P -b "$KAFKA" -t half -p 1
	run --separate-stderr kcat -C -e -q -b "$KAFKA" -t half -p 0
	assert_output - < <(cat "$BOX/half"; echo)
	run --separate-stderr kcat -C -e -q -b "$KAFKA" -t half -p 1
	assert_output 'm a=1 1700000000000000000'
}
