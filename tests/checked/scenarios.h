/* Launches that succeed and that fail, one for each way, and what each must come to. */
#ifndef DAEMONCTX_CHECKED_SCENARIOS_H
#define DAEMONCTX_CHECKED_SCENARIOS_H

#include <daemonctx/daemonctx.h>

struct scenario {
    const char *name;
    void (*set)(daemonctx_context_t *ctx);
    /* What the daemon does; its result is the process's exit status. */
    int (*work)(daemonctx_context_t *ctx);
    daemonctx_status_t expected; /* in the launcher; in place, in the process itself */
    int needs_root;
};

extern const struct scenario scenarios[];
extern const int scenario_count;

/* Ends the program with a sentence when `good` is 0. */
void demand(int good, const char *sentence);

enum { LOG_FD = 100, HOOK_REFUSES = 7, PROGRAM_FAILS = 3 };

#endif
