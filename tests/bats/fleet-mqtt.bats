# canpipe-fleet(7): MQTT, with mosquitto.
load common
load examples
load fleet

setup_file() {
	influxd_start
	broker_start
}

setup() {
	server_runs "$BROKER_DIR" || broker_start_again
	fleet_box
}

teardown() {
	groups_end
	# What the broker still keeps is not for the next test.
	server_stop "$BROKER_DIR" KILL
	rm -f "$BROKER_DIR/data/mosquitto.db"
}

# subscribed SESSION TOPIC: the session is there, so that nothing gets lost from now on.
subscribed() {
	timeout 90 mosquitto_sub -c -i "$1" -q 1 -t "$2" -E
}

# bats test_tags=slow
@test "publish and consume, as on the page: all points, with TLS and a password" {
	points_of >"$BOX/expected"
	subscribed store 'points/#'
	recipe_run mqtt-publish
	recipe_behind mqtt-consume
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
	run mosquitto_pub -u blue -P wrong -t points/x -m x
	assert_failure
}

# bats test_tags=slow
@test "a publisher is live: a line is there before the next one is written" {
	subscribed store 'points/#'
	background_pipe 'mosquitto_sub -c -i store -q 1 -t "points/#" >"$1"' "$BOX/out"
	mkfifo "$BOX/can0.lines"
	recipe_behind mqtt-publish 's/canread can0/cat can0.lines/'
	exec 7>"$BOX/can0.lines"
	head -n 1 "$BOX/can0" >&7
	wait_for grep -q vehicle= "$BOX/out"
	exec 7>&-
}

@test "the broker ends and begins again in between: nothing is lost, the consumer goes on" {
	local n
	points_of >"$BOX/expected"
	n=$(wc -l <"$BOX/expected")
	subscribed store 'points/#'
	recipe_behind mqtt-consume
	recipe_behind mqtt-publish "s/canread can0/$HALVES/"
	wait_for first_half_arrived
	server_stop "$BROKER_DIR"
	touch "$BOX/go"
	sleep 0.3
	run -1 arrived "$n"
	broker_start_again
	wait_for arrived "$n"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow
@test "the consumer is away: the broker keeps more than 1000, over its own restart" {
	points_of >"$BOX/expected"
	subscribed store 'points/#'
	recipe_run mqtt-publish
	server_stop "$BROKER_DIR"
	broker_start_again
	recipe_behind mqtt-consume
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
}

@test "two consumers share: each has a part, together all" {
	points_of >"$BOX/expected"
	subscribed store1 '$share/store/points/#'
	subscribed store2 '$share/store/points/#'
	recipe_behind mqtt-share 's/| *$/| tee one |/'
	recipe_behind mqtt-share 's/| *$/| tee two |/; s/store1/store2/; s/points1/points2/'
	wait_for test -e "$BOX/points1" -a -e "$BOX/points2"
	recipe_run mqtt-publish
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
	wait_for test -s "$BOX/one" -a -s "$BOX/two"
}

# bats test_tags=slow
@test "many lines as one message: all points" {
	points_of >"$BOX/expected"
	subscribed store 'points/#'
	recipe_run mqtt-batch
	recipe_behind mqtt-consume
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow
@test "frames, decoded behind the broker: the same points" {
	VEHICLE=blue points_of >"$BOX/expected"
	subscribed store frames/blue
	recipe_run mqtt-frames 's/$(hostname)/blue/'
	recipe_behind mqtt-decode
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow
@test "#meta lines retained, for a page that joins late" {
	SANDBOX_PORT=$(free_port)
	recipe_run mqtt-meta
	recipe_behind mqtt-page "s/promexport/promexport --port $SANDBOX_PORT/"
	wait_for port_open "$SANDBOX_PORT"
	# Again until it has subscribed: it has no session in which the broker would keep them.
	published() {
		recipe_run mqtt-publish 's/-d car.dbc/-d car.dbc --no-meta/'
		sandbox_page | grep -q '^can_bms_status_pack_voltage{'
	}
	wait_for published
	run server_get "http://localhost:$SANDBOX_PORT/metrics"
	assert_output --regexp '# HELP can_bms_status_pack_voltage.* [A-Za-z]+'
	mosquitto_pub -r -n -t meta/car
}

# bats test_tags=slow,nosan
@test "half a line: mosquitto_pub makes a whole one of it, the filter of the page keeps it back" {
	local filter
	filter=$(recipe whole-lines)
	subscribed store 'half/#'
	printf 'm a=1 1700000000000000000\nm a=2 17000' >"$BOX/half"
	mosquitto_pub -q 1 -t half/1 -l <"$BOX/half"
	bash -c "$filter" <"$BOX/half" | mosquitto_pub -q 1 -t half/2 -l
	mosquitto_pub -q 1 -t half/end -m end
	run -0 --separate-stderr timeout 90 mosquitto_sub -c -i store -q 1 -t 'half/#' -C 4 -F '%t %p'
	assert_output - <<-E
	half/1 m a=1 1700000000000000000
	half/1 m a=2 17000
	half/2 m a=1 1700000000000000000
	half/end end
	E
}

# bats test_tags=slow,nosan
@test "a line of 3 MB passes, an empty one does not" {
	subscribed store long
	{
		head -c 3000000 /dev/zero | tr '\0' a
		printf '\n\nlast\n'
	} | mosquitto_pub -q 1 -t long -l
	run -0 --separate-stderr timeout 90 mosquitto_sub -c -i store -q 1 -t long -C 3	# with the empty one
	assert_equal "${#lines[@]} ${#lines[0]} ${lines[1]}" '2 3000000 last'
}

# bats test_tags=slow,nosan
@test "a log of 80,000 lines: in pieces all arrive, all at once mosquitto_pub ends too early" {
	local args=(-q 1 -t numbers)
	seq 80000 >"$BOX/numbers"
	subscribed store numbers
	background_pipe 'mosquitto_sub -c -i store -q 1 -t numbers >"$1"' "$BOX/out"
	split -l 50000 --filter='mosquitto_pub -q 1 -t numbers -l' "$BOX/numbers"
	mosquitto_pub "${args[@]}" -m end
	wait_for grep -qx end "$BOX/out"
	sed /end/q "$BOX/out" | grep -v end | sort -un | cmp - "$BOX/numbers"
	mosquitto_pub "${args[@]}" -l <"$BOX/numbers"
	mosquitto_pub "${args[@]}" -m 'the end'
	wait_for grep -qx 'the end' "$BOX/out"
	[ "$(sed '1,/^end$/d' "$BOX/out" | sort -un | wc -l)" -lt 80000 ]
}

# bats test_tags=slow
@test "a consumer that is ended with SIGTERM again and again loses nothing" {
	local n
	points_of >"$BOX/expected"
	n=$(wc -l <"$BOX/expected")
	subscribed store 'points/#'
	recipe_run mqtt-publish
	for _ in 1 2 3; do
		recipe_behind mqtt-consume
		sleep 0.3
		group_end "$group"
	done
	recipe_behind mqtt-consume
	wait_for arrived "$n"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow
@test "a broker on the vehicle: keeps what is published while the other is away, and hands it on" {
	local port dir
	points_of >"$BOX/expected"
	subscribed store 'points/#'
	server_stop "$BROKER_DIR"
	port=$(free_port)
	dir=$(mosquitto_folder vehicle '')
	recipe mqtt-bridge "s|listener 1883 localhost|listener $port 127.0.0.1|" \
		"s|/var/lib/mosquitto|$dir/data|" "s|broker:8883|127.0.0.1:$BROKER_PORT|" \
		"s|ca.pem|$BROKER_DIR/ca.pem|" >>"$dir/mosquitto.conf"
	mosquitto_start "$dir" "$port"
	mkdir "$BOX/plain"
	XDG_CONFIG_HOME=$BOX/plain recipe_run mqtt-publish "s/mosquitto_pub/& -h localhost -p $port/"
	# It ends, too, and begins again, with what it has on its disk.
	server_stop "$dir"
	mosquitto_start "$dir" "$port"
	broker_start_again
	recipe_behind mqtt-consume
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
	server_stop "$dir"
}
