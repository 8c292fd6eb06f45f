/*
 * boxinit: process 1 of vcan-box. Mounts what a command expects, loads the modules named in
 * $BOX/mods, runs $BOX/cmd with $BOX/in, out and err, leaves its status in $BOX/rc and powers off.
 * BOX stands on the kernel's command line, whose unknown KEY=VALUE become environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *box;

static void
complain(const char *what)
{
	fprintf(stderr, "boxinit: %s: %s\n", what, strerror(errno));
}

static const char *
in_box(const char *name, char path[static 4096])
{
	snprintf(path, 4096, "%s/%s", box, name);
	return path;
}

static void
load_modules(void)
{
	char line[4096];
	FILE *f = fopen(in_box("mods", line), "r");
	int fd;

	while (f && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		fd = open(line, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST))
			complain(line);
		if (fd >= 0)
			close(fd);
	}
	if (f)
		fclose(f);
}

static void
mount_all(void)
{
	static const struct {
		const char *source, *target, *type;
	} row[] = {
		{ "proc", "/proc", "proc" }, { "sys", "/sys", "sysfs" }, { "run", "/run", "tmpfs" },
		{ "pts", "/dev/pts", "devpts" }, { "shm", "/dev/shm", "tmpfs" },
	};
	static const char *const link[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "fd/0", "/dev/stdin" }, { "fd/1", "/dev/stdout" },
		{ "fd/2", "/dev/stderr" },
	};
	size_t i;

	for (i = 0; i < sizeof row / sizeof *row; i++) {
		mkdir(row[i].target, 0755);
		if (mount(row[i].source, row[i].target, row[i].type, 0, NULL) != 0)
			complain(row[i].target);
	}
	for (i = 0; i < sizeof link / sizeof *link; i++)
		if (symlink(link[i][0], link[i][1]) != 0 && errno != EEXIST)
			complain(link[i][1]);
}

static void
run_command(void)
{
	static const char *const name[] = { "in", "out", "err" };
	char path[4096];
	int i, fd;

	setsid();
	for (i = 0; i < 3; i++) {
		fd = open(in_box(name[i], path), i ? O_WRONLY | O_APPEND | O_CREAT : O_RDONLY, 0644);
		if (fd < 0 || dup2(fd, i) < 0)
			complain(path);
		if (fd > 2)
			close(fd);
	}
	execl("/bin/sh", "sh", in_box("cmd", path), (char *)NULL);
	_exit(127);
}

static void
leave_status(int status)
{
	char path[4096];
	FILE *f = fopen(in_box("rc", path), "w");

	if (!f) {
		complain(path);
		return;
	}
	fprintf(f, "%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	fclose(f);
}

int
main(void)
{
	int status = 0;
	pid_t child, w;

	box = getenv("BOX");
	if (box) {
		mount_all();
		load_modules();
		child = fork();
		if (child == 0)
			run_command();
		do
			w = wait(&status);
		while (w != child && (w >= 0 || errno == EINTR));
		leave_status(status);
	}
	kill(-1, SIGKILL);
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
