/*
 * page.h: the file in which a launch and the stage meet. The stage maps it; a contender maps it too, or writes its
 * numbers at their offsets (slot times eight bytes). A file with a name survives that every descriptor is closed, and
 * that the program is started again.
 */
#ifndef DAEMONCTX_BENCH_PAGE_H
#define DAEMONCTX_BENCH_PAGE_H

#include <stdint.h>

enum page_slot {
    PAGE_STARTED = 0,          /* CLOCK_MONOTONIC in nanoseconds, right before the contender's execve */
    PAGE_CALLED = 1,           /* right before the call; for a command the same as PAGE_STARTED */
    PAGE_FIRST = 2,            /* the first statement after the call, in the daemon */
    PAGE_DAEMON = 3,           /* the daemon's pid: written last, so that whoever reads it finds the rest */
    PAGE_FAULTS_BEFORE = 4,    /* page faults of the launcher before the call */
    PAGE_FAULTS_DAEMON = 5,    /* page faults of the daemon until its first statement */
    PAGE_COUNTING = 6,         /* 1 from the call to the first statement: allocations are counted */
    PAGE_PLANNED = 7,          /* 1 from the prepare hook on: they are counted after the plan, too */
    PAGE_ALLOCATIONS = 8,      /* malloc and its kin, between call and first statement */
    PAGE_ALLOCATIONS_LATE = 9, /* those of them after the plan */
    PAGE_SLOTS = 16
};

enum { PAGE_TEXT = 256 };

struct page {
    int64_t slot[PAGE_SLOTS];
    char failure[PAGE_TEXT]; /* why there is no daemon, as the contender says it */
};

#endif
