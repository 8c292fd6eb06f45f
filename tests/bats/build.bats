# The Makefile: what is linked, installed, and built in other ways.
load common

# The shared libraries a program asks for itself, without those of libc and the compiler.
needed() {
	readelf -d "$BIN/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p' | grep -vxE 'libc|libgcc_s|ld-linux.*' | sort | xargs
}

# bats test_tags=nosan
@test "each program links only what it uses" {
	assert_equal "canread: $(needed canread)" 'canread: libarchive libdeflate'
	assert_equal "can2line: $(needed can2line)" 'can2line: '
	assert_equal "influxpush: $(needed influxpush)" 'influxpush: libcurl libdeflate libjansson'
	assert_equal "promexport: $(needed promexport)" 'promexport: libcrypt libdeflate libgnutls libmicrohttpd libyaml-0'
	assert_equal "line2dash: $(needed line2dash)" 'line2dash: libjansson'
}

# Everything below DIR, as "path mode".
tree() {
	(cd "$1" && find . ! -type d -printf '%P %m\n' | sort)
}

@test "--help fits into 80 columns; a mistyped option is told with what it may have been" {
	local program
	for program in canread can2line influxpush promexport line2dash; do
		"$program" --help >"$BATS_TEST_TMPDIR/help"
		run ! grep -E '.{80}' "$BATS_TEST_TMPDIR/help"
	done
	run -2 influxpush --bucet=can
	assert_line 'influxpush: unknown option --bucet: did you mean --bucket?'
	run -2 influxpush --re x
	assert_line 'influxpush: option --re could be --retention-policy, --reject-file'
	run -2 influxpush --zzzzzzz
	assert_line 'influxpush: unknown option --zzzzzzz'
}

@test "make install puts programs and manual pages in place, make uninstall takes them away" {
	local to=$BATS_TEST_TMPDIR/root build page
	# As it was built, or all would be made anew under the feet of the other tests.
	build=$(realpath --relative-to="$ROOT" "${BIN%/bin}")
	touch "$BATS_TEST_TMPDIR/now"
	make -s install BUILD="$build" DESTDIR="$to" PREFIX=/usr SAN="$(sanitizers)"
	assert_equal "$(find "$BIN" -type f -newer "$BATS_TEST_TMPDIR/now")" ''
	for page in man/*.[0-9]; do
		assert_file_exists "$to/usr/share/man/man${page##*.}/${page##*/}"
	done
	for page in canread can2line influxpush promexport line2dash; do
		assert_file_executable "$to/usr/bin/$page"
		assert_file_exists "$to/usr/share/man/man1/$page.1"
	done
	# a program has three files for shells; two units; three documents
	assert_equal "$(tree "$to" | wc -l)" $((5 * 4 + 2 + 3 + $(ls man/*.[0-9] | wc -l)))
	make -s uninstall DESTDIR="$to" PREFIX=/usr
	assert_equal "$(tree "$to")" ''
}

# The sanitizers of the programs under test, from their folder's stamp.
sanitizers() {
	sed -n "1s/.*-fsanitize=\([a-z,]*\).*/\1/p" "${BIN%/bin}/flags"
}

# bats test_tags=slow,nosan
@test "STATIC=1 makes programs for gateways, which need no library at all" {
	local bin=$BATS_TEST_TMPDIR/static/bin program
	make -s STATIC=1 BUILD="$BATS_TEST_TMPDIR/static"
	for program in canread can2line; do
		run ldd "$bin/$program"
		assert_output --partial 'not a dynamic executable'
	done
	run_pipe '$1/canread -n 100 tests/data/drive.log.gz |
		$1/can2line -d can0=tests/data/drive.dbc --no-meta | head -n 1' "$bin"
	assert_output --partial 'DI_systemStatus,bus=can0 '
}

# bats test_tags=slow,nosan
@test "out of tree, with another flag everything is made again, without one nothing" {
	local b=$BATS_TEST_TMPDIR/b
	make -s BUILD="$b" OPT=-O0
	assert_file_executable "$b/bin/canread"
	touch "$BATS_TEST_TMPDIR/now"
	make -s BUILD="$b" OPT=-O0
	assert_equal "$(find "$b" -type f -newer "$BATS_TEST_TMPDIR/now")" ''
	make -s BUILD="$b" OPT=-O0 NDEBUG=1 "$b/obj/lib/base/num.o"
	assert_equal "$(find "$b/obj" -name '*.o' -newer "$BATS_TEST_TMPDIR/now")" "$b/obj/lib/base/num.o"
	make -s BUILD="$b" clean
	assert_not_exists "$b"
}

# bats test_tags=slow,nosan
@test "lint finds what is planted" {
	local t=$BATS_TEST_TMPDIR/tree
	git clone -q . "$t" 2>/dev/null
	# With what is built, so that only what is changed is made anew.
	cp -a lib cmd tests scripts man Makefile "$t"
	mkdir "$t/build"
	cp -a "${BIN%/bin}"/{flags,version.h,prom,obj,bin,libcanpipe.a} "$t/build"
	cd "$t"
	mkdir -p lib/rogue
	printf '#include "db/dbc.h"\n#include "base/rogue.h"\n#include <curl/curl.h>\n#include <stdlib.h>\nint other_name(void);\nint\nother_name(void)\n{\n\texit(atoi("1"));  \n}\n' >lib/base/rogue.c
	{
		cat lib/base/num.c
		yes '/* far too long */' | head -n 600
		echo '/* TODO: this line is longer than what fits beside another one on a screen of one hundred columns or so */'
	} >x
	mv x lib/base/num.c
	printf '#ifndef BASE_ROGUE_H\n#define BASE_ROGUE_H\nstruct odd {\n\tint x;\n};\n#endif\n' >lib/base/rogue.h
	printf '.Dd today\n' >>man/canread.1
	printf '.It Fl -nonsense\n' >>man/can2line.1
	printf '#!/bin/bash\nif [ $1 = x ]; then echo $y; fi\n' >scripts/odd
	printf '#!/usr/bin/python3\nif:\n' >scripts/odd.py
	run scripts/lint includes own_header libraries prefix exit forbidden length space width \
		unfinished shell python manual options
	assert_failure 1
	assert_line '0 passed, 14 failed'
}

@test "lib/base/pow10.h is what scripts/gen-pow10 writes" {
	run_pipe 'scripts/gen-pow10 | cmp - lib/base/pow10.h'
	assert_success
}

# many FILE NAME COUNT: so many tests that fail the first time.
many() {
	local i
	for ((i = 1; i <= $3; i++)); do
		printf '@test "%s %d (\\"odd\\" | \\$x)" {\n\techo why\n\t[ -e %q ] || { touch %q; false; }\n}\n' \
			"$2" $i "$PWD/been.$1.$i" "$PWD/been.$1.$i"
	done >"$1.bats"
}

@test "scripts/bats tries what failed once more, alone, and lists what passes then; not more than five" {
	cd "$BATS_TEST_TMPDIR"
	suite() { run env -i PATH=/usr/bin:/bin HOME="$HOME" BATS_FOLDER="$PWD" "$ROOT/scripts/bats"; }
	many some flickers 2
	printf '@test "good" { true; }\n' >good.bats
	suite
	assert_success
	assert_line --index -1 '3 passed, 0 failed'
	assert_line 'unsteady: some: flickers 2 ("odd" | $x): failed first, passed alone'
	assert_line '    | # why'
	printf '@test "bad" {\n\techo really\n\tfalse\n}\n' >bad.bats
	suite
	assert_failure 1
	assert_line --index -1 '3 passed, 1 failed'
	assert_line --regexp '^not ok 1 bad'
	refute_line --regexp '^unsteady'
	# What comes to grief as a whole counts as one.
	printf 'setup_file() {\n\t[ -e %q ] || { touch %q; false; }\n}\n@test "good" { true; }\n@test "too" { true; }\n' \
		"$PWD/been" "$PWD/been" >bad.bats
	suite
	assert_line --index -1 '5 passed, 0 failed'
	assert_line 'unsteady: bad: the file as a whole: failed first, passed alone'
	many some 'flickers again' 6
	rm been*
	suite
	assert_line --index -1 '1 passed, 7 failed'
}
