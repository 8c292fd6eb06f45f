# promexport: the page for people and the JSON that it asks for.
load common
load exporting

# live FILTER [CURSOR]: what jq makes of an answer.
live() {
	get "$URL/api/v1/live${2:+?since=$2}" | jq -c "$1"
}

# live_says FILTER TEXT
live_says() {
	[ "$(live "$1")" = "$2" ]
}

@test "the page asks nobody else for anything, and says so" {
	export_start
	get -D "$BATS_TEST_TMPDIR/head" "$URL/" >"$BATS_TEST_TMPDIR/page"
	run cat "$BATS_TEST_TMPDIR/head"
	assert_line --index 0 $'HTTP/1.1 200 OK\r'
	assert_line $'Content-Type: text/html; charset=utf-8\r'
	assert_line $'Cache-Control: no-cache\r'
	assert_line $'X-Content-Type-Options: nosniff\r'
	assert_line --regexp "^Content-Security-Policy: default-src 'none'; script-src 'sha256-[^']*'; style-src 'sha256-[^']*'; connect-src 'self';"
	refute_line --partial unsafe
	# The hashes are those of what stands in the page.
	for tag in script style; do
		hash=$(python3 - "$tag" "$BATS_TEST_TMPDIR/page" <<-'E'
			import base64, hashlib, re, sys
			page = open(sys.argv[2], encoding="utf-8", newline="").read()
			text = re.search(rf"<{sys.argv[1]}[^>]*>(.*?)</{sys.argv[1]}>", page, re.S).group(1)
			print(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
		E
		)
		assert_line --partial "$tag-src 'sha256-$hash'"
	done
	# No address in it but the name space of its icon.
	run grep -oE '(https?:)?//[a-z][a-z0-9.-]*\.[a-z]+' "$BATS_TEST_TMPDIR/page"
	assert_output 'http://www.w3.org'
	# Asked again it is not sent again; packed it is the same.
	etag=$(sed -n 's/^ETag: \(.*\)\r/\1/p' "$BATS_TEST_TMPDIR/head")
	run get -o /dev/null -w '%{http_code} %{size_download}' -H "If-None-Match: $etag" "$URL/"
	assert_output '304 0'
	get --compressed "$URL/page" | cmp - "$BATS_TEST_TMPDIR/page"
	run get -I "$URL/"
	assert_line --index 0 $'HTTP/1.1 200 OK\r'
	run get -i -X POST "$URL/page"
	assert_line --index 0 $'HTTP/1.1 405 Method Not Allowed\r'
}

@test "the JSON tells what has changed since, with the digits that came" {
	export_start
	put $'#meta\tBMS_Status\tPackVoltage\tunit\tV\tcycle_ms\t100' \
		$'#meta\tBMS_Status\tmode\tvalues\t0 Off\\n1 Drive' \
		'BMS_Status,bus=can0 PackVoltage=400.50,mode=1i,on=t,name="a \"b\" <c>"' \
		'BMS_Status,bus=can1 PackVoltage=18446744073709551615u'
	wait_for live_says '.points' 2
	run live '[.series[] | [.id, .message, .labels.bus, .field, .metric, .unit, .cycle_ms, .states]]'
	assert_output '[[0,"BMS_Status","can0","PackVoltage","can_bms_status_pack_voltage","V",100,null],[1,"BMS_Status","can0","mode","can_bms_status_mode",null,100,[["0","Off"],["1","Drive"]]],[2,"BMS_Status","can0","on","can_bms_status_on",null,100,null],[3,"BMS_Status","can0","name","can_bms_status_name_info",null,100,null],[4,"BMS_Status","can1","PackVoltage","can_bms_status_pack_voltage","V",100,null]]'
	run live '[.reset, .ended_ms, .removed, [.values[] | [.[0,1,3]]]]'
	assert_output '[true,null,[],[[0,"400.50",1],[1,"1",1],[2,true,1],[3,{"text":"a \"b\" <c>"},1],[4,"18446744073709551615",1]]]'
	cursor=$(live .cursor | tr -d '"')
	put 'BMS_Status,bus=can0 PackVoltage=-1e-9' 'no point'
	wait_for live_says '[.points, .bad_lines]' '[3,1]'
	run live '[.reset, .series, [.values[] | [.[0,1,3]]]]' "$cursor"
	assert_output '[false,[],[[0,"-1e-9",2]]]'
	cursor=$(live .cursor "$cursor" | tr -d '"')
	run live .values "$cursor"
	assert_output '[]'
	exec 7>&-
	wait_for live_says '.ended_ms != null' true
	run get -i -H 'Accept-Encoding: gzip' "$URL/api/v1/live?since=$cursor"
	assert_line $'Content-Type: application/json\r'
	assert_line $'Cache-Control: no-store\r'
	refute_line --partial 'Content-Encoding'	# too short to be worth it
	for bad in x 1-1 "$cursor-" "$cursor%22"; do
		run get -i "$URL/api/v1/live?since=$bad"
		assert_line --index 0 $'HTTP/1.1 400 Bad Request\r'
		assert_line $'Content-Type: text/plain; charset=utf-8\r'
	done
	run get -o /dev/null -w '%{http_code}' "$URL/api/v1/live?since=&other=1"
	assert_output 200
}

@test "without the page there is none; with the metrics at / it is at /page" {
	export_start --no-page
	for path in / /page /api/v1/live; do
		run get -i "$URL$path"
		assert_line --index 0 $'HTTP/1.1 404 Not Found\r'
		assert_line $'Content-Type: text/plain; charset=utf-8\r'
		assert_line 'Not found. The metrics are at /metrics'
	done
	process_end "$PID"
	rm "$BATS_TEST_TMPDIR/in"
	export_start --path /
	run get "$URL/"
	assert_line --partial canpipe_build_info
	run get "$URL/page"
	assert_line --partial 'href="./"'
}
