/* See sandbox.h. Whatever fails here ends the process: nothing is fuzzed with more rights than were meant. */
#include "sandbox.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534, DEPTH_OPEN = 8, FILE_BYTES = 16 << 20, PROCESSES = 1000, CPU_SECONDS = 7200 };

static char directory[PATH_MAX];
static int directory_fd = -1;
static pid_t owner;

static void demand(int good, const char *what)
{
    if (!good) {
        perror(what);
        _exit(2);
    }
}

static void limit(int resource, rlim_t most)
{
    struct rlimit now;
    demand(getrlimit((__rlimit_resource_t)resource, &now) == 0, "getrlimit");
    now.rlim_max = now.rlim_max < most ? now.rlim_max : most;
    now.rlim_cur = now.rlim_max;
    demand(setrlimit((__rlimit_resource_t)resource, &now) == 0, "setrlimit");
}

static void give_up_root(void)
{
    if (geteuid() == 0) {
        demand(chown(directory, NOBODY, NOBODY) == 0, "chown");
        demand(setgroups(0, NULL) == 0, "setgroups");
        demand(setresgid(NOBODY, NOBODY, NOBODY) == 0, "setresgid");
        demand(setresuid(NOBODY, NOBODY, NOBODY) == 0, "setresuid");
    }
    demand(getuid() != 0 && setuid(0) != 0, "root was not given up");
    demand(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
    demand(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable"); /* for the leak checker, which traces the process */
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    if (where->level > 0) {
        (void)remove(path);
    }
    return 0;
}

void sandbox_tidy(void)
{
    demand(fchdir(directory_fd) == 0, "fchdir");
    (void)nftw(directory, remove_entry, DEPTH_OPEN, FTW_DEPTH | FTW_PHYS);
}

static void leave(void)
{
    if (getpid() == owner) {
        sandbox_tidy();
        (void)rmdir(directory);
    }
}

void sandbox_enter(void)
{
    const char *temporary = getenv("TMPDIR");
    (void)snprintf(directory, sizeof(directory), "%s/daemonctx-fuzz-XXXXXX", temporary != NULL ? temporary : "/tmp");
    demand(mkdtemp(directory) != NULL, "mkdtemp");
    directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    demand(directory_fd >= 0, "open");
    give_up_root();
    demand(fchdir(directory_fd) == 0, "fchdir");
    (void)umask(022);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    limit(RLIMIT_NOFILE, 256);
    limit(RLIMIT_NPROC, PROCESSES);
    limit(RLIMIT_CPU, CPU_SECONDS);
    owner = getpid();
    demand(atexit(leave) == 0, "atexit");
}
