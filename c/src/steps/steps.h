/*
 * The steps of opening, one after the other, as the PEP lists them. Each is a function of a file named after its
 * option. From the detach step to the report they allocate nothing, look nothing up and use no stdio: the plan has
 * prepared everything.
 */
#ifndef DAEMONCTX_STEPS_H
#define DAEMONCTX_STEPS_H

#include "error.h"

/* Where a step runs when the process is started anew instead of forked. */
enum relaunch_place {
    RELAUNCH_LAUNCHER,    /* before the new start */
    RELAUNCH_CONSTRUCTOR, /* before main(), where there are no threads yet */
    RELAUNCH_ADOPTION,    /* in the new program's own open() */
    RELAUNCH_CREDENTIALS  /* there too; before main() where capabilities are kept, which only one thread can do */
};

enum steps_part {
    STEPS_ALL,         /* the table, until the launcher's part of the detach step */
    STEPS_CONSTRUCTOR, /* of a program that was started again: before main() ... */
    STEPS_ADOPTION     /* ... and in its own open() */
};

/* OK, or a status with the failure filled in (the plan sets the context's error itself). */
typedef daemonctx_status_t (*step_fn)(daemonctx_context_t *ctx, struct failure *failure);

struct step {
    daemonctx_step_t id;
    step_fn run;
    enum relaunch_place relaunch;
};

/* Runs that part of the table until its end, or a failure. */
daemonctx_status_t steps_run(daemonctx_context_t *ctx, enum steps_part part);
/* In place, where the constructor could tell nobody: its rows' traces. */
void steps_trace_constructor(daemonctx_context_t *ctx);
/* The daemon's first words to its launcher; ends the process when the launcher is gone. */
void detach_become_daemon(daemonctx_context_t *ctx, struct failure *failure);

daemonctx_status_t step_plan(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_prepare(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_detach(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_files(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_prevent_core(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_privileged(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_chroot(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_identity(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_not_dumpable(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_working_directory(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_umask(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_signals(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_streams(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_pidfile(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_open(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_close_at_exit(daemonctx_context_t *ctx, struct failure *failure);
daemonctx_status_t step_report(daemonctx_context_t *ctx, struct failure *failure);

/* In place, before the first change: what a later step would refuse, as far as that can be seen. */
daemonctx_status_t steps_validate(daemonctx_context_t *ctx, struct failure *failure);
/* The streams step proper: also at readiness, when the switch is asked for then. */
daemonctx_status_t streams_switch(daemonctx_context_t *ctx, struct failure *failure);

#endif
