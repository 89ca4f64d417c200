/*
 * Holding one process of a launch until strace is attached to it. strace counts the calls of each process by itself and
 * cannot tell the three roles apart, so only the one in question is traced: the launcher is held right before the
 * launch, the others as soon as they exist.
 *
 * How they are made is known (c/src/os/linux/process.c, start.c, copy.c): those that share the launcher's memory by
 * libc's clone(), copies by fork(), by clone(2) through libc's syscall(), and after a fork() of a program with threads
 * by _Fork(). All but fork() are defined here, before libc's own. strace stays with a process that executes another
 * program.
 *
 * Those that share the launcher's memory share its errno and its locks: whoever is held there lives on its own stack
 * and makes system calls that succeed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"

/* A call that does nothing and succeeds, at an address that the driver finds in the log. */
enum mark { MARK_BEGIN = 1001, MARK_END = 1002, MARK_SHIFT = 16 };

static enum role role = ROLE_LAUNCHER;
static enum role wanted = ROLE_NONE;
static enum role newest = ROLE_LAUNCHER; /* of those that share this memory */
static bool must_allow_tracing;
static bool sharing_refused;

typedef long (*syscall_fn)(long number, long a, long b, long c, long d, long e, long f);
typedef pid_t (*fork_fn)(void);
typedef int (*clone_fn)(int (*function)(void *), void *stack, int flags, void *data, ...);

static syscall_fn libc_syscall;
static fork_fn libc_bare_fork;
static clone_fn libc_clone;

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
        find("_Fork", &libc_bare_fork, sizeof(libc_bare_fork));
        find("clone", &libc_clone, sizeof(libc_clone));
        find("syscall", &libc_syscall, sizeof(libc_syscall));
    }
}

static void mark(enum mark mark)
{
    unsigned char nothing = 0;
    uintptr_t place = (uintptr_t)mark << MARK_SHIFT;
    void *address = NULL;
    memcpy(&address, &place, sizeof(address));
    (void)mincore(address, 0, &nothing);
}

/* In a program that is started again the library's constructor is between these two, and all else is the linker's. */
static void mark_begin(void)
{
    mark(MARK_BEGIN);
}

__attribute__((section(".preinit_array"), used)) static void (*const before_constructors)(void) = mark_begin;

__attribute__((constructor)) static void mark_end(void)
{
    mark(MARK_END);
}

/* Without libc's means, which others may be using. */
static size_t put_text(char *place, const char *text)
{
    size_t length = strlen(text);
    memcpy(place, text, length);
    return length;
}

static size_t put_number(char *place, unsigned number)
{
    size_t length = number > 9 ? put_number(place, number / 10) : 0;
    place[length] = (char)('0' + number % 10);
    return length + 1;
}

static void hold_if_wanted(enum role own)
{
    static const char *const names[] = {"launcher", "intermediate", "daemon"};
    if (own != wanted) {
        return;
    }
    char text[64];
    char word[8];
    if (must_allow_tracing) {
        (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0UL, 0UL, 0UL);
    }
    size_t length = put_text(text, "held\nrole=");
    length += put_text(text + length, names[own]);
    length += put_text(text + length, "\npid=");
    length += put_number(text + length, (unsigned)getpid());
    length += put_text(text + length, "\n");
    (void)libc_syscall(SYS_sendto, control_fd(), (long)(intptr_t)text, (long)length, MSG_NOSIGNAL, 0, 0);
    if (libc_syscall(SYS_recvfrom, control_fd(), (long)(intptr_t)word, sizeof(word), 0, 0, 0) <= 0) {
        _exit(1);
    }
    mark(MARK_BEGIN);
}

/* A copy; of a process that shares this memory, or of one of its own. */
static void in_new_process(void)
{
    role = (role > newest ? role : newest) + 1;
    hold_if_wanted(role);
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

/* What a new process that shares this memory does; it lies at the top of its stack. */
struct birth {
    int (*function)(void *);
    void *data;
    enum role role;
} __attribute__((aligned(64)));

static int be_born(void *data)
{
    const struct birth *birth = data;
    hold_if_wanted(birth->role);
    return birth->function(birth->data);
}

/* Without a stack it is none of the library's. */
int clone(int (*function)(void *), void *stack, int flags, void *data, ...)
{
    find_libc();
    if (sharing_refused) {
        errno = EPERM;
        return -1;
    }
    struct birth *birth = (struct birth *)stack - 1;
    *birth = (struct birth){.function = function, .data = data, .role = ++newest};
    int pid = libc_clone(be_born, birth, flags, birth);
    newest -= pid < 0 ? 1 : 0;
    return pid;
}

void hold_refuse_sharing(void)
{
    sharing_refused = true;
}

void hold_register(enum role role_wanted)
{
    wanted = role_wanted;
    find_libc();
    /* Yama: the driver's strace is no ancestor. */
    must_allow_tracing = prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0UL, 0UL, 0UL) == 0;
    if (libc_syscall == NULL || libc_clone == NULL || pthread_atfork(NULL, NULL, in_new_process) != 0) {
        (void)fputs("cannot take the place of libc's functions\n", stderr);
        exit(2);
    }
}

void hold_launcher(void)
{
    newest = ROLE_LAUNCHER;
    hold_if_wanted(role);
}

void hold_resume(void)
{
    mark(MARK_BEGIN);
}

void hold_over(void)
{
    mark(MARK_END);
    wanted = ROLE_NONE;
}
