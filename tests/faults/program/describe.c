/* What a process can be asked about itself, with its own system calls: also in a chroot, where there is no /proc, and
 * when it is not dumpable, where another user's /proc is closed. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

enum { DESCRIPTORS_ASKED = 256, SIGNALS_ASKED = 64, GROUPS_ASKED = 256 };

/* NUMBER:TYPE:DEVICE:INODE:FLAGS; the type is that of st_mode, 0 for an eventfd and its like. */
static void describe_descriptors(struct text *text)
{
    struct pollfd asked[DESCRIPTORS_ASKED]; /* one call tells which are open: this process may still be traced */
    for (int fd = 0; fd < DESCRIPTORS_ASKED; fd++) {
        asked[fd] = (struct pollfd){.fd = fd};
    }
    (void)poll(asked, DESCRIPTORS_ASKED, 0);
    text_add(text, "descriptors=");
    for (int fd = 0; fd < DESCRIPTORS_ASKED; fd++) {
        struct stat status;
        if ((asked[fd].revents & POLLNVAL) == 0 && fstat(fd, &status) == 0) {
            text_add(text, "%d:%o:%ju:%ju:%d ", fd, status.st_mode & S_IFMT, (uintmax_t)status.st_dev,
                     (uintmax_t)status.st_ino, fcntl(fd, F_GETFD));
        }
    }
    text_add(text, "\n");
}

static void describe_signals(struct text *text)
{
    sigset_t mask;
    (void)sigemptyset(&mask);
    (void)sigprocmask(SIG_SETMASK, NULL, &mask);
    struct text dispositions = {.length = 0};
    struct text blocked = {.length = 0};
    for (int signum = 1; signum <= SIGNALS_ASKED; signum++) {
        struct sigaction action;
        bool known = sigaction(signum, NULL, &action) == 0;
        text_add(&dispositions, "%c",
                 !known                         ? '-'
                 : action.sa_handler == SIG_DFL ? 'd'
                 : action.sa_handler == SIG_IGN ? 'i'
                                                : 'h');
        text_add(&blocked, "%c", sigismember(&mask, signum) == 1 ? 'b' : '-');
    }
    text_add(text, "dispositions=%s\nblocked=%s\n", dispositions.content, blocked.content);
}

static void describe_identity(struct text *text)
{
    uid_t uids[3];
    gid_t gids[3];
    gid_t groups[GROUPS_ASKED];
    (void)getresuid(&uids[0], &uids[1], &uids[2]);
    (void)getresgid(&gids[0], &gids[1], &gids[2]);
    int count = getgroups(GROUPS_ASKED, groups);
    text_add(text, "uids=%u %u %u\ngids=%u %u %u\ngroups=", uids[0], uids[1], uids[2], gids[0], gids[1], gids[2]);
    for (int i = 0; i < count; i++) {
        text_add(text, "%u ", groups[i]);
    }
    text_add(text, "\n");
}

static void describe_places(struct text *text)
{
    char directory[PATH_MAX];
    struct stat root = {.st_ino = 0};
    mode_t mask = umask(0);
    (void)umask(mask);
    (void)stat("/", &root);
    text_add(text, "cwd=%s\nroot=%ju:%ju\numask=%o\n", getcwd(directory, sizeof(directory)) != NULL ? directory : "?",
             (uintmax_t)root.st_dev, (uintmax_t)root.st_ino, mask);
}

void describe_process(struct text *text)
{
    struct rlimit core = {.rlim_cur = 0};
    siginfo_t info;
    (void)getrlimit(RLIMIT_CORE, &core);
    int dumpable = prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
    int no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL);
    bool has_children = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
    text_add(text, "pid=%d\nsid=%d\npgid=%d\n", (int)getpid(), (int)getsid(0), (int)getpgrp());
    describe_places(text);
    describe_identity(text);
    text_add(text, "core=%ju %ju\ndumpable=%d\nno_new_privs=%d\nchildren=%d\n", (uintmax_t)core.rlim_cur,
             (uintmax_t)core.rlim_max, dumpable, no_new_privs, has_children ? 1 : 0);
    describe_signals(text);
    describe_descriptors(text);
}
