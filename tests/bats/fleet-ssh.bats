# canpipe-fleet(7): ssh and plain TCP.
load common
load examples
load fleet

setup_file() {
	influxd_start
	sshd_start
}

setup() {
	server_runs "$INFLUXD_DIR" || influxd_start_again
	server_runs "$SSHD_DIR" || sshd_start_again
	fleet_box
	sshd_box
}

sshd_start_again() {
	server_relaunch "$SSHD_DIR"
	server_ready "$SSHD_DIR" port_open "$(sed -n 's/^Port //p' "$SSHD_DIR/sshd_config")"
}

@test "frames from here, decoded and stored there" {
	recipe_run ssh-push
	VEHICLE=blue points_of >"$BOX/expected"
	assert_arrived "$BOX/expected"
}

# bats test_tags=slow,nosan
@test "candump there, decoded here" {
	interface_shims
	sshd_box
	recipe_run ssh-pull
	# Played once more, the frames have the time of that.
	influx_rows can | sed -E 's/,[0-9]{19},/,/' | sort >"$BOX/rows"
	influx_query '' 'DROP DATABASE can'
	influx_create can
	VEHICLE=gw points_of played.log | influxpush -u "$INFLUXD_URL" -b can
	influx_rows can | sed -E 's/,[0-9]{19},/,/' | sort | diff "$BOX/rows" -
	[ -s "$BOX/rows" ]
}

@test "a tunnel that breaks and comes back, with a spool: nothing is lost" {
	local port n
	points_of >"$BOX/expected"
	n=$(wc -l <"$BOX/expected")
	port=$(free_port)
	recipe_behind ssh-tunnel "s/8086:localhost:8086/$port:localhost:$INFLUXD_PORT/" \
		"s|$INFLUXD_URL|http://localhost:$port|" "s/canread can0/$HALVES/"
	wait_for first_half_arrived
	# The server with all of its connections; it takes no new one in between.
	kill -STOP "$(<"$SSHD_DIR/pid")"
	pkill -KILL -P "$(<"$SSHD_DIR/pid")"
	server_stop "$SSHD_DIR" KILL
	# Without the tunnel what comes is taken, and is on the disk.
	touch "$BOX/go"
	wait_for grep -qs "$(tail -n 1 "$BOX/expected")" -r "$BOX/points"
	run -1 arrived "$n"
	sshd_start_again
	wait_for arrived "$n"
	assert_arrived "$BOX/expected"
}

# receiver PORT: the script of the page, started for each connection.
receiver() {
	recipe tcp-receive >"$BOX/receive"
	chmod +x "$BOX/receive"
	recipe_behind tcp-listen "s/TCP-LISTEN:7000/&,bind=127.0.0.1/; s/7000/$1/"
	wait_for port_open "$1"
}

# bats test_tags=slow
@test "a socket: each vehicle has a connection; they come again when the server was away" {
	local port listener sender
	port=$(free_port)
	VEHICLE=127.0.0.1 points_of >"$BOX/expected"
	receiver "$port"
	listener=$group
	recipe_behind tcp-send "s/server:7000/127.0.0.1:$port/" "s/canread can0/$SLOWLY/"
	sender=$group
	wait_for arrived 200
	group_end "$listener" 0
	receiver "$port"
	# The file is sent again and again, as a bus goes on.
	wait_for arrived "$(wc -l <"$BOX/expected")"
	assert_arrived "$BOX/expected"
	group_end "$sender"
}

# bats test_tags=slow
@test "a line that broke in two at a new connection is not used" {
	printf '(1700000000.126551) can0 118#0100000000000000\n(1700000000.126' >"$BOX/first"
	printf '551) can0 118#0100000000000000\n(1700000000.226551) can0 118#0100000000000000\n' >"$BOX/second"
	cd "$BOX"
	run --separate-stderr -3 can2line -q --raw --no-meta <first
	assert_equal "${#lines[@]}" 1
	run --separate-stderr -3 can2line -q --raw --no-meta <second
	assert_equal "${#lines[@]}" 1
}

@test "socat as a relay, with a spool" {
	local port
	port=$(free_port)
	points_of >"$BOX/expected"
	recipe_run tcp-relay "s/LISTEN:8086,bind=localhost/LISTEN:$port,bind=127.0.0.1/" \
		"s/server:8086/127.0.0.1:$INFLUXD_PORT/" "s|$INFLUXD_URL|http://127.0.0.1:$port|" \
		'$s/$/; kill $!/'
	assert_arrived "$BOX/expected"
}
