/*
 * Functions that the library must not call between a fork and the report, interposed: the program's definitions stand
 * before the C library's. Each says its name and ends the process when it is called where it is forbidden, that is in
 * the thread that launches and in its children, from the fork to guard_end(); else it does what it always does.
 *
 * What the C library calls within itself is not seen, but for malloc() and its like: those are always the program's.
 */
#include "guard.h"

#include <dirent.h>
#include <dlfcn.h>
#include <grp.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum { VIOLATION = 86 };
enum phase { FREE, FORK_EXPECTED, FORBIDDEN };

/* The child of a fork has a copy of the forking thread's. */
static _Thread_local enum phase phase;
static _Thread_local int told_on = STDERR_FILENO;

void guard_expect_fork(int fd)
{
    told_on = fd;
    phase = FORK_EXPECTED;
}

void guard_end(void)
{
    phase = FREE;
}

static void allow(const char *name)
{
    static const char text[] = "() was called between a fork and the report\n";
    if (phase == FORBIDDEN) {
        (void)!write(told_on, name, strlen(name));
        (void)!write(told_on, text, sizeof(text) - 1);
        _exit(VIOLATION);
    }
}

static void *next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        _exit(VIOLATION);
    }
    return function;
}

/*
 * Looked up before main(): a forked child may find the dynamic linker's lock taken by a thread that it does not have.
 * Where a constructor calls it earlier, then.
 */
#define REAL(result, name, parameters)                              \
    typedef result(*name##_fn) parameters;                          \
    static name##_fn found_##name;                                  \
    __attribute__((constructor)) static name##_fn real_##name(void) \
    {                                                               \
        if (found_##name == NULL) {                                 \
            found_##name = (name##_fn)next(#name);                  \
        }                                                           \
        return found_##name;                                        \
    }

/* ---- the forks ---- */

REAL(pid_t, fork, (void))
REAL(long, syscall, (long, ...))

static long forked(long result)
{
    phase = phase == FORK_EXPECTED && result >= 0 ? FORBIDDEN : phase;
    return result;
}

pid_t fork(void)
{
    return (pid_t)forked(real_fork()());
}

/* os_fork_unnoticed() clones by number. */
long syscall(long number, ...)
{
    va_list list;
    long given[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++) {
        given[i] = va_arg(list, long);
    }
    va_end(list);
    long result = real_syscall()(number, given[0], given[1], given[2], given[3], given[4], given[5]);
    return number == SYS_clone ? forked(result) : result;
}

/* ---- memory: by the names under which glibc has it too, for dlsym() itself may allocate ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

void *malloc(size_t size)
{
    allow("malloc");
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allow("calloc");
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    allow("realloc");
    return __libc_realloc(block, size);
}

void *reallocarray(void *block, size_t count, size_t size)
{
    size_t all = 0;
    allow("reallocarray");
    return __builtin_mul_overflow(count, size, &all) ? NULL : __libc_realloc(block, all);
}

void *memalign(size_t alignment, size_t size)
{
    allow("memalign");
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allow("aligned_alloc");
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
    allow("posix_memalign");
    *ret_block = __libc_memalign(alignment, size);
    return *ret_block == NULL ? 12 : 0;
}

void free(void *block)
{
    allow("free");
    __libc_free(block);
}

/* ---- look-ups, stdio, locale, environment, loading, directories, time, threads ---- */

#define GUARD(result, name, parameters, arguments) \
    REAL(result, name, parameters)                 \
    result name parameters                         \
    {                                              \
        allow(#name);                              \
        return real_##name() arguments;            \
    }

GUARD(struct passwd *, getpwnam, (const char *name), (name))
GUARD(struct passwd *, getpwuid, (uid_t uid), (uid))
GUARD(int, getpwnam_r, (const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_entry),
      (name, entry, buffer, size, ret_entry))
GUARD(int, getpwuid_r, (uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_entry),
      (uid, entry, buffer, size, ret_entry))
GUARD(struct group *, getgrnam, (const char *name), (name))
GUARD(struct group *, getgrgid, (gid_t gid), (gid))
GUARD(int, getgrnam_r, (const char *name, struct group *entry, char *buffer, size_t size, struct group **ret_entry),
      (name, entry, buffer, size, ret_entry))
GUARD(int, getgrgid_r, (gid_t gid, struct group *entry, char *buffer, size_t size, struct group **ret_entry),
      (gid, entry, buffer, size, ret_entry))
GUARD(int, getgrouplist, (const char *user, gid_t gid, gid_t *groups, int *count), (user, gid, groups, count))
GUARD(int, initgroups, (const char *user, gid_t gid), (user, gid))
GUARD(int, getaddrinfo,
      (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **ret_result),
      (node, service, hints, ret_result))

GUARD(FILE *, fopen, (const char *path, const char *mode), (path, mode))
GUARD(FILE *, fdopen, (int fd, const char *mode), (fd, mode))
GUARD(FILE *, freopen, (const char *path, const char *mode, FILE *stream), (path, mode, stream))
GUARD(int, fclose, (FILE * stream), (stream))
GUARD(int, fflush, (FILE * stream), (stream))
GUARD(int, fputs, (const char *text, FILE *stream), (text, stream))
GUARD(int, fputc, (int letter, FILE *stream), (letter, stream))
GUARD(int, putc, (int letter, FILE *stream), (letter, stream))
GUARD(int, putchar, (int letter), (letter))
GUARD(int, puts, (const char *text), (text))
GUARD(size_t, fwrite, (const void *bytes, size_t size, size_t count, FILE *stream), (bytes, size, count, stream))
GUARD(size_t, fread, (void *bytes, size_t size, size_t count, FILE *stream), (bytes, size, count, stream))
GUARD(char *, fgets, (char *text, int size, FILE *stream), (text, size, stream))
GUARD(void, perror, (const char *text), (text))
GUARD(void, flockfile, (FILE * stream), (stream))
GUARD(int, vprintf, (const char *format, va_list list), (format, list))
GUARD(int, vfprintf, (FILE * stream, const char *format, va_list list), (stream, format, list))
GUARD(int, vdprintf, (int fd, const char *format, va_list list), (fd, format, list))
GUARD(int, vsprintf, (char *text, const char *format, va_list list), (text, format, list))
GUARD(int, vsnprintf, (char *text, size_t size, const char *format, va_list list), (text, size, format, list))
GUARD(int, vsscanf, (const char *text, const char *format, va_list list), (text, format, list))

#define GUARD_VARIADIC(name, parameters, last, arguments) \
    int name parameters                                   \
    {                                                     \
        allow(#name);                                     \
        va_list list;                                     \
        va_start(list, last);                             \
        int result = real_v##name() arguments;            \
        va_end(list);                                     \
        return result;                                    \
    }

GUARD_VARIADIC(printf, (const char *format, ...), format, (format, list))
GUARD_VARIADIC(fprintf, (FILE * stream, const char *format, ...), format, (stream, format, list))
GUARD_VARIADIC(dprintf, (int fd, const char *format, ...), format, (fd, format, list))
GUARD_VARIADIC(sprintf, (char *text, const char *format, ...), format, (text, format, list))
GUARD_VARIADIC(snprintf, (char *text, size_t size, const char *format, ...), format, (text, size, format, list))

GUARD(char *, setlocale, (int category, const char *name), (category, name))
GUARD(char *, strerror, (int error), (error))
GUARD(char *, strerror_r, (int error, char *text, size_t size), (error, text, size))
GUARD(int, __xpg_strerror_r, (int error, char *text, size_t size), (error, text, size))
GUARD(char *, strsignal, (int signum), (signum))
GUARD(char *, gettext, (const char *text), (text))
GUARD(int, strcoll, (const char *one, const char *other), (one, other))
GUARD(int, setenv, (const char *name, const char *value, int replace), (name, value, replace))
GUARD(int, unsetenv, (const char *name), (name))
GUARD(int, putenv, (char *text), (text))
GUARD(void *, dlopen, (const char *path, int flags), (path, flags))
GUARD(int, dlclose, (void *library), (library))
GUARD(DIR *, opendir, (const char *path), (path))
GUARD(DIR *, fdopendir, (int fd), (fd))
GUARD(struct dirent *, readdir, (DIR * directory), (directory))
GUARD(char *, realpath, (const char *path, char *resolved), (path, resolved))
GUARD(char *, getcwd, (char *path, size_t size), (path, size))
GUARD(void, qsort, (void *list, size_t count, size_t size, int (*compare)(const void *, const void *)),
      (list, count, size, compare))
GUARD(struct tm *, localtime_r, (const time_t *now, struct tm *parts), (now, parts))
GUARD(struct tm *, gmtime_r, (const time_t *now, struct tm *parts), (now, parts))
GUARD(size_t, strftime, (char *text, size_t size, const char *format, const struct tm *parts),
      (text, size, format, parts))
GUARD(void, openlog, (const char *ident, int options, int facility), (ident, options, facility))
GUARD(void, vsyslog, (int priority, const char *format, va_list list), (priority, format, list))
GUARD(long, sysconf, (int name), (name))
GUARD(int, pthread_create, (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
      (thread, attributes, run, argument))
