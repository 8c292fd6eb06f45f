# promexport's page in a real browser, headless Chromium: tests/helpers/page-browser has the cases.
# bats file_tags=slow
load common

# in_browser CASE
in_browser() {
	run /usr/bin/python3 -B tests/helpers/page-browser "$1"
	assert_success
}

@test "values appear and change, with units, labels and every digit" {
	in_browser values
}

@test "names and texts are never markup" {
	in_browser hostile
}

@test "search" {
	in_browser search
}

@test "a click or Enter enlarges a curve, with extent, mean and values along it" {
	in_browser big
}

@test "pause stands still and loses nothing" {
	in_browser pause
}

@test "keyboard: order, rings, tables with heads" {
	in_browser keyboard
}

@test "light and dark, by system and button, with contrast enough for everything" {
	in_browser dark
}

@test "on a telephone nothing scrolls sideways, no digit is cut off" {
	in_browser phone
}

@test "waiting for input, and its end" {
	in_browser ended
}

@test "the server goes and comes back" {
	in_browser gone
}

@test "what expires goes" {
	in_browser expired
}

@test "opened late it has the minutes before; asked for less motion it asks less often" {
	in_browser late
}

# bats test_tags=nosan
@test "2,000 signals ten times a second without stutter" {
	in_browser crowd
}

@test "more signals than a page bears: search finds those that are not shown" {
	in_browser many
}

@test "behind a password" {
	in_browser password
}

@test "every case of page-browser is run here" {
	assert_equal "$(grep -o '^	in_browser [a-z]*$' "$BATS_TEST_FILENAME" | sed 's/.* //' | sort | xargs)" \
		"$(/usr/bin/python3 -B tests/helpers/page-browser --cases | tr ' ' '\n' | sort | xargs)"
}
