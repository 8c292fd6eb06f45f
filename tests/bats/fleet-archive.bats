# canpipe-fleet(7): an archive of logs, and the cron job.
load common
load examples
load fleet

setup_file() {
	influxd_start
	sshd_start
}

setup() {
	fleet_box
	sshd_box
	cd "$BOX" || return
	recipe archive-script >send-log
	chmod +x send-log
}

# archive COUNT: so many logs of five frames each of the vehicles blue and red; six of them cannot be
# used as a whole, and one not at all.
archive() {
	local v
	for v in blue red; do
		mkdir -p "$BOX/archive/$v"
		head -n $((5 * $1)) "$BOX/drive.log" | split -a 4 -d -l 5 --additional-suffix=.log - "$BOX/archive/$v/"
	done
	cd "$BOX/archive/blue" || return
	gzip 0000.log 0001.log 0005.log
	truncate -s -2 0001.log.gz
	truncate -s -5 0002.log
	echo 'no log at all' >0003.log
	: >0004.log
	head -c 300 /dev/urandom >0005.log.gz
	echo '(1700000000.1) can0 xyz' >>0006.log
	rm 0007.log
	ln -s nowhere 0007.log
	cd "$BOX" || return
	EXPECTED=$(archive_points)
}

# What of the archive is usable, as points, sorted: as can2line says for each log by itself.
archive_points() {
	local log
	for log in archive/*/*.log archive/*/*.gz; do
		canread -q "$log" 2>/dev/null |
			VEHICLE=$(basename "$(dirname "$log")") points_of - 2>/dev/null
	done | sort -u
}

assert_archive_arrived() {
	printf '%s\n' "$EXPECTED" >"$BOX/expected"
	assert_arrived "$BOX/expected"
}

logs() {
	find archive \( -type f -o -type l \) -name '*.log*' ! -name '*.done' ! -name '*.messages'
}

# assert_summary DONE: what archive-summary prints of the archive: DONE, six in part, one failed.
assert_summary() {
	run recipe_run archive-summary
	assert_success
	assert_line --index 0 "$1"
	assert_equal "$(find archive -name '*.done' -size +0 -printf '%f\n' | sort | xargs)" \
		'0001.log.gz.done 0002.log.done 0003.log.done 0004.log.done 0005.log.gz.done 0006.log.done'
	assert_line --partial '0003.log.done <=='
	assert_line --partial "canread: archive/blue/0002.log"
	assert_equal "$(find archive -name '*.messages' -printf '%f\n')" 0007.log.messages
	assert_line --partial '0007.log: No such file'
}

# try RECIPE: on the whole archive, twice, and once more when a log came and one has changed.
try() {
	local count
	count=$(logs | wc -l)
	run recipe_run "$1"
	assert_failure
	assert_archive_arrived
	assert_summary $((count - 1))
	influx_query '' 'DROP DATABASE can'
	influx_create can
	run recipe_run "$1"
	assert_failure
	assert_equal "$(influx_rows can)" ''
	sleep 0.01
	head -n 9 drive.log >archive/red/new.log
	echo '(1700000000.5) can0 118#0100000000000000' >>archive/red/0000.log
	run recipe_run "$1"
	EXPECTED=$(grep -l . archive/red/{new,0000}.log | while read -r log; do
		VEHICLE=red points_of "$log"; done | sort -u)
	assert_archive_arrived
	assert_summary "$count"
}

@test "parallel: each log once, bad ones in part or named, a second run does what is new" {
	archive 8
	try archive-parallel
	# The log of jobs has a line for each, with its status.
	assert_equal "$(awk 'NR > 1 { print $7 }' jobs | sort | uniq -c | awk '{ print $1, $2 }')" \
		"$(printf '%s\n' "$(($(logs | wc -l) - 1)) 0" '1 1')"
}

# bats test_tags=slow,nosan
@test "xargs: the same, with two hundred" {
	archive 100
	try archive-xargs
}

# bats test_tags=slow,nosan
@test "two machines that share the folder" {
	mkdir home
	echo "export HOME=$BOX/home" >>"$SSHD_DIR/environment"
	archive 8
	try archive-machines
	assert_equal "$(awk 'NR > 1 { print $2 }' jobs | sort -u | xargs)" 'worker1 worker2'
}

# bats test_tags=slow,nosan
@test "two machines that do not: logs go there, stamps come back" {
	local count
	mkdir home
	echo "export HOME=$BOX/home && cd" >>"$SSHD_DIR/environment"
	archive 8
	count=$(logs | wc -l)
	run recipe_run archive-transfer
	assert_archive_arrived
	assert_equal "$(find archive -name '*.done' | wc -l)" $((count - 1))
	assert_equal "$(find home -type f -name '*.log*' ! -name '*.messages')" ''
	influx_query '' 'DROP DATABASE can'
	influx_create can
	run recipe_run archive-transfer
	assert_equal "$(influx_rows can)" ''
	assert_equal "$(awk 'NR > 1 { print $NF }' jobs)" archive/blue/0007.log
}

@test "cron: one run at a time, what is new each time, in the environment that cron gives" {
	local tab=$BATS_TEST_TMPDIR/crontab line n
	recipe crontab "s|/var/log/can|$BOX|" >"$tab"
	line=$(sed -n 's/^\*\/5 \* \* \* \* //p' "$tab")
	refute [ -z "$line" ]
	[[ $line != *%* ]]
	cron() {
		run env -i HOME=/nonexistent PATH="$BIN:/usr/bin:/bin" "$(sed -n 's/^SHELL=//p' "$tab")" -c "$line"
	}
	# A line that is half written.
	{ head -n 500 can0; sed -n 501p can0 | head -c 20; } >today.log
	cron
	assert_failure 3
	assert_output ''
	head -n 500 can0 >half
	points_of half >expected
	assert_arrived "$BOX/expected"
	# The database forgets them: they do not come again.
	influx_query '' 'DROP DATABASE can'
	influx_create can
	cp can0 today.log
	cron
	assert_success
	assert_output ''
	n=$(wc -l <expected)
	points_of can0 | sed "1,${n}d" >expected
	assert_arrived "$BOX/expected"
	exec 8>.lock
	flock 8
	echo '(1700000001.5) can0 118#0100000000000000' >>today.log
	cron
	assert_failure 1
	assert_arrived "$BOX/expected"
	flock -u 8
	cron
	assert_success
	points_of today.log | sed "1,${n}d" >expected
	assert_arrived "$BOX/expected"
}
