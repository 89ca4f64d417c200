/*
 * refuse_calls ERRNO CALL[:FIRST[:SECOND]][,CALL...] COMMAND ARGUMENTS...: executes the command behind a filter
 * (seccomp), as a container has one: these system calls fail with that errno and are not made, in it and in all its
 * children. ERRNO 0: they say that they are done. FIRST, SECOND: only where the arguments are these numbers.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { MOST = 16, OF_EACH = 7 };

static const struct {
    const char *name;
    int number;
} calls[] = {
    {"capget", SYS_capget},
    {"capset", SYS_capset},
    {"clone", SYS_clone},
    {"close_range", SYS_close_range},
    {"getgroups", SYS_getgroups},
    {"getresgid", SYS_getresgid},
    {"getresuid", SYS_getresuid},
    {"pidfd_open", SYS_pidfd_open},
    {"pidfd_send_signal", SYS_pidfd_send_signal},
    {"prctl", SYS_prctl},
    {"rseq", SYS_rseq},
    {"rt_sigaction", SYS_rt_sigaction},
    {"setgroups", SYS_setgroups},
    {"setresgid", SYS_setresgid},
    {"setresuid", SYS_setresuid},
    {"setsid", SYS_setsid},
    {"signalfd4", SYS_signalfd4},
    {"socketpair", SYS_socketpair},
    {"unshare", SYS_unshare},
};

static int number_of(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, name) == 0) {
            return calls[i].number;
        }
    }
    fprintf(stderr, "refuse_calls: %s is not in the table\n", name);
    exit(126);
}

/* The low half of an argument, on either byte order. */
static unsigned place_of_argument(unsigned index)
{
    const unsigned short one = 1;
    const unsigned low = *(const unsigned char *)&one == 1 ? 0 : 4;
    return (unsigned)(offsetof(struct seccomp_data, args) + index * sizeof(uint64_t) + low);
}

/* Where no number is asked for, each is right. */
static struct sock_filter compare(const char *value, unsigned char otherwise)
{
    const unsigned number = value != NULL ? (unsigned)atoi(value) : 0;
    const struct sock_filter equal = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, otherwise);
    const struct sock_filter any = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0, 0, otherwise);
    return value != NULL ? equal : any;
}

/* Each rule ends with the call's number loaded again, for the next one. */
static void add_rule(struct sock_filter *program, char *rule, unsigned error)
{
    char *rest = rule;
    const unsigned number = (unsigned)number_of(strsep(&rest, ":"));
    const char *first = strsep(&rest, ":");
    const char *second = strsep(&rest, ":");
    const struct sock_filter lines[OF_EACH] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place_of_argument(0)),
        compare(first, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place_of_argument(1)),
        compare(second, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    memcpy(program, lines, sizeof lines);
}

int main(int argc, char **argv)
{
    struct sock_filter program[1 + MOST * OF_EACH + 1] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    size_t length = 1;
    if (argc < 4) {
        return 126;
    }
    char *rest = argv[2];
    for (int rules = 0; rest != NULL && rules < MOST; rules++) {
        add_rule(&program[length], strsep(&rest, ","), (unsigned)atoi(argv[1]));
        length += OF_EACH;
    }
    program[length++] = allow;
    const struct sock_fprog filter = {.len = (unsigned short)length, .filter = program};
    /* Only root may without no_new_privs, which would change what the command can do. */
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0 &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0)) {
        perror("refuse_calls");
        return 125;
    }
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    return 127;
}
