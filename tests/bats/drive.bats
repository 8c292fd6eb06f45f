# The recording that the demo and the tests use.
load common

@test "drive.log.gz is what scripts/gen-drive writes" {
	run_pipe 'scripts/gen-drive | cmp - <(gzip -dc tests/data/drive.log.gz)'
	assert_success
}

@test "drive.log.gz holds nothing that differs from one run of gzip to the next" {
	# Bytes 4 to 7 are the time; flag bit 3 says that a file name follows.
	assert_equal "$(od -An -tx1 -j3 -N5 "$DATA/drive.log.gz")" " 00 00 00 00 00"
}
