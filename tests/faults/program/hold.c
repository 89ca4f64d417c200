/*
 * Holding one process of a launch until strace is attached to it. strace counts the calls of each process by itself and
 * cannot tell the three roles apart, so only the one in question is traced: the launcher is held right before the
 * launch, the others as soon as they exist.
 *
 * How they are made is known (c/src/os/linux/process.c): by clone(2) through libc's syscall(), by fork(), or, after a
 * fork() of a program with threads, by _Fork(). The first and the last are defined here, before libc's own.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"

/* A harmless call with an impossible argument (EINVAL), which the driver finds in the log. */
enum mark { MARK_BEGIN = 1001, MARK_END = 1002 };

static enum role role = ROLE_LAUNCHER;
static enum role wanted = ROLE_NONE;

typedef long (*syscall_fn)(long number, long a, long b, long c, long d, long e, long f);
typedef pid_t (*fork_fn)(void);

static syscall_fn libc_syscall;
static fork_fn libc_bare_fork;

/* ISO C knows no cast from a pointer to data to one to a function. */
static void find(const char *name, void *ret_function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(ret_function, &found, size);
}

/* Before the first use, whenever that is: a library's constructor may come before main(). */
static void find_libc(void)
{
    if (libc_syscall == NULL) {
        find("syscall", &libc_syscall, sizeof(libc_syscall));
        find("_Fork", &libc_bare_fork, sizeof(libc_bare_fork));
    }
}

static void mark(enum mark mark)
{
    (void)libc_syscall(SYS_getpriority, mark, 0, 0, 0, 0, 0);
}

static void hold_if_wanted(void)
{
    static const char *const names[] = {"launcher", "intermediate", "daemon"};
    if (role != wanted) {
        return;
    }
    struct text text = {.length = 0};
    char word[8];
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0UL, 0UL, 0UL); /* Yama: the driver's strace is no ancestor */
    text_add(&text, "held\nrole=%s\npid=%d\n", names[role], (int)getpid());
    control_send(&text);
    if (!control_receive(word, sizeof(word))) {
        _exit(1);
    }
    mark(MARK_BEGIN);
}

static void in_new_process(void)
{
    role++;
    hold_if_wanted();
}

long syscall(long number, ...)
{
    va_list list;
    va_start(list, number);
    long a = va_arg(list, long);
    long b = va_arg(list, long);
    long c = va_arg(list, long);
    long d = va_arg(list, long);
    long e = va_arg(list, long);
    long f = va_arg(list, long);
    va_end(list);
    find_libc();
    long result = libc_syscall(number, a, b, c, d, e, f);
    if (number == SYS_clone && result == 0) {
        in_new_process();
    }
    return result;
}

pid_t _Fork(void)
{
    find_libc();
    pid_t pid = libc_bare_fork();
    if (pid == 0) {
        in_new_process();
    }
    return pid;
}

void hold_register(enum role role_wanted)
{
    wanted = role_wanted;
    find_libc();
    if (libc_syscall == NULL || pthread_atfork(NULL, NULL, in_new_process) != 0) {
        (void)fputs("cannot take the place of libc's functions\n", stderr);
        exit(2);
    }
}

void hold_launcher(void)
{
    hold_if_wanted();
}

void hold_over(void)
{
    mark(MARK_END);
    wanted = ROLE_NONE;
}
