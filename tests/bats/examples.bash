# shellcheck shell=bash
# The commands that stand in README.md and in the manual pages, taken from there and run in a
# folder that has what they name: can0, can1 (files there), car.dbc, drive.dbc, body.dbc, drive.log,
# drive.log.gz, token.

# markdown_commands FILE LANGUAGE: the commands of its ```LANGUAGE blocks, NUL-terminated.
markdown_commands() {
	awk -v fence="\`\`\`$2" '$0 == "```" { on = 0 } on; $0 == fence { on = 1 }' "$1" | joined_commands
}

# mdoc_displays FILE: the lines of its literal displays (.Bd -literal) and one-line ones (.Dl), with
# the escapes of mdoc undone.
mdoc_displays() {
	awk '/^\.Ed/ { on = 0 }
		on
		/^\.Bd -literal/ { on = 1 }
		/^\.Dl / { print substr($0, 5) }' "$1" |
		sed 's/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\(ti/~/g; s/\\(ha/^/g; s/\\(ga/`/g; s/\\(ba/|/g; s/\\-/-/g; s/\\&//g; s/\\e/\\/g'
}

# mdoc_commands FILE: those of its displays that stand below EXAMPLES or DEBUGGING, NUL-terminated.
mdoc_commands() {
	awk '/^\.Sh / { on = /^\.Sh (EXAMPLES|DEBUGGING)/ } on' "$1" | mdoc_displays /dev/stdin | joined_commands
}

# Lines that end in | or \ and lines that begin with a blank go on; a leading "$ " is a prompt.
joined_commands() {
	awk '
		function flush() { if (length(text)) printf "%s%c", text, 0; text = "" }
		{ sub(/^\$ /, "") }
		/^$/ { flush(); next }
		/^[ \t]/ || more { text = text "\n" $0 }
		!/^[ \t]/ && !more { flush(); text = $0 }
		{ more = /[|\\]$/ }
		END { flush() }'
}

# mdoc_messages FILE: what is said, and the command that makes it, both NUL-terminated: from pairs of
# .\" run: COMMAND
# .It Li "MESSAGE"
mdoc_messages() {
	awk '/^\.\\" run: / { command = substr($0, 10); next }
		/^\.It Li / && length(command) {
			text = substr($0, 8)
			gsub(/^"|"$/, "", text)
			gsub(/\\\(dq/, "\"", text)
			printf "%s%c%s%c", command, 0, text, 0
			command = ""
		}' "$1"
}

# sandbox_make DIR: a second of the drive is enough.
sandbox_make() {
	local bus
	mkdir -p "$1/shim" "$1/done"
	for bus in can0 can1; do
		gzip -dc "$DATA/drive.log.gz" | head -n 8000 | grep " $bus " >"$1/$bus"
	done
	gzip -dc "$DATA/drive.log.gz" | head -n 8000 >"$1/drive.log"
	gzip -nk "$1/drive.log"
	cp "$DATA/drive.dbc" "$1/car.dbc"
	cp "$DATA/drive.dbc" "$1/drive.dbc"
	cp "$DATA/drive-body.dbc" "$1/body.dbc"
	echo "$SANDBOX_TOKEN" >"$1/token"
	printf '#!/bin/sh\nshift\nexec "$@"\n' >"$1/shim/ssh"
	chmod +x "$1/shim/ssh"
}

# interface_shims: candump, here and behind ssh, is in a kernel that has can0, where frames of the
# drive are played; canplayer's vcan0 is one too, and what arrived there is printed.
interface_shims() {
	head -n 150 "$BOX/can0" >"$BOX/played.log"
	cat >"$BOX/shim/candump" <<-E
	#!/bin/sh
	exec "$ROOT/tests/vcan/vcan-box" -l "$BOX/shim/in-box" "\$@"
	E
	cat >"$BOX/shim/in-box" <<-E
	#!/bin/sh
	ip link add can0 type vcan
	ip link set can0 mtu 72 up
	/usr/bin/candump -n 150 "\$@" &
	while ! grep -q can0 /proc/net/can/rcvlist_all; do sleep 0.05; done
	/usr/bin/canplayer -t -I "$BOX/played.log" can0=can0
	wait
	E
	cat >"$BOX/shim/canplayer" <<-E
	#!/bin/sh
	head -n 150 | grep ' can0 ' >"$BOX/stdin"
	export COUNT=\$(wc -l <"$BOX/stdin")
	VCAN_STDIN=$BOX/stdin exec "$ROOT/tests/vcan/vcan-box" sh -c \
		'/usr/bin/candump -n \$COUNT -L vcan0 & while ! grep -q vcan0 /proc/net/can/rcvlist_all; do sleep 0.05; done; /usr/bin/canplayer "\$@"; wait' sh "\$@"
	E
	chmod +x "$BOX"/shim/*
}

# sandbox_text COMMAND: with the ports of our own servers.
sandbox_text() {
	local text=$1 server=$INFLUXD_URL
	[[ $text == *token* ]] && server=$VMAUTH_URL
	text=${text//http:\/\/localhost:8086/$server}
	text=${text//localhost:7065/localhost:$SANDBOX_PORT}
	[[ $text == *'--port'* ]] || text=${text/| promexport/| promexport --port $SANDBOX_PORT}
	printf '%s\n' "$text"
}

# sandbox_run DIR COMMAND: in DIR, as written there but for the ports. Output and status are the
# command's (of the last one where it is head, which ends the others); with promexport at its end,
# the page once it shows something.
sandbox_run() {
	local text pipefail=-o
	text=$(sandbox_text "$2")
	if [[ $text == *'| promexport'* && $text != *' --once'* && $text != *' --textfile '* &&
		$text != *' --backfill '* ]]; then
		sandbox_serve "$1" "$text"
		return
	fi
	[[ $text != *'| head' ]] || pipefail=+o
	(cd "$1" && PATH=$1/shim:$PATH exec timeout -k 5 180 bash $pipefail pipefail -c "$text")
}

sandbox_serve() {
	local group status=0
	background env -C "$1" bash -c "$2" >/dev/null
	wait_for sandbox_page || status=1
	sandbox_page
	group_end "$group"
	return $status
}

sandbox_page() {
	server_get "http://localhost:$SANDBOX_PORT/metrics" | grep '^can_'
}

# sandbox_try DIR COMMAND: runs it with an empty database "can" (none at all where the command makes
# it) and says, with status 1, when it fails or shows nothing: no output, no point in the database.
sandbox_try() {
	local out status=0
	influx_query '' 'DROP DATABASE can' >/dev/null
	[[ $2 == *--create-database* ]] || influx_create can >/dev/null
	out=$(sandbox_run "$1" "$2" 2>"$1/messages") || status=$?
	if [ -z "$out" ]; then
		case $2 in
		*--backfill*) [ -s "$1/${2##*--backfill }" ] || status="$status, and no file was written" ;;
		*'>'*.json) [ -s "$1/${2##*>}" ] || status="$status, and no dashboard was written" ;;
		*--provisioning*) [ -n "$(find "$1" -name '*.json' -size +0)" ] ||
			status="$status, and no dashboard was written" ;;
		*token*) [ "$(victoria_samples)" -gt 0 ] || status="$status, and no sample arrived" ;;
		*8086*) [ "$(influx_points can)" -gt 0 ] || status="$status, and no point arrived" ;;
		*) status="$status, and nothing was printed" ;;
		esac
	fi
	[ "$status" = 0 ] && return
	printf '%s\n' "\$ $2" "status $status" "$(<"$1/messages")" "${out:0:2000}"
	return 1
}

# sandbox_servers: what the commands talk to.
sandbox_servers() {
	export SANDBOX_TOKEN=t0ken SANDBOX_PORT
	SANDBOX_PORT=$(free_port)
	influxd_start
	victoria_start
	vmauth_start "$SANDBOX_TOKEN" "$VICTORIA_URL"
}
