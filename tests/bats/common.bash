# shellcheck shell=bash
# What every test file begins with: load common
bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
BIN=$(realpath -m "${BIN:-$ROOT/build/bin}")
HELPERS=$(realpath -m "${HELPERS:-${BIN%/*}/helpers}")
DATA=$ROOT/tests/data
PATH=$BIN:$PATH
export ROOT BIN HELPERS DATA PATH
export LC_ALL=C.UTF-8 TZ=UTC
cd "$ROOT" || exit

# Nothing of the person's own surroundings takes part.
unset INFLUX_HOST INFLUX_TOKEN INFLUX_ORG INFLUX_BUCKET_NAME INFLUX_USERNAME INFLUX_PASSWORD
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
unset GREP_OPTIONS POSIXLY_CORRECT MAKEFLAGS MFLAGS MAKELEVEL NO_COLOR GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
umask 022

for common_file in server influxd victoria prometheus; do
	# shellcheck source=/dev/null
	. "$ROOT/tests/servers/$common_file.bash"
done
unset common_file

# run_pipe 'a | b' [ARG]...: run, with $output and $stderr apart, in a shell where a pipeline fails
# when any of it does; the ARGs are $1 and so on in there.
run_pipe() {
	run --separate-stderr bash -c "set -o pipefail; $1" bash "${@:2}"
}

# assert_said TEXT: on stderr of the last "run --separate-stderr".
# shellcheck disable=SC2154 # bats sets it
assert_said() {
	[[ $stderr == *"$1"* ]] || fail "not said: $1"$'\n'"$stderr"
}

# stats_value PROGRAM NAME [FILE]: the value of NAME in the last --stats line of PROGRAM, from FILE
# or standard input.
stats_value() {
	sed -n "s/^$1: \(.* \)\?$2=\([0-9]*\)\( .*\)\?\$/\2/p" "${3:--}" | tail -n 1 | grep .
}

# catches PID SIGNAL: the program has a handler for it by now.
catches() {
	local caught
	caught=$(sed -n 's/^SigCgt:\t//p' "/proc/$1/status" 2>/dev/null)
	((0x0$caught >> ($(kill -l "$2") - 1) & 1))
}

# signals_taken PID: none that was sent is waiting to be delivered.
signals_taken() {
	[ "$(sed -n 's/^S[hi][dg]Pnd:\t//p' "/proc/$1/status" | tr -d '0\n')" = '' ]
}

# without_net COMMAND [ARG]...: in a network that has nothing at all, so that looking up a name fails at once.
without_net() {
	unshare -rn "$@"
}

# has_ipv6: this machine has ::1.
has_ipv6() {
	grep -qs '^00000000000000000000000000000001 ' /proc/net/if_inet6
}

# A test file with a teardown_file of its own calls servers_stop in it.
teardown_file() {
	servers_stop
}

# background COMMAND [ARG]...: in a process group of its own (in $group), without the descriptors
# that bats waits for, and with SIGINT as it is for a person (the shell ignores it behind &). What is
# left of it is ended with the test.
background() {
	setsid env --default-signal=INT,QUIT "$@" <&0 3>&- 4>&- &
	group=$!
	disown
	echo "$group" >>"$BATS_TEST_TMPDIR/groups"
}

# background_pipe 'a | b' [ARG]...: the same for a pipeline; the ARGs are $1 and so on in there.
background_pipe() {
	background bash -o pipefail -c "$1" bash "${@:2}"
}

# group_ended GROUP: nothing runs in it any more.
group_ended() {
	! ps -eo pgid=,stat= | awk -v g="$1" '$1 == g && $2 !~ /^[ZX]/ { found = 1 } END { exit !found }'
}

# group_end GROUP [SECONDS]: asks all of it to end, and kills what still runs SECONDS (60) later.
group_end() {
	kill -TERM -- "-$1" 2>/dev/null || return 0
	wait_for -t "${2:-60}" group_ended "$1" 2>/dev/null || kill -KILL -- "-$1" 2>/dev/null
}

# A test file with a teardown of its own calls groups_end in it.
teardown() {
	groups_end
}

groups_end() {
	local group
	[ -e "$BATS_TEST_TMPDIR/groups" ] || return 0
	while read -r group; do
		group_end "$group" 1
	done <"$BATS_TEST_TMPDIR/groups"
}
