# shellcheck shell=bash
# The recipes of canpipe-fleet(7), taken from the page, and what they talk to: brokers of MQTT and
# Kafka, sshd, with all they write below servers_root.

FLEET_PAGE=$ROOT/man/canpipe-fleet.7

# recipe NAME [SED EXPRESSION]...: the display that stands behind the comment "recipe: NAME", with
# the addresses of our own servers in the place of those named there.
recipe() {
	local e=() x
	for x in "${@:2}"; do
		e+=(-e "$x")
	done
	awk -v mark=".\\\\\" recipe: $1" 'on; $0 == mark { on = 1 } /^\.Ed/ { on = 0 }' "$FLEET_PAGE" |
		mdoc_displays /dev/stdin |
		sed -e "s|http://localhost:8086|${INFLUXD_URL-}|g" -e "s|kafka:9092|${KAFKA-}|g" "${e[@]}" |
		grep .
}

# recipe_run / recipe_behind NAME [SED EXPRESSION]...: in the box, to its end or in the background
# (in $group).
recipe_run() {
	local text
	text=$(recipe "$@") || return
	(cd "$BOX" && PATH=$BOX/shim:$PATH exec timeout -k 5 180 bash -o pipefail -c "$text")
}

recipe_behind() {
	local text
	text=$(recipe "$@") || return
	background env -C "$BOX" PATH="$BOX/shim:$PATH" bash -o pipefail -c "$text" >>"$BOX/messages" 2>&1
}

# In the place of "canread can0", and in a sed expression: SLOWLY takes two seconds; HALVES gives
# 1000 frames, and the others when there is a file "go" in the box.
export SLOWLY='perl -pe "select undef, undef, undef, 0.1 if $. % 100 == 0; \$| = 1" can0'
export HALVES='sh -c "sed 1000q can0; until [ -e go ]; do sleep 0.05; done; sed 1,1000d can0"'

# fleet_box: a sandbox with 2000 frames of can0, an empty database, $BOX the folder.
fleet_box() {
	BOX=$BATS_TEST_TMPDIR/box
	sandbox_make "$BOX"
	sed -i 2000q "$BOX/can0"
	rm "$BOX/shim/ssh"
	: >"$BOX/messages"
	influx_query '' 'DROP DATABASE can' >/dev/null
	influx_create can >/dev/null
}

# points_of [LOG]...: what the box's logs (can0) are as points, with the tag vehicle=$VEHICLE (the
# host's name), without comments.
points_of() {
	(cd "$BOX" && can2line -q -d car.dbc -t "vehicle=${VEHICLE:-$(hostname)}" --no-meta "${@:-can0}")
}

first_half_arrived() {
	head -n 1000 "$BOX/can0" >"$BOX/half.log"
	arrived "$(points_of half.log | wc -l)"
}

# arrived COUNT: so many points are in the database.
arrived() {
	[ "$(influx_points can)" -ge "$1" ]
}

# assert_arrived FILE: the database has the points of FILE (line protocol), and no others.
assert_arrived() {
	influx_rows can >"$BOX/rows"
	influx_query '' 'DROP DATABASE expected' >/dev/null
	influx_create expected >/dev/null
	influxpush -q -u "$INFLUXD_URL" -b expected <"$1"
	influx_rows expected >"$BOX/rows.expected"
	[ -s "$BOX/rows.expected" ]
	cmp "$BOX/rows" "$BOX/rows.expected"
}

# --- MQTT -----------------------------------------------------------------------------------

# mosquitto_folder NAME CONFIGURATION: a server folder for a broker of that configuration. As root
# it would become another user, who has no access there.
mosquitto_folder() {
	local dir
	dir=$(server_folder "$1") || return
	mkdir "$dir/data"
	printf '%s\n' "$2" "user $(id -un)" >"$dir/mosquitto.conf"
	echo "$dir"
}

# mosquitto_start DIR PORT
mosquitto_start() {
	server_launch "$1" "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$1/mosquitto.conf"
	server_ready "$1" port_open "$2"
}

# broker_start: the broker of the page, with TLS and passwords. Sets BROKER_DIR, BROKER_PORT, and
# XDG_CONFIG_HOME, where the clients find how to log in.
broker_start() {
	server_twice broker_try
}

broker_try() {
	local config
	BROKER_PORT=$(free_port)
	BROKER_DIR=$(mosquitto_folder broker '') || return
	config=$(recipe mqtt-broker "s|listener 8883|listener $BROKER_PORT 127.0.0.1|" \
		"s|/var/lib/mosquitto|$BROKER_DIR/data|" "s#file \(.*\)#file $BROKER_DIR/\1#")
	printf '%s\n' "$config" "user $(id -un)" >"$BROKER_DIR/mosquitto.conf"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
		-keyout "$BROKER_DIR/broker.key" -out "$BROKER_DIR/broker.pem" 2>/dev/null
	cp "$BROKER_DIR/broker.pem" "$BROKER_DIR/ca.pem"
	mosquitto_passwd -b -c "$BROKER_DIR/passwords" blue secret
	export XDG_CONFIG_HOME=$BROKER_DIR/config BROKER_DIR BROKER_PORT
	mkdir "$XDG_CONFIG_HOME"
	recipe mqtt-login 's/^-h broker/-h 127.0.0.1/' "s/^-p 8883/-p $BROKER_PORT/" \
		"s|ca.pem|$BROKER_DIR/ca.pem|" | tee "$XDG_CONFIG_HOME/mosquitto_pub" >"$XDG_CONFIG_HOME/mosquitto_sub"
	mosquitto_start "$BROKER_DIR" "$BROKER_PORT"
}

broker_start_again() {
	mosquitto_start "$BROKER_DIR" "$BROKER_PORT"
}

# --- Kafka ----------------------------------------------------------------------------------

# kafka_start: the broker that librdkafka can play, in a kcat that reads from a pipe without end.
# Sets KAFKA to host:port. Topics have four partitions.
kafka_start() {
	KAFKA_DIR=$(server_folder kafka) || return
	mkfifo "$KAFKA_DIR/input"
	# shellcheck disable=SC2016 # for that sh
	server_launch "$KAFKA_DIR" sh -c 'exec kcat -P -X test.mock.num.brokers=1 -b localhost:1 -t none \
		0<>"$1"' sh "$KAFKA_DIR/input"
	server_ready "$KAFKA_DIR" grep -q 'replaced with' "$KAFKA_DIR/log" || return
	export KAFKA
	KAFKA=$(sed -n 's/.*replaced with //p' "$KAFKA_DIR/log")
}

# --- ssh ------------------------------------------------------------------------------------

# sshd_start: a server with keys of its own for the hosts that the page names. Commands run in
# SSHD_HOME, with the PATH that they have here; sets SSHD_DIR, and SSHD_CONFIG for ssh -F.
sshd_start() {
	server_twice sshd_try
}

sshd_try() {
	local port run=(/usr/sbin/sshd)
	SSHD_DIR=$(server_folder sshd) || return
	SSHD_CONFIG=$SSHD_DIR/config
	port=$(free_port)
	export SSHD_DIR SSHD_CONFIG
	ssh-keygen -q -t ed25519 -N '' -f "$SSHD_DIR/host"
	ssh-keygen -q -t ed25519 -N '' -f "$SSHD_DIR/key"
	cat >"$SSHD_DIR/sshd_config" <<-C
	Port $port
	ListenAddress 127.0.0.1
	HostKey $SSHD_DIR/host
	AuthorizedKeysFile $SSHD_DIR/key.pub
	PidFile none
	StrictModes no
	UsePAM no
	PasswordAuthentication no
	ForceCommand . $SSHD_DIR/environment && eval "\$SSH_ORIGINAL_COMMAND"
	C
	cat >"$SSHD_CONFIG" <<-C
	Host gw server worker1 worker2
	HostName 127.0.0.1
	Port $port
	IdentityFile $SSHD_DIR/key
	IdentitiesOnly yes
	UserKnownHostsFile $SSHD_DIR/known_hosts
	StrictHostKeyChecking accept-new
	LogLevel ERROR
	C
	# As root it wants a folder that only its service makes.
	# shellcheck disable=SC2016 # for that sh
	[ "$(id -u)" -ne 0 ] || run=(unshare -m sh -c \
		'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec "$@"' sh "${run[@]}")
	server_launch "$SSHD_DIR" "${run[@]}" -D -e -f "$SSHD_DIR/sshd_config"
	server_ready "$SSHD_DIR" port_open "$port"
}

# sshd_box: the box is where commands run, on this side (through its shim) and behind ssh.
sshd_box() {
	cat >"$SSHD_DIR/environment" <<-C
	cd $BOX
	export PATH=$BOX/shim:$PATH BOX=$BOX
	C
	printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' "$SSHD_CONFIG" >"$BOX/shim/ssh"
	chmod +x "$BOX/shim/ssh"
}
