/* storm.h: one process that sends signals without a pause to the processes that it is aimed at. */
#ifndef DAEMONCTX_TESTS_STORM_H
#define DAEMONCTX_TESTS_STORM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

enum { LAUNCHER, INTERMEDIATE, DAEMON, TARGETS };

/* A target is only given up once the storm has said that it aims at it no more: its number may be another's then. */
struct target {
    _Atomic pid_t pid;
    _Atomic int asked;
    _Atomic int aimed;
    _Atomic int sent; /* while open() was at work */
};

/* In memory that all of them share. */
struct storm {
    struct target targets[TARGETS];
    _Atomic bool opening;
    _Atomic bool end;
};

void storm_aim(struct storm *storm, int which, pid_t pid); /* 0: at nobody; returns once the storm does so */
_Noreturn void storm_rage(struct storm *storm, pid_t parent);

#endif
