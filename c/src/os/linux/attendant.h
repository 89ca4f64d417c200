/*
 * The attendant: the process between launcher and daemon. It shares the launcher's memory for all its life, so it has a
 * stack of its own, makes raw system calls, and writes nothing but what is its own. CLONE_VFORK would suspend the
 * launcher, uninterruptibly, for as long as somebody keeps its child stopped.
 */
#ifndef DAEMONCTX_OS_LINUX_ATTENDANT_H
#define DAEMONCTX_OS_LINUX_ATTENDANT_H

#include "os/os.h"

/* Where the stacks begin: they grow downwards on every architecture that this runs on. */
void *attendant_stack(const struct os_attendance *attendance);
void *attendant_program_stack(const struct os_attendance *attendance);
/* Closes what it must not have, and leads a new session: its number, or the negative errno, which was told. */
OS_SHARING pid_t attendant_begin(const struct os_attendance *attendance);
/* What the caller ignores, the daemon ignores; the attendant must not, for the kernel would forget how that ended. */
OS_SHARING bool attendant_forgets_children(const struct os_attendance *attendance);
/* Until the daemon ends, which is told, or the other end of the channel is closed: the launch is over. */
OS_SHARING void attendant_attend(const struct os_attendance *attendance, pid_t daemon);

#endif
