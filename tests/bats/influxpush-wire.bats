# Answers as they come over the wire, whole, broken and strange: what they mean for the points.
load common
load scripted

setup() {
	scripted_box
}

teardown() {
	servers_stop
}

# wire WANTED ANSWER...: five points to one server, which gives these answers, each to a request.
# WANTED: the status, and how many are delivered, rejected and pending.
wire() {
	local want=$1 status=0 sum
	shift
	printf '%s\n' "$@" >>"$SCRIPTED_DIR/script"
	numbers 1 "${POINTS:-5}" | influxpush -u "$SCRIPTED_URL" --api "${API:-v2}" -b can -o o --token-file token \
		--no-health-check --no-gzip --stats 2>err || status=$?
	sum="$status $(stats_value influxpush delivered err) $(stats_value influxpush rejected err) $(stats_value influxpush pending err)"
	[ "$sum" = "$want" ] || fail "$*: $sum: $(<err)"
	# each answer was asked for, and none more than that
	[ "$(scripted_count)" = "$(wc -l <"$SCRIPTED_DIR/script")" ] || fail "$*: $(scripted_count) requests"
}

wire_start() {
	scripted_start 204
	: >"$SCRIPTED_DIR/script"
}

said() {
	grep -qF -e "$1" err || fail "not said: $1"$'\n'"$(<err)"
}

@test "an answer that is one, whatever is around it" {
	wire_start
	# blocks before the last
	wire '0 5 0 0' 'raw HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
	wire '0 5 0 0' 'raw HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
	wire '0 5 0 0' 'rawclose HTTP/1.0 204 No Content\r\n\r\n'
	# a 204 has no body, whatever it says
	wire '0 5 0 0' 'rawclose HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'
	# more than was asked for is no answer to the next request
	POINTS=10001 wire '0 10001 0 0' 'raw HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n' 204 204
	# in chunks
	wire '3 4 1 0' 'raw HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{"code":"invalid","l\r\n8\r\nine":2}\n\r\n0\r\n\r\n' 204
	said 'line 2 rejected: 400: m f=2 2'
}

@test "what is no 204 is no receipt" {
	wire_start
	wire '0 5 0 0' '200 <html>log in</html>' 204
	said '200 instead of 204: check --url; trying again'
	wire '0 5 0 0' 'raw HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' 204
	wire '0 5 0 0' 202 204
	# half an answer, and what is none
	wire '0 5 0 0' 'rawclose HTTP/1.1 204 No Con' 204
	wire '0 5 0 0' 'rawclose HTTP/1.1 100 Continue\r\n\r\n' 204
	wire '0 5 0 0' 'rawclose ' 204
	wire '0 5 0 0' 'rawclose SSH-2.0-OpenSSH_9.2\r\n' 204
	wire '0 5 0 0' 'rawclose HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n' 204
}

@test "a connection that is closed between two requests" {
	wire_start
	POINTS=15000 wire '0 15000 0 0' 'rawclose HTTP/1.1 204 No Content\r\n\r\n' \
		'rawclose HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n' 204
}

@test "bad lines by number: first, all of them, without a reason, packed so that it cannot be read" {
	local packed
	wire_start
	# InfluxDB Cloud Serverless
	wire '3 3 2 0' '400 {"code":"invalid","line":2,"message":"failed to parse line protocol: errors encountered on line(s):\nerror parsing line 2 (1-based): Invalid measurement was provided\nerror parsing line 4 (1-based): Unable to parse timestamp value"}' 204
	said 'line 2 rejected: Invalid measurement was provided: m f=2 2'
	said 'line 4 rejected: Unable to parse timestamp value: m f=4 4'
	assert_equal "$(<"$SCRIPTED_DIR/stored")" $'m f=1 1\nm f=3 3\nm f=5 5'
	# the same of Dedicated, as it was
	wire '3 3 2 0' '201 {"code":"invalid","line":2,"message":"failed to parse line protocol: errors encountered on line(s):\nerror parsing line 2 (1-based): no\nerror parsing line 4 (1-based): no"}' 204
	wire '3 4 1 0' '422 {"code":"unprocessable entity","line":5,"message":"outside of the retention period"}' 204
	said 'line 5 rejected: outside of the retention period: m f=5 5'
	API=questdb wire '3 4 1 0' '400 {"code":"invalid","message":"failed to parse line protocol:errors encountered on line(s):\nerror in line 3: table: m, column: f; cast error","line":3,"errorId":"x-1"}' 204
	API=v3 wire '3 4 1 0' '400 {"error":"partial write of line protocol occurred","data":[{"original_line":"m f=1 1","line_number":1,"error_message":"no"}]}'
	API=v3 wire '3 4 1 0' '400 {"error":"parsing failed for write_lp endpoint","data":{"original_line":"m f=1 1","line_number":1,"error_message":"no"}}' 204
	# gzip that was not asked for: the lines are searched for
	packed=$(printf '{"message":"x","line":2}' | gzip -n | xxd -p | tr -d '\n' | sed 's/../\\x&/g')
	wire '0 5 0 0' "rawclose HTTP/1.1 400 X\\r\\nContent-Encoding: gzip\\r\\n\\r\\n$packed" 204 204
}

@test "redirects: of our server somebody must mend; the login page of a hotspot is waited for" {
	wire_start
	wire '0 5 0 0' '302 Location=http://hotspot.example/login?then=x' 204
	said '302 redirects to http://hotspot.example/login: check --url; trying again'
	wire '1 0 0 5' '308 Location=/other'
	said '308 redirects to /other: check --url'
	wire '1 0 0 5' '301 Location=https://127.0.0.1:443/write'
	wire '0 5 0 0' 511 204
}

@test "a page of a proxy says nothing about the lines: held, none rejected" {
	wire_start
	POINTS=10001 wire '0 10001 0 0' 204 '400 <html><title>400 Bad Request</title></html>' \
		'422 <!DOCTYPE html>' 204 204
	said '400: check --url; trying again'
	wire '1 0 0 5' '400 <html>The plain HTTP request was sent to HTTPS port</html>'
}

@test "Retry-After: a date counts by the clock of the server" {
	local past='Date: Mon, 01 Jan 1990 00:00:00 GMT\r\nRetry-After: Mon, 01 Jan 1990 00:00:01 GMT\r\n'
	wire_start
	wire '0 5 0 0' "raw HTTP/1.1 503 X\\r\\n${past}Content-Length: 0\\r\\n\\r\\n" 204
	scripted_writes .time | awk 'NR == 1 { first = $1 } END { exit $1 - first < 0.95 }'
	wire '0 5 0 0' "raw HTTP/1.1 429 X\\r\\n${past//1990/2090}Content-Length: 0\\r\\n\\r\\n" 204
	wire '0 5 0 0' 'raw HTTP/1.1 429 X\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n' 204
}

@test "InfluxDB Enterprise: a queue that is not empty has taken the points" {
	wire_start
	API=v1 wire '0 5 0 0' '500 {"error":"write failed: hinted handoff queue not empty"}'
	API=v1 wire '0 5 0 0' '500 {"error":"write failed: hinted handoff queue full"}' 204
}

@test "refused before the lines were sent: told as what it is" {
	wire_start
	POINTS=5000 wire '1 0 0 5000' 'early HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
	said '401: check --token-file or INFLUX_TOKEN'
	wire '0 5 0 0' 'early HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n' 204 204 204
	# what a terminal would obey is written out
	wire '1 0 0 5' 'raw HTTP/1.1 403 X\r\nContent-Length: 8\r\n\r\n\x1b[2J\x07\x9b1m'
	! grep -q $'[\x1b\x07]' err || fail 'control characters'
}
