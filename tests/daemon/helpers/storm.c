/* storm.c: see storm.h. */
#include "storm.h"

#include "rounds.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { REALTIME_EVERY = 16, PAUSE_NS = 15000, MOST_FOR_ONE = 400, AIM_SECONDS = 60 };

void storm_aim(struct storm *storm, int which, pid_t pid)
{
    struct target *target = &storm->targets[which];
    target->pid = pid;
    const int asked = ++target->asked;
    const time_t end = time(NULL) + AIM_SECONDS;
    while (target->aimed != asked) {
        if (time(NULL) > end) {
            _exit(97); /* whoever blows has been killed: this process must not stay behind */
        }
        sched_yield();
    }
}

/* What the storm consists of. WINCH, URG and CONT have their default effect: none. TSTP is for the daemon alone, whose
 * map ignores it. */
static int storm_signal(int number, int which)
{
    const int signals[] = {SIGUSR1, SIGUSR2, SIGALRM, SIGIO, SIGHUP, SIGINT, SIGWINCH, SIGURG, SIGCONT, SIGTSTP};
    const int realtime[] = {SIGRTMIN, SIGRTMIN + 1, SIGRTMAX};
    if (number % REALTIME_EVERY == 0) {
        return realtime[number / REALTIME_EVERY % 3];
    }
    const int count = (int)(sizeof signals / sizeof signals[0]);
    return signals[number % (which == DAEMON ? count : count - 1)];
}

/* The storm's own view of a target. */
struct sight {
    int process;
    pid_t pid;
    int left; /* signals: a launch that is slow to end shall not be kept from it for ever */
};

static void send_to(struct storm *storm, int which, struct sight *sight, int number)
{
    struct target *target = &storm->targets[which];
    const int asked = target->asked;
    if (target->aimed != asked) {
        if (sight->process >= 0) {
            close(sight->process);
        }
        sight->pid = target->pid;
        sight->process = sight->pid > 0 ? (int)syscall(SYS_pidfd_open, sight->pid, 0U) : -1;
        sight->left = MOST_FOR_ONE;
        target->aimed = asked;
    }
    if (sight->process < 0 || sight->left-- <= 0) {
        return;
    }
    const int signum = storm_signal(number, which);
    const bool to_group = which == LAUNCHER && number % 2 == 0; /* the intermediate is in it until its setsid() */
    const bool sent = (to_group ? kill(-sight->pid, signum)
                                : (int)syscall(SYS_pidfd_send_signal, sight->process, signum, NULL, 0U)) == 0;
    target->sent += sent && storm->opening;
}

_Noreturn void storm_rage(struct storm *storm, pid_t parent)
{
    struct sight sights[TARGETS] = {{-1, 0, 0}, {-1, 0, 0}, {-1, 0, 0}};
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (int number = 0; !storm->end && getppid() == parent; number++) {
        for (int which = 0; which < TARGETS; which++) {
            send_to(storm, which, &sights[which], number);
        }
        spin_until(now_ns() + PAUSE_NS); /* else a launcher does nothing but run handlers */
    }
    _exit(0);
}
