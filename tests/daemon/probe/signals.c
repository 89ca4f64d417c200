/* signals.c: commands that look at dispositions, interrupt, storm, and wait with epoll. The options are in hooks.c. */
#include "probe.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static uintptr_t handler_address(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) != 0 ? (uintptr_t)action->sa_sigaction : (uintptr_t)action->sa_handler;
}

/* sigaction_flags SIG: onstack, restart, others (0 or 1 each), masked (how many signals are blocked in the handler). */
static void command_sigaction_flags(const struct command *command)
{
    static struct line line;
    struct sigaction action;
    int masked = 0;
    if (sigaction(value_signal(command->words[1]), NULL, &action) < 0) {
        answer_error(command, errno);
        return;
    }
    for (int signum = 1; signum <= SIGRTMAX; signum++) {
        masked += sigismember(&action.sa_mask, signum) == 1;
    }
    const int others = action.sa_flags & (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_NODEFER | (int)SA_RESETHAND);
    line_start(&line, "ok");
    line_number(&line, "onstack", (action.sa_flags & SA_ONSTACK) != 0);
    line_number(&line, "restart", (action.sa_flags & SA_RESTART) != 0);
    line_number(&line, "others", others != 0);
    line_number(&line, "masked", masked);
    line_send(&line, command->channel);
}

/* dispositions: of every signal its handler's address, flags and mask, in one text that can be compared. */
static void command_dispositions(const struct command *command)
{
    static char text[PROBE_LINE_SIZE / 4];
    size_t length = 0;
    for (int signum = 1; signum <= SIGRTMAX; signum++) {
        struct sigaction action;
        unsigned long mask = 0;
        memset(&action, 0, sizeof action);
        const int result = sigaction(signum, NULL, &action);
        memcpy(&mask, &action.sa_mask, sizeof mask);
        const int written = snprintf(text + length, sizeof text - length, "%d:%d:%lx:%x:%lx\n", signum, result,
                                     (unsigned long)handler_address(&action), (unsigned)action.sa_flags, mask);
        length += written > 0 ? (size_t)written : 0;
    }
    answer_text(command, "value", text);
}

/* errno_over SIG: raises it with errno 4242, and tells errno afterwards. */
static void command_errno_over(const struct command *command)
{
    errno = 4242;
    raise(value_signal(command->words[1]));
    answer_number(command, "value", errno);
}

/* raise_times COUNT SIG */
static void command_raise_times(const struct command *command)
{
    int result = 0;
    for (int64_t i = 0; i < value_number(command->words[1]) && result == 0; i++) {
        result = raise(value_signal(command->words[2]));
    }
    answer_result(command, result);
}

static volatile sig_atomic_t interruptions;

static void count_interruption(int signum)
{
    (void)signum;
    interruptions = interruptions + 1;
}

/* interrupt_every MICROSECONDS: SIGALRM, whose handler only counts, without SA_RESTART; 0 ends it. */
static void command_interrupt_every(const struct command *command)
{
    const struct timeval interval = {0, (suseconds_t)value_number(command->words[1])};
    const struct itimerval timer = {interval, interval};
    struct sigaction action = {.sa_handler = count_interruption};
    sigemptyset(&action.sa_mask);
    answer_result(command, sigaction(SIGALRM, &action, NULL) < 0 ? -1 : setitimer(ITIMER_REAL, &timer, NULL));
}

static void command_interruptions(const struct command *command)
{
    answer_number(command, "value", interruptions);
}

/* The storm: a child sends bursts, and counts each signal before it does; a deferred handler notes how many it knows to
 * be sent. The child goes on when the last signal of every kind was seen: one that is lost ends it. */
enum { STORM_KINDS = 8 };
struct storm_counts {
    volatile uint32_t sent[STORM_KINDS];
    volatile uint32_t seen[STORM_KINDS];
};
static struct {
    int count;
    int signals[STORM_KINDS];
    struct storm_counts *shared; /* with the child */
    uint32_t calls;
} storm;

static void note_storm(daemonctx_context_t *context, int32_t signum, void *user_data)
{
    const int kind = (int)(intptr_t)user_data;
    (void)context;
    if (storm.signals[kind] == signum) {
        storm.shared->seen[kind] = storm.shared->sent[kind];
    }
    storm.calls++;
}

/* storm_prepare SIGNALS: before open; sets the deferred handlers. */
static void command_storm_prepare(const struct command *command)
{
    char *rest = NULL;
    daemonctx_status_t status = DAEMONCTX_OK;
    void *shared = mmap(NULL, sizeof *storm.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        answer_error(command, errno);
        return;
    }
    storm.shared = shared;
    for (char *name = strtok_r(command->words[1], ",", &rest); name != NULL && storm.count < STORM_KINDS;
         name = strtok_r(NULL, ",", &rest)) {
        const int kind = storm.count++;
        storm.signals[kind] = value_signal(name);
        if (status == DAEMONCTX_OK) {
            status = daemonctx_set_signal_handler(context_current(), storm.signals[kind], note_storm,
                                                  (void *)(intptr_t)kind);
        }
    }
    answer_status(command, status);
}

static bool storm_is_seen(uint32_t each)
{
    bool seen = true;
    for (int kind = 0; kind < storm.count; kind++) {
        seen = seen && storm.shared->seen[kind] == each;
    }
    return seen;
}

/* From nothing to some ten microseconds, always another time: so that signals come at any moment of a dispatch. */
static void spend_time(uint32_t turn)
{
    for (volatile uint32_t i = turn * 7919 % 20011; i > 0; i--) {
    }
}

static void send_storm(pid_t to, uint32_t rounds, uint32_t burst)
{
    for (uint32_t i = 0; i < rounds * burst; i++) {
        for (int kind = 0; kind < storm.count; kind++) {
            spend_time(i * STORM_KINDS + (uint32_t)kind);
            storm.shared->sent[kind]++;
            kill(to, storm.signals[kind]);
        }
        while ((i + 1) % burst == 0 && !storm_is_seen(i + 1)) {
            if (getppid() != to) {
                _exit(1);
            }
            sched_yield();
        }
    }
    _exit(0);
}

/* storm ROUNDS BURST MS: each round BURST signals of each kind; waits for events, at most MS for each, until all is
 * over. status= of the last wait, over=1, calls= of the handlers. */
static void command_storm(const struct command *command)
{
    static struct line line;
    const uint32_t rounds = (uint32_t)value_number(command->words[1]);
    const uint32_t burst = (uint32_t)value_number(command->words[2]);
    daemonctx_status_t status = DAEMONCTX_OK;
    const pid_t self = getpid();
    const pid_t child = fork();
    if (child == 0) {
        send_storm(self, rounds, burst);
    }
    while (child > 0 && status == DAEMONCTX_OK && !storm_is_seen(rounds * burst)) {
        status = daemonctx_wait_events(context_current(), (int32_t)value_number(command->words[3]));
    }
    if (child > 0 && status != DAEMONCTX_OK) {
        kill(child, SIGKILL);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    line_start(&line, "ok");
    line_number(&line, "status", status);
    line_number(&line, "over", storm_is_seen(rounds * burst));
    line_number(&line, "calls", storm.calls);
    line_send(&line, command->channel);
}

/* epoll_add EPFD: makes EPFD an epoll descriptor, unless it is one, and puts signal_fd into it. */
static void command_epoll_add(const struct command *command)
{
    const int wanted = (int)value_number(command->words[1]);
    int32_t signal_fd = -1;
    const daemonctx_status_t status = daemonctx_signal_fd(context_current(), &signal_fd);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = signal_fd};
    if (status != DAEMONCTX_OK) {
        answer_status(command, status);
        return;
    }
    const int fd = epoll_create1(0);
    if (fd < 0 || dup2(fd, wanted) < 0 || close(fd) < 0) {
        answer_error(command, errno);
        return;
    }
    answer_result(command, epoll_ctl(wanted, EPOLL_CTL_ADD, signal_fd, &event));
}

/* epoll_wait EPFD MS: value= the descriptor that is readable, or -1. */
static void command_epoll_wait(const struct command *command)
{
    struct epoll_event event = {.events = 0};
    int ready = 0;
    do {
        ready = epoll_wait((int)value_number(command->words[1]), &event, 1, (int)value_number(command->words[2]));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) {
        answer_error(command, errno);
    } else {
        answer_number(command, "value", ready > 0 ? event.data.fd : -1);
    }
}

/* free_in_handler: frees the context and goes on using it, as a handler may until dispatch returns. Answers always;
 * then only `context` with another number may follow. */
static void command_free_in_handler(const struct command *command)
{
    static struct line line;
    daemonctx_context_t *context = context_current();
    uint32_t mask = 0;
    daemonctx_free(context);
    line_start(&line, "ok");
    line_number(&line, "is_open", daemonctx_is_open(context));
    line_number(&line, "is_terminating", daemonctx_is_terminating(context, NULL));
    line_number(&line, "umask_status", daemonctx_get_umask(context, &mask));
    line_number(&line, "umask", mask);
    line_send(&line, command->channel);
}

const struct command_entry signal_commands[] = {
    {"free_in_handler", command_free_in_handler, 0, 0},
    {"sigaction_flags", command_sigaction_flags, 1, 1},
    {"dispositions", command_dispositions, 0, 0},
    {"errno_over", command_errno_over, 1, 1},
    {"raise_times", command_raise_times, 2, 2},
    {"interrupt_every", command_interrupt_every, 1, 1},
    {"interruptions", command_interruptions, 0, 0},
    {"storm_prepare", command_storm_prepare, 1, 1},
    {"storm", command_storm, 3, 3},
    {"epoll_add", command_epoll_add, 1, 1},
    {"epoll_wait", command_epoll_wait, 2, 2},
    {NULL, NULL, 0, 0},
};
