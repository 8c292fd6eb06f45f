# scripts/demo, as a person runs it.
# bats file_tags=slow,nosan
load common

# Of our programs and servers, those that work in the demo's temporary folder.
left_behind() {
	pgrep -af "$1/canpipe-demo" || true
}

setup() {
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
}

@test "without a terminal: both pipelines, counts, a table, the page; nothing is left behind" {
	run --separate-stderr scripts/demo </dev/null
	assert_success
	assert_line --partial '$ canread --stats tests/data/drive.log.gz |'
	assert_line --regexp '^  155409 frames read, 155[0-9]* points stored \([0-9]+ frames in neither database, [0-9]+ without data\)$'
	assert_line --regexp '^2023-11-14T22:1[0-9]:00Z +[0-9.]+ +[0-9.]+$'
	assert_line --partial 'promexport'
	assert_line --regexp '^# HELP can_'
	assert_line --regexp '^# TYPE can_.* gauge$'
	assert_line --regexp '^can_[a-z0-9_]+\{.*bus="can[01]".*\} '
	assert_line '  102 signals of 16 messages in 49 panels'
	assert_line --partial 'GF_PATHS_PROVISIONING='
	"$ROOT/tests/helpers/grafana" check build/dashboards/grafana/dashboards/*.json
	assert_equal "$(left_behind "$TMPDIR")" ''
	assert_equal "$(ls "$TMPDIR")" ''
}

@test "without influxd: line protocol into a file, and says so" {
	DEMO_WITHOUT_INFLUXD=1 run --separate-stderr scripts/demo </dev/null
	assert_success
	assert_line --partial 'No influxd here'
	assert_line --regexp '^  155409 frames read, 155[0-9]* points written'
	assert_line --regexp '^can_[a-z0-9_]+\{'
	assert_equal "$(left_behind "$TMPDIR")" ''
}

@test "with a terminal it stays until Ctrl-C" {
	local out=$BATS_TEST_TMPDIR/out keys=$BATS_TEST_TMPDIR/keys
	mkfifo "$keys"
	background script -qec scripts/demo /dev/null <>"$keys" >"$out" 2>&1
	wait_for -t 120 grep -q 'Ctrl-C ends it all' "$out"
	server_get "$(sed -n 's/^Look at \(http[^ ,]*\).*/\1/p' "$out")" | grep -q '^can_'
	printf '\003' >"$keys"
	wait_for group_ended "$group"
	assert_equal "$(left_behind "$TMPDIR")" ''
	assert_equal "$(ls "$TMPDIR")" ''
}
