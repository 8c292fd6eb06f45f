# What is installed beside the programs, and how they are packed.
load common

setup_file() {
	make -s completions BUILD="$(build_folder)" SAN="$(sanitizers)"
}

# The folder that the programs under test were built in, and their sanitizers.
build_folder() {
	realpath --relative-to="$ROOT" "${BIN%/bin}"
}

sanitizers() {
	sed -n "1s/.*-fsanitize=\([a-z,]*\).*/\1/p" "${BIN%/bin}/flags"
}

# complete WORD...: what bash offers for the last word, one a line. As at a prompt, = is a word.
complete() {
	local program=$1
	bash -c '. "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); compopt() { :; }
		"_canpipe_$1"; printf "%s\n" "${COMPREPLY[@]}"' bash "${BIN%/bin}/completions/bash/$program" "$@"
}

@test "bash completes options, their words, formats and files" {
	run complete influxpush --a
	assert_line --regexp '^--api=$'
	assert_line '--accept-unterminated'
	run complete influxpush --api v
	assert_output $'v1\nv2\nv3\nvictoriametrics'
	run complete influxpush --fsync = al
	assert_output always
	run complete can2line --labels =
	assert_output $'number\ntext\nboth'
	PATH=$BIN:$PATH run complete canread -f b
	assert_line blf
	cd "$DATA"
	run complete canread drive
	assert_line drive.log.gz
	run complete can2line -d can0 = drive-b
	assert_output drive-body.dbc
	run complete influxpush --bucket d
	assert_output ''
}

@test "fish completes them too" {
	local fish=${BIN%/bin}/completions/fish
	run fish --no-config -c "source $fish/influxpush.fish; complete -C 'influxpush --api v'"
	assert_line --partial victoriametrics
	run fish --no-config -c "source $fish/can2line.fish; complete -C 'can2line --lay'"
	assert_line --partial $'--layout'
	PATH=$BIN:$PATH run fish --no-config -c "source $fish/canread.fish; complete -C 'canread -f b'"
	assert_line --partial blf
}

@test "zsh completes them too" {
	run env PATH="$BIN:$PATH" tests/helpers/zsh-complete "${BIN%/bin}/completions/zsh" \
		'influxpush --api vic' 'can2line --layout=prof' 'influxpush --accept-un'
	assert_line 'influxpush --api victoriametrics'
	assert_line 'can2line --layout=profinity'
	assert_line 'influxpush --accept-unterminated'
}

@test "make html: every page, and every link to one of ours leads to it" {
	make -s html BUILD="$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/html"
	assert_equal "$(ls ./*.html | wc -l)" "$(ls "$ROOT"/man/*.[157] | wc -l)"
	run grep -oh 'href="can[^"]*' ./*.html
	assert_line 'href="canread.1.html'
	grep -oh 'href="[a-z0-9-]*\.[0-9]\.html' ./*.html | sed 's/.*"//' | sort -u | xargs ls >/dev/null
}

@test "make dist: the same bytes from any clone, and it knows its commit" {
	local t=$BATS_TEST_TMPDIR version
	version=$(make -s -f Makefile -f - print <<<'print: ; @echo $(VERSION)')
	git clone -q . "$t/clone"
	make -s dist BUILD="$t/a"
	make -s -C "$t/clone" dist
	cmp "$t/a/canpipe-$version.tar.gz" "$t/clone/build/canpipe-$version.tar.gz"
	tar -xzf "$t/a/canpipe-$version.tar.gz" -C "$t"
	assert_equal "$("$t/canpipe-$version/scripts/commit")" "$(scripts/commit)"
	assert_equal "$(head -n 1 man/NEWS | cut -d ' ' -f 1)" "$version"
}

@test "--version names the version and the commit" {
	run canread --version
	assert_output --regexp '^canread \(canpipe\) [0-9]+\.[0-9]+\.[0-9]+, commit ([0-9a-f]{12}|unknown)$'
}

# unit NAME: the template's instance for can0.
unit() {
	cp "scripts/systemd/$1@.service" "$BATS_TEST_TMPDIR/$1@can0.service"
	echo "$BATS_TEST_TMPDIR/$1@can0.service"
}

@test "systemd takes the units, and finds little to object to" {
	local name
	for name in canpipe-influx canpipe-prometheus; do
		run systemd-analyze verify --man=no "$(unit "$name")"
		assert_success
		assert_output ''
		# tenths: 20 of 100, "OK"
		run systemd-analyze security --offline=true --threshold=20 --no-pager "$(unit "$name")"
		assert_success
	done
}

# unit_command NAME: the script that systemd hands to bash.
unit_command() {
	sed -n "/^ExecStart=/,/%I$/p" "scripts/systemd/$1@.service" | sed 's/\\$//' | tr -d '\n' |
		sed "s/^ExecStart=[^']*'//; s/' %I\$//; s/[$][$]/$/g"
}

# run_unit NAME [VARIABLE=VALUE]...: its command, with a recording in place of can0.
run_unit() {
	mkdir -p "$BATS_TEST_TMPDIR/shim" "$BATS_TEST_TMPDIR/state" "$BATS_TEST_TMPDIR/credentials"
	printf '#!/bin/bash\n[ "$*" = can:can0 ] || exit 9\ngzip -dc %q | head -n 2000\n' \
		"$DATA/drive.log.gz" >"$BATS_TEST_TMPDIR/shim/canread"
	chmod +x "$BATS_TEST_TMPDIR/shim/canread"
	env PATH="$BATS_TEST_TMPDIR/shim:$PATH" CAN2LINE_OPTIONS="-d $DATA/drive.dbc" \
		STATE_DIRECTORY="$BATS_TEST_TMPDIR/state" \
		CREDENTIALS_DIRECTORY="$BATS_TEST_TMPDIR/credentials" "${@:2}" \
		timeout 180 bash -o pipefail -c "$(unit_command "$1")" can0
}

@test "what the units run delivers, with a token and without, through the spool" {
	influxd_start
	influx_create can
	mkdir -p "$BATS_TEST_TMPDIR/credentials"
	echo none >"$BATS_TEST_TMPDIR/credentials/token"
	run_unit canpipe-influx INFLUXPUSH_OPTIONS="-u $INFLUXD_URL -b can"
	[ "$(influx_points can)" -gt 1000 ]
	assert_dir_exists "$BATS_TEST_TMPDIR/state/spool"
	victoria_start
	vmauth_start s3cret "$VICTORIA_URL"
	echo s3cret >"$BATS_TEST_TMPDIR/credentials/token"
	rm -rf "$BATS_TEST_TMPDIR/state/spool"
	run_unit canpipe-influx INFLUXPUSH_OPTIONS="-u $VMAUTH_URL --api victoriametrics"
	[ "$(victoria_samples)" -gt 1000 ]
	run_unit canpipe-prometheus PROMEXPORT_OPTIONS=--once | grep -q '^can_'
}

@test "a service manager hears that a program is ready, and alive while it waits" {
	local said
	for said in 'promexport --port 0 --at-end exit' 'influxpush -u http://127.0.0.1:9 -b can --give-up 1s'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr tests/helpers/service-manager 300000 6 $said
		assert_line --index 0 READY=1
		[ "$(grep -c '^WATCHDOG=1$' <<<"$output")" -ge 6 ]
		# every 150 ms: a busy machine may be late with one, not soon with all
		[ "${lines[-1]}" -ge 700 ]
	done
}

# packages: of HEAD, made once.
packages() {
	compgen -G "$BATS_FILE_TMPDIR/deb/*.changes" >/dev/null || make -s deb BUILD="$BATS_FILE_TMPDIR" DEB_BUILD_OPTIONS=nocheck
}

# bats test_tags=slow,nosan
@test "make deb: lintian finds no error" {
	packages
	lintian --allow-root --fail-on error "$BATS_FILE_TMPDIR"/deb/*.changes
}

# bats test_tags=slow,nosan
@test "the package works where nothing else is installed, and goes away" {
	local t=$BATS_TEST_TMPDIR root=$BATS_TEST_TMPDIR/root mirror
	packages
	mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
	# The net is not always there.
	for _ in 1 2 3; do
		debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >"$t/log" && break
		rm -rf "$root"
	done
	cp "$BATS_FILE_TMPDIR"/deb/canpipe_*_*.deb "$root/tmp"
	cp "$DATA/drive.log.gz" "$DATA/drive.dbc" "$root/tmp"
	chroot "$root" sh -c 'apt-get -qy -o Acquire::Retries=5 install --no-install-recommends /tmp/canpipe_*.deb' >>"$t/log"
	run chroot "$root" sh -c 'canread /tmp/drive.log.gz | can2line -d can0=/tmp/drive.dbc |
		influxpush -b can --dry-run --stats >/tmp/points && wc -l </tmp/points'
	assert_success
	[ "${lines[-1]}" -gt 100000 ]
	chroot "$root" sh -c 'canread -n 2000 /tmp/drive.log.gz | can2line -d can0=/tmp/drive.dbc |
		promexport --once' | grep -q '^can_'
	chroot "$root" apt-get -qy purge canpipe >>"$t/log"
	run find "$root/usr" "$root/etc" -name '*can2line*'
	assert_output ''
}
