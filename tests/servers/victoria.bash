# shellcheck shell=bash
# VictoriaMetrics and what comes with it. victoria_start sets and exports VICTORIA_DIR and
# VICTORIA_URL, vmauth_start VMAUTH_DIR and VMAUTH_URL, vmagent_start VMAGENT_DIR and VMAGENT_URL.

# victoria_start [OPTION]...: options for victoria-metrics itself.
victoria_start() {
	server_twice victoria_try "$@"
}

victoria_try() {
	local port
	VICTORIA_DIR=$(server_folder victoria) || return
	port=$(free_port)
	VICTORIA_URL=http://127.0.0.1:$port
	export VICTORIA_DIR VICTORIA_URL
	server_launch "$VICTORIA_DIR" victoria-metrics -httpListenAddr="127.0.0.1:$port" \
		-storageDataPath="$VICTORIA_DIR/data" -retentionPeriod=100y \
		-search.latencyOffset=0s "$@"
	server_ready "$VICTORIA_DIR" server_get "$VICTORIA_URL/health"
}

victoria_stop() {
	server_stop "$VICTORIA_DIR"
}

victoria_kill9() {
	server_stop "$VICTORIA_DIR" KILL
}

victoria_start_again() {
	server_relaunch "$VICTORIA_DIR"
	server_ready "$VICTORIA_DIR" server_get "$VICTORIA_URL/health"
}

# server_get URL [CURL OPTION]...
server_get() {
	curl -fsS -m 60 --noproxy '*' "$@"
}

# victoria_export [MATCH]: all samples as JSON lines, one a series; a point's field f of
# measurement m is the series m_f. MATCH is a series selector. What was just written is seen.
victoria_export() {
	sleep 1.1
	server_get "$VICTORIA_URL/internal/force_flush"
	server_get -G --data-urlencode "match[]=${1:-{__name__!=\"\"\}}" "$VICTORIA_URL/api/v1/export"
}

# victoria_samples [MATCH]: how many samples there are.
victoria_samples() {
	victoria_export "$@" | jq -s 'map(.values | length) | add // 0'
}

# victoria_invalid: lines that it answered 204 to and skipped.
victoria_invalid() {
	server_get "$VICTORIA_URL/metrics" |
		awk '/^vm_rows_invalid_total{type="influx"/ { n += $NF } END { print n + 0 }'
}

# vmauth_start TOKEN URL: a proxy that wants the token ("Bearer T" as well as "Token T").
vmauth_start() {
	server_twice vmauth_try "$@"
}

vmauth_try() {
	local port
	VMAUTH_DIR=$(server_folder vmauth) || return
	port=$(free_port)
	VMAUTH_URL=http://127.0.0.1:$port
	export VMAUTH_DIR VMAUTH_URL
	cat >"$VMAUTH_DIR/auth.yml" <<-C
	users:
	- bearer_token: "$1"
	  url_prefix: "$2"
	C
	server_launch "$VMAUTH_DIR" vmauth -httpListenAddr="127.0.0.1:$port" \
		-auth.config="$VMAUTH_DIR/auth.yml"
	server_ready "$VMAUTH_DIR" port_open "$port"
}

vmauth_stop() {
	server_stop "$VMAUTH_DIR"
}

# vmagent_start URL...: passes what it takes on to each of these, through a queue of its own.
vmagent_start() {
	server_twice vmagent_try "$@"
}

vmagent_try() {
	local port url urls=()
	for url; do
		urls+=(-remoteWrite.url="$url/api/v1/write")
	done
	VMAGENT_DIR=$(server_folder vmagent) || return
	port=$(free_port)
	VMAGENT_URL=http://127.0.0.1:$port
	export VMAGENT_DIR VMAGENT_URL
	server_launch "$VMAGENT_DIR" vmagent -httpListenAddr="127.0.0.1:$port" \
		-remoteWrite.tmpDataPath="$VMAGENT_DIR/queue" \
		"${urls[@]}" -remoteWrite.flushInterval=100ms
	server_ready "$VMAGENT_DIR" server_get "$VMAGENT_URL/health"
}
