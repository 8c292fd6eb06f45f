# shellcheck shell=bash
# Starting and ending real servers: what influxd.bash, victoria.bash and prometheus.bash stand on.
# A server is a folder: pid, command (one word a line, NUL-terminated) and log lie in it, so that
# any process, a single test as well as its setup_file, can stop it and start it again.

# free_port [COUNT]: prints a port P on which 127.0.0.1 does not listen, nor on the COUNT - 1
# behind it. Below the range that the kernel gives to outgoing connections, and in a run of
# scripts/bats (PORTS_TAKEN) never one that was given to another test.
free_port() {
	local p i low
	read -r low _ </proc/sys/net/ipv4/ip_local_port_range
	[ "$low" -gt 12000 ] && [ "$low" -lt 32000 ] || low=32000
	while :; do
		p=$((10000 + SRANDOM % (low - 10010)))
		for ((i = p; i < p + ${1:-1}; i++)); do
			port_open "$i" && continue 2
			port_take "$i" || continue 2
		done
		echo "$p"
		return
	done
}

port_take() {
	[ -z "${PORTS_TAKEN-}" ] || mkdir "$PORTS_TAKEN/$1" 2>/dev/null
}

# port_open PORT: something listens there on 127.0.0.1.
port_open() {
	(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for [-t SECONDS] COMMAND [ARG]...: until the command succeeds, at most SECONDS (90: it costs
# nothing when all is well, and the machine may be a busy one). Its output is dropped; on failure the
# command is named.
wait_for() {
	local limit=90 now end
	[ "$1" = -t ] && { limit=$2; shift 2; }
	read -r now _ </proc/uptime	# goes on evenly when somebody sets the clock
	end=$((${now/./} + limit * 100))
	until "$@" >/dev/null 2>&1; do
		read -r now _ </proc/uptime
		if [ "${now/./}" -gt "$end" ]; then
			echo "wait_for: not within $limit s: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# process_runs PID: it exists and is not merely waiting to be reaped (a first thread that does, while
# others are still there, holds their sockets).
process_runs() {
	local stat tasks
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	[[ $stat =~ \)\ [ZX] ]] || return 0
	tasks=("/proc/$1/task/"*)
	[ ${#tasks[@]} -gt 1 ]
}

process_gone() {
	! process_runs "$1"
}

# process_end PID [SIGNAL]: signal it and wait until it has ended; killed after a minute. (return with
# its number: in a trap a bare one means the status before the trap.)
process_end() {
	kill -"${2:-TERM}" "$1" 2>/dev/null || return 0
	wait_for -t 60 process_gone "$1" 2>/dev/null && return 0
	kill -KILL "$1" 2>/dev/null
	wait_for process_gone "$1"
}

# server_launch DIR COMMAND [ARG]...: in the background, in a session of its own (a Ctrl-C that a
# test or a person sends does not reach it), output in DIR/log.
server_launch() {
	local dir=$1
	shift
	printf '%s\0' "$@" >"$dir/command"
	setsid "$@" >>"$dir/log" 2>&1 </dev/null 3>&- 4>&- &
	echo $! >"$dir/pid"
	disown
}

# server_ready DIR CHECK...: waits until CHECK succeeds; at once false when the process has ended.
server_ready() {
	local dir=$1
	shift
	wait_for server_ready_or_ended "$dir" "$@"
	server_runs "$dir" && "$@" >/dev/null 2>&1 && return
	echo "server in $dir did not start:" >&2
	tail -n 20 "$dir/log" >&2
	return 1
}

# server_twice COMMAND [ARG]...: what starts a server, once more when it did not: somebody may have
# taken the port between the finding and the use.
server_twice() {
	"$@" || "$@"
}

server_ready_or_ended() {
	! server_runs "$1" || "${@:2}"
}

server_runs() {
	[ -s "$1/pid" ] && process_runs "$(<"$1/pid")"
}

# server_stop DIR [SIGNAL]: harmless when it does not run (any more).
server_stop() {
	[ -s "$1/pid" ] || return 0
	process_end "$(<"$1/pid")" "${2:-TERM}"
	rm -f "$1/pid"
}

# server_relaunch DIR: the same command again (same port, same data).
server_relaunch() {
	local command
	mapfile -d '' command <"$1/command"
	server_launch "$1" "${command[@]}"
}

# server_folder NAME: prints a new folder for a server, below servers_root.
server_folder() {
	mktemp -d "$(servers_root)/server-$1.XXXXXX"
}

servers_root() {
	echo "${SERVERS_ROOT:-${BATS_FILE_TMPDIR:?SERVERS_ROOT names no folder}}"
}

# Ends every server that was started below servers_root: in bats all of the present test file.
servers_stop() {
	local pid
	for pid in "$(servers_root)"/server-*/pid; do
		[ ! -e "$pid" ] || server_stop "${pid%/pid}" "$@"
	done
}
