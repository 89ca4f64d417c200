/*
 * What the library needs from the operating system beyond POSIX. One set of files for each system does these, chosen by
 * the build. Everything here is async-signal-safe, allocates nothing, and reports as system calls do: -1 and errno.
 */
#ifndef DAEMONCTX_OS_H
#define DAEMONCTX_OS_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "clock.h"

enum {
    SIGNAL_LIMIT = 65,            /* one more than the highest signal number */
    OS_SIGNAL_RESERVED_FIRST = 32 /* from here to SIGRTMIN the C library keeps signals for itself */
};

/* ---- processes ---- */

/*
 * As fork(), but the caller's SIGCHLD handler is not told of the child's end, waitpid(-1) does not see it, and no fork
 * handlers run. For a process of one thread.
 */
pid_t os_fork_unnoticed(void);
/* As fork() without the fork handlers. The child's thread id, robust list and so on are right. */
pid_t os_fork_bare(void);
/* How many threads this process has; 0 when that cannot be found out. */
int os_thread_count(void);
/* A descriptor, close-on-exec, that is readable when the process has ended; -1 with ENOSYS where there is no such
 * thing. */
int os_process_open(pid_t pid);
int os_process_signal(int process_fd, int signum);

/* How a child ended. */
struct os_ending {
    int32_t exit_code; /* -1: by a signal */
    int32_t signal;    /* -1: by itself */
};
enum os_wait_mode { OS_WAIT_REAP, OS_WAIT_PEEK };
/*
 * 1: ended (PEEK leaves the zombie), 0: not yet, -1. Never waits, and sees children of os_fork_unnoticed() too.
 * `ret_ending` may be NULL.
 */
int os_wait(pid_t pid, enum os_wait_mode mode, struct os_ending *ret_ending);

/* ---- the threads of this process ---- */

/* A descriptor by which they can be looked at later, from inside a chroot too. */
int os_tasks_open(void);
/* 1: all have the ids, groups, capabilities and no_new_privs of the calling one, 0: not all, -1. */
int os_tasks_agree(int tasks);

/* ---- the running program ---- */

/* Whether it runs with more rights than whoever started it has (set-user-id and the like). */
bool os_program_is_secure(void);
/* Its executable, whatever has become of the file's name. */
int os_program_open(void);
/* To be read: its arguments as it got them, each with a NUL at its end. */
int os_program_open_arguments(void);
int os_program_execute(int program, char *const arguments[], char *const environment[]);
enum { OS_PROGRAM_NAME_SIZE = 16 };
int os_program_name(char *ret_name);
int os_program_rename(const char *name);

/* The shared object that this library is in. */
struct os_object {
    const char *path; /* NULL: it is part of the program */
    bool at_start;    /* it was certainly loaded with the program, not later on */
};
void os_own_object(struct os_object *ret_object);

/* ---- a daemon that somebody attends ---- */

/* The sanitizers would take a function that runs in another process with this one's memory for the caller's thread. */
#define OS_SHARING __attribute__((no_sanitize("thread"))) __attribute__((no_sanitize("address")))

enum os_start_failure { OS_START_SESSION, OS_START_CLONE, OS_START_EXECUTE };
enum { OS_ATTENDANT_CLOSES = 2 };

/*
 * The caller -> the attendant, leader of a new session -> the daemon, which leads none. The attendant shares the
 * caller's memory until it ends. The caller's SIGCHLD handler is not told of its end, and waitpid(-1) does not see it.
 * The callbacks run in it, on another stack, and must not touch errno or anything that the caller uses. All signals
 * must be blocked while it is made.
 */
struct os_attendance {
    int closed[OS_ATTENDANT_CLOSES]; /* what the attendant closes at once; -1: nothing */
    int lock;                        /* ... and what when the daemon has it; -1: nothing */
    int channel;                     /* the attendant ends when its other end is closed */
    void *stacks;                    /* of os_stacks_map(), in use as long as the attendant lives */
    void (*tell_failed)(int channel, enum os_start_failure failure, int error);
    void (*tell_ended)(int channel, pid_t pid, const struct os_ending *ending);
    struct sigaction children; /* filled in when it is made */
};
void *os_stacks_map(void);
void os_stacks_unmap(void *stacks);

/* Sends one message made of these parts, for the callbacks: 0, or the negative errno. */
int os_attendant_post(int socket, struct iovec *parts, size_t count);

/* The daemon is a program that is started. No page table is copied: it shares the memory too until it is executed. */
struct os_start {
    struct os_attendance attendance;
    int program;
    char *const *arguments;
    char *const *environment;
    const int *passed; /* the descriptors whose close-on-exec flag is taken off */
    size_t passed_count;
    void *data;
    void (*announce)(void *data, pid_t attendant); /* before the program is executed */
};
/* The attendant's pid, or -1. */
pid_t os_start_attended(struct os_start *start);

/*
 * The daemon is a copy of the caller, by fork(): page tables are copied once, not twice as by two forks. For a process
 * of one thread.
 */
enum { OS_COPY_RESUME = 5 }; /* of __builtin_setjmp() */
enum os_copy_phase { OS_COPY_AHEAD, OS_COPY_UNDER_WAY, OS_COPY_DONE };
struct os_copy {
    struct os_attendance attendance;
    int listen;                      /* the caller waits until this is readable, or hung up: there is a copy, or none */
    int interrupt;                   /* ... or this, -1: nothing */
    const struct deadline *deadline; /* ... or until this is over: then it gives up */
    stack_t signal_stack;            /* the caller's alternative one; filled in when the copy is made */
    void *resume[OS_COPY_RESUME];
    _Atomic int phase;
    _Atomic bool given_up;
};
/* Whether that can be safe here: by the system, the processor's features, and what else is in the process. */
bool os_can_copy_attended(void);
/*
 * 0 in the copy, the attendant's pid in the caller, or -1: nothing was done, for instance because it is not safe now.
 * In the caller the channel is closed. Where it gave up, `given_up` is set; a copy that there may be all the same
 * cannot report any more once `listen` is shut.
 */
pid_t os_copy_attended(struct os_copy *copy);

/* ---- sealed memory ---- */

/* An empty file in memory, close-on-exec, that can be sealed: then nobody can change it any more. */
int os_sealable_open(const char *name);
int os_seal(int fd);
/* 1: it is, 0: not, -1. */
int os_is_sealed(int fd);
int os_random(void *ret_bytes, size_t size);

/* ---- who sent a message ---- */

/* Has the kernel attach the sender's pid to every message received from the socket. */
int os_attest_senders(int socket);
enum { OS_SENDER_SPACE = 64 }; /* room for it in a control message */
/* The sender that the kernel names in the control message, or 0 when it is another kind. */
pid_t os_sender_of(const struct cmsghdr *header);

/* ---- descriptors ---- */

/* Closes all descriptors from `first` on but those of `kept`, in ascending order; also those above a lowered limit. */
int os_close_others(int first, const int *kept, size_t count);
typedef void (*os_descriptor_fn)(int fd, void *data);
/* 1: the process has a descriptor by which this file is locked (os_lock_acquire), 0: it has none, or is gone; -1: that
 * cannot be seen. */
int os_process_has_locked(pid_t pid, const struct stat *file);
/* Calls `fn` with each open descriptor; `fn` may close it. */
int os_each_descriptor(os_descriptor_fn fn, void *data);

/* Opens a directory (O_PATH, close-on-exec): ELOOP if any part of its path is a symbolic link, ENOSYS where the system
 * cannot tell. */
int os_open_without_links(const char *path);

/* ---- pid-file locks ---- */

/* Locks the open file for as long as any copy of `fd` is open; EAGAIN: somebody holds it. */
int os_lock_acquire(int fd);
/* Keeps others from acquiring it, without holding it: -1 when somebody does. */
int os_lock_share(int fd);
/* 1: somebody else has acquired the lock, 0: nobody. A lock that a mere reader can take does not count. */
int os_lock_is_held(int fd);
enum os_attestation { OS_ATTEST_STARTING, OS_ATTEST_STARTED };
/* Makes the kernel name this process as the holder, until it closes any descriptor of the file. */
int os_lock_attest(int fd, enum os_attestation attestation);
/* 1: the kernel names a process, *ret_pid (0: it has no number in our pid namespace), 0: none, -1. */
int os_lock_attested_pid(int fd, pid_t *ret_pid, bool *ret_starting);

/* ---- events ---- */

/* A descriptor pair (one and the same on some systems), non-blocking, close-on-exec. */
struct os_event {
    int read_fd;
    int write_fd;
};
int os_event_open(struct os_event *ret_event);
void os_event_post(const struct os_event *event);
void os_event_drain(const struct os_event *event);
/* A descriptor that is readable while one of the blocked signals `set` is pending, and that consumes none. */
int os_signal_watch_open(const sigset_t *set);

/* ---- protection ---- */

int os_set_dumpable(bool dumpable);
bool os_is_dumpable(void);
int os_set_no_new_privs(void);
/* 1: set, 0: not set, -1. */
int os_has_no_new_privs(void);

enum { OS_CAPABILITY_LIMIT = 64 };
/* Sets of capabilities: bit n stands for the one with the number n. */
struct os_capabilities {
    uint64_t permitted;
    uint64_t effective;
    uint64_t inheritable;
};
bool os_capability_is_known(unsigned number);
int os_capabilities_get(struct os_capabilities *ret_capabilities);
/* 1: this process has permitted or effective ones, 0: none, -1. */
int os_has_capabilities(void);
/* What a change of uid does to the permitted ones: leaves them, or takes them away, whatever the program asked for
 * earlier. */
int os_capabilities_outlive_uid(bool outlive);
/* Permitted and effective become exactly these, inheritable and ambient none. */
int os_capabilities_keep(uint64_t kept);
/* With these a process can take any uid. */
bool os_capabilities_give_uids(uint64_t set);
/* Takes all others out of the bounding set, if this process may. */
int os_capabilities_bound(uint64_t kept);

#endif
