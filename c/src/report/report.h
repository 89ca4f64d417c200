/* The report: records from the daemon (and the intermediate) to the launcher, over a socket pair. No allocation, no
 * SIGPIPE. */
#ifndef DAEMONCTX_REPORT_H
#define DAEMONCTX_REPORT_H

#include <stdint.h>
#include <sys/types.h>

#include "error.h"

enum record_kind {
    RECORD_STARTED =
        1,         /* the daemon, first of all: its pid, and a descriptor of its process where the system has such */
    RECORD_STEP,   /* the daemon: a step is done, for the trace */
    RECORD_READY,  /* the daemon: the launch is committed in the moment this was sent */
    RECORD_FAILED, /* either: why there will be no daemon */
    RECORD_CLOSED, /* the daemon: its context was closed before it was ready */
    RECORD_ENDED   /* the intermediate: the daemon's process has ended */
};

/* Of the failure count: STARTED, READY, CLOSED: pid. STEP: step and status. ENDED: pid, exit_code and signal. FAILED:
 * all. */
struct record {
    uint32_t kind;
    struct failure failure;
};

/* A record as it came in, with what only the kernel can have put there. */
struct received {
    struct record record;
    pid_t sender;
    int passed_fd; /* -1: none */
};

/* 0, or -1 and errno: EPIPE when the launcher is gone or has given up. `passed_fd` may be -1. */
int report_send(int fd, enum record_kind kind, const struct failure *failure, int passed_fd);

/* The same without errno, for a process that shares its memory with the launcher: 0, or the negative errno. */
int report_post(int fd, enum record_kind kind, const struct failure *failure);

enum report_result { REPORT_RECORD, REPORT_NOTHING, REPORT_END, REPORT_BROKEN };
/* Does not wait. BROKEN: errno. The caller owns a descriptor that was passed. */
enum report_result report_receive(int fd, struct received *ret_received);

#endif
