/*
 * contender.h: what every contender in C does before and after its call, so that only the call differs.
 */
#ifndef DAEMONCTX_BENCH_CONTENDER_H
#define DAEMONCTX_BENCH_CONTENDER_H

#include <stddef.h>

enum { PRESERVED_MAX = 4096 };

struct preserved {
    int fds[PRESERVED_MAX + 1]; /* ascending; between any two of them is one that is to be closed */
    size_t count;
};

/* Brings about the conditions that the environment names: memory, threads and descriptors; finds the page. */
void contender_prepare(struct preserved *preserved);

/* The same for the second run of a program that starts itself again: it finds the page and brings about nothing. */
void contender_prepare_again(void);

/* Right before the call. */
void contender_called(void);

/* From here on the plan stands (daemonctx alone tells). */
void contender_planned(void);

/* The first statement after the call, in the daemon. Waits there until the stage ends it. */
_Noreturn void contender_first(void);

/* The call failed, in the launcher. */
_Noreturn void contender_failed(const char *why);

#endif
