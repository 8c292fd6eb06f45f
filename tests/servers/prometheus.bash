# shellcheck shell=bash
# A private Prometheus. prometheus_start sets and exports PROMETHEUS_DIR and PROMETHEUS_URL.

# prometheus_start [-o OPTION]... [-d DATA] [-s FILE] [TARGET [PATH]]: scrapes http://TARGET/PATH
# (host:port, /metrics) every second; the first scrape comes after about five. OPTIONs are for
# prometheus itself. FILE is more of the scrape configuration. DATA is a ready-made storage folder, as promtool makes it of a backfill.
prometheus_start() {
	server_twice prometheus_try "$@"
}

prometheus_try() {
	local port data='' more='' options=()
	while :; do
		case ${1-} in
		-o) options+=("$2") ;;
		-d) data=$2 ;;
		-s) more=$2 ;;
		*) break ;;
		esac
		shift 2
	done
	PROMETHEUS_DIR=$(server_folder prometheus) || return
	port=$(free_port)
	PROMETHEUS_URL=http://127.0.0.1:$port
	export PROMETHEUS_DIR PROMETHEUS_URL
	{
		echo 'global: {scrape_interval: 1s}'
		[ $# -gt 0 ] && printf '%s\n' 'scrape_configs:' '- job_name: can' \
			"  metrics_path: ${2:-/metrics}" '  static_configs:' "  - targets: ['$1']"
		[ -z "$more" ] || sed 's/^/  /' "$more"
	} >"$PROMETHEUS_DIR/prometheus.yml"
	server_launch "$PROMETHEUS_DIR" prometheus --config.file="$PROMETHEUS_DIR/prometheus.yml" \
		--storage.tsdb.path="${data:-$PROMETHEUS_DIR/data}" \
		--web.listen-address="127.0.0.1:$port" "${options[@]}"
	server_ready "$PROMETHEUS_DIR" prometheus_ready
}

prometheus_ready() {
	curl -fsS -m 60 --noproxy '*' "$PROMETHEUS_URL/-/ready"
}

prometheus_stop() {
	server_stop "$PROMETHEUS_DIR"
}

# prometheus_query EXPRESSION [CURL OPTION]...: the answer's data as JSON; -d time=… for another
# time than now.
prometheus_query() {
	curl -fsS -m 60 --noproxy '*' -G --data-urlencode "query=$1" "${@:2}" \
		"$PROMETHEUS_URL/api/v1/query" | jq -c .data.result
}

# prometheus_value EXPRESSION: the value of a query with one series as its answer; status 1
# when there is none yet (for wait_for).
prometheus_value() {
	prometheus_query "$1" | jq -er '.[0].value[1]'
}

# prometheus_health: "up", "down" or "unknown" for the one target.
prometheus_health() {
	curl -fsS -m 60 --noproxy '*' "$PROMETHEUS_URL/api/v1/targets" |
		jq -r '.data.activeTargets[0].health'
}
