# shellcheck shell=bash
# A private influxd 1.x. influxd_start sets and exports
#   INFLUXD_DIR INFLUXD_PORT INFLUXD_URL INFLUXD_LOGIN (user:password, empty without --auth)
#   INFLUXD_CACERT (with --https)
# and every other function works on the server that these variables name.

# influxd_start [--auth] [--max-body-size BYTES] [--https] [--port PORT]
# With --auth there is an administrator admin:adm1n.
influxd_start() {
	server_twice influxd_try "$@"
}

influxd_try() {
	local auth=false body='' https=false port='' scheme=http
	while [ $# -gt 0 ]; do
		case $1 in
		--auth) auth=true ;;
		--max-body-size) body="max-body-size = $2"; shift ;;
		--https) https=true scheme=https ;;
		--port) port=$2; shift ;;
		*) echo "influxd_start: $1?" >&2; return 2 ;;
		esac
		shift
	done
	INFLUXD_DIR=$(server_folder influxd) || return
	INFLUXD_PORT=${port:-$(free_port 2)}
	INFLUXD_URL=$scheme://127.0.0.1:$INFLUXD_PORT
	INFLUXD_LOGIN='' INFLUXD_CACERT=''
	export INFLUXD_DIR INFLUXD_PORT INFLUXD_URL INFLUXD_LOGIN INFLUXD_CACERT
	"$https" && influxd_certificate
	cat >"$INFLUXD_DIR/influxdb.conf" <<-C
	reporting-disabled = true
	bind-address = "127.0.0.1:$((INFLUXD_PORT + 1))"
	[meta]
	dir = "$INFLUXD_DIR/meta"
	[data]
	dir = "$INFLUXD_DIR/data"
	wal-dir = "$INFLUXD_DIR/wal"
	query-log-enabled = false
	index-version = "inmem"
	[monitor]
	store-enabled = false
	[continuous_queries]
	enabled = false
	[http]
	bind-address = "127.0.0.1:$INFLUXD_PORT"
	auth-enabled = $auth
	log-enabled = false
	$body
	https-enabled = $https
	https-certificate = "$INFLUXD_DIR/cert.pem"
	https-private-key = "$INFLUXD_DIR/key.pem"
	C
	server_launch "$INFLUXD_DIR" influxd -config "$INFLUXD_DIR/influxdb.conf"
	server_ready "$INFLUXD_DIR" influxd_answers || return
	if "$auth"; then
		influx_ask application/json '' \
			"CREATE USER admin WITH PASSWORD 'adm1n' WITH ALL PRIVILEGES" >/dev/null || return
		INFLUXD_LOGIN=admin:adm1n
	fi
}

influxd_certificate() {
	INFLUXD_CACERT=$INFLUXD_DIR/cert.pem
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
		-keyout "$INFLUXD_DIR/key.pem" -out "$INFLUXD_CACERT" 2>>"$INFLUXD_DIR/log"
}

influxd_curl() {
	curl -sS --noproxy '*' ${INFLUXD_LOGIN:+-u "$INFLUXD_LOGIN"} \
		${INFLUXD_CACERT:+--cacert "$INFLUXD_CACERT"} "$@"
}

influxd_answers() {
	[ "$(influxd_curl -m 60 -o /dev/null -w '%{http_code}' "$INFLUXD_URL/ping")" = 204 ]
}

influxd_stop() {
	server_stop "$INFLUXD_DIR"
}

influxd_kill9() {
	server_stop "$INFLUXD_DIR" KILL
}

# The same server again, with what it had stored.
influxd_start_again() {
	server_relaunch "$INFLUXD_DIR"
	server_ready "$INFLUXD_DIR" influxd_answers
}

# influx_query DATABASE STATEMENT: the answer as CSV (a header "name,tags,time,…" before each
# table), times in nanoseconds. Status 1, with the error on stderr, when the server refuses it:
# in CSV 1.6.7 shows only errors of grammar, so an empty answer is asked for again as JSON.
influx_query() {
	local answer status=0
	answer=$(mktemp)
	influx_ask application/csv "$@" >"$answer" || status=1
	if [ ! -s "$answer" ]; then
		influx_ask application/json "$@" | grep '"error"' >"$answer" && status=1
	fi
	grep -q -x error "$answer" && status=1
	if [ "$status" -eq 0 ]; then cat "$answer"; else cat "$answer" >&2; fi
	rm -f "$answer"
	return "$status"
}

influx_ask() {
	influxd_curl -H "Accept: $1" ${2:+--data-urlencode "db=$2"} --data-urlencode epoch=ns \
		--data-urlencode "q=$3" "$INFLUXD_URL/query"
}

# influx_create DATABASE
influx_create() {
	influx_query '' "CREATE DATABASE \"$1\""
}

# influx_rows DATABASE: all points, each a row of CSV (its series, its time, its fields), sorted.
influx_rows() {
	influx_query "$1" 'SELECT * FROM /.*/ GROUP BY *' | sed '/^name,tags,time,/d; /^$/d' | sort
}

# influx_points DATABASE: how many points there are, whatever their fields. (Not for databases
# whose strings have newlines.)
influx_points() {
	influx_query "$1" 'SELECT * FROM /.*/ GROUP BY *' | grep -vc -e '^name,tags,time,' -e '^$'
}

# influx_values DATABASE: how many field values there are.
influx_values() {
	influx_query "$1" 'SELECT count(*) FROM /.*/' |
		awk -F, '!/^name,/ { for (i = 4; i <= NF; i++) n += $i } END { print n + 0 }'
}

# influx_value DATABASE STATEMENT: the last column of the first row of the answer.
influx_value() {
	influx_query "$1" "$2" | awk -F, 'NR == 2 { print $NF }'
}
