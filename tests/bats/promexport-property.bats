# Whatever the input was, the page is one that strict readers take.
load common

property() {
	"$ROOT/tests/helpers/prom-property" "$@"
}

# page_of SEED [OPTION]...: serves hostile input, made from the seed, and fetches the page.
page_of() {
	local port log=$BATS_TEST_TMPDIR/log
	port=$(free_port)
	property make "$1" "$BATS_TEST_TMPDIR/expected" >"$BATS_TEST_TMPDIR/in"
	promexport -q --port "$port" "${@:2}" <"$BATS_TEST_TMPDIR/in" 2>"$log" 3>&- 4>&- &
	PID=$! TARGET=127.0.0.1:$port
	wait_for ended
	fetch text/plain >"$BATS_TEST_TMPDIR/page"
}

# fetch TYPE: the page in that format, packed on its way.
fetch() {
	curl -sS --noproxy '*' -m 60 --compressed -H "Accept: $1" "http://$TARGET/metrics"
}

ended() {
	curl -sS --noproxy '*' -m 60 "http://$TARGET/metrics" | grep -qx 'canpipe_input_ended 1'
}

teardown() {
	[ -z "${PID-}" ] || process_end "$PID"
}

@test "hostile input: python's parsers take the page, promtool does not refuse it, every value is there" {
	for seed in 1 2 3 4 5; do
		page_of "$seed"
		run property check "$BATS_TEST_TMPDIR/expected" <"$BATS_TEST_TMPDIR/page"
		assert_success
		run promtool check metrics <"$BATS_TEST_TMPDIR/page"
		assert [ "$status" -ne 1 ]
		fetch application/openmetrics-text >"$BATS_TEST_TMPDIR/openmetrics"
		assert_equal "$(tail -n 1 "$BATS_TEST_TMPDIR/openmetrics")" '# EOF'
		run property check "$BATS_TEST_TMPDIR/expected" <"$BATS_TEST_TMPDIR/openmetrics"
		assert_success
		process_end "$PID"
	done
}

@test "the same with everything that can be switched on" {
	for seed in 11 12 13; do
		page_of "$seed" --states --units base --last-seen --timestamps --expire '*x*=10x' \
			--namespace '' --meta "$BATS_TEST_TMPDIR/in"
		run property check <"$BATS_TEST_TMPDIR/page"
		assert_success
		run promtool check metrics <"$BATS_TEST_TMPDIR/page"
		assert [ "$status" -ne 1 ]
		fetch application/openmetrics-text >"$BATS_TEST_TMPDIR/openmetrics"
		run property check <"$BATS_TEST_TMPDIR/openmetrics"
		assert_success
		grep -q 'stateset$' "$BATS_TEST_TMPDIR/openmetrics"
		grep -q '_meters_per_second' "$BATS_TEST_TMPDIR/openmetrics"
		process_end "$PID"
	done
}

# bats test_tags=slow
@test "hostile input: a real Prometheus stores every series" {
	page_of 99
	prometheus_start "$TARGET"
	wait_for prometheus_value 'canpipe_input_ended == 1'
	assert_equal "$(prometheus_health)" up
	run prometheus_value 'scrape_samples_scraped'
	assert_output "$(grep -vc '^#' "$BATS_TEST_TMPDIR/page")"
	run prometheus_value 'count({__name__=~"can_.*|_.*"})'
	assert_output "$(grep -c '^can_' "$BATS_TEST_TMPDIR/page")"
}
