/*
 * Restartable sequences (rseq(2), Linux 4.18): memory of the thread in which the kernel keeps the number of the
 * processor it runs on. The C library registers it (glibc 2.35). A process that shares another's memory has no
 * registration, and neither has a child that it forks: there the number would stay as it was at the fork.
 */
#ifndef DAEMONCTX_OS_LINUX_RSEQ_H
#define DAEMONCTX_OS_LINUX_RSEQ_H

#include <stdbool.h>
#include <stdint.h>

struct rseq_registration {
    void *area; /* NULL: this thread has none */
    uint32_t length;
};

/* What the calling thread has registered, confirmed by the kernel. False where that cannot be found out. */
bool rseq_find(struct rseq_registration *ret_registration);
/* Registers it anew in a copy of that thread; where the kernel refuses, the C library is told that there is none. */
void rseq_renew(const struct rseq_registration *registration);

#endif
