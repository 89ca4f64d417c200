/*
 * stage.h: the stage starts contenders one after another and notes what each launch cost.
 */
#ifndef DAEMONCTX_BENCH_STAGE_H
#define DAEMONCTX_BENCH_STAGE_H

#include <stdint.h>
#include <sys/types.h>

#include "../contenders/page.h"

enum { ARGUMENTS_MAX = 32, VARIANTS_MAX = 256 };

enum kind {
    KIND_LAUNCHER, /* a program that calls: it ends, its daemon says the first statement */
    KIND_COMMAND,  /* the same, and the call is its execve */
    KIND_IN_PLACE, /* a program that stays, and says the first statement itself */
    KIND_EXITS     /* a program that knows nothing of the page: only its end counts */
};

/* A contender under conditions. */
struct variant {
    enum kind kind;
    long limit;       /* RLIMIT_NOFILE, soft and hard; 0: as it is */
    long descriptors; /* open ones, 0 to 2 among them */
    int is_traced;    /* a tracer is behind it, which is given time to write what it saw */
    char *arguments[ARGUMENTS_MAX + 1];
};

struct result {
    const char *failure; /* NULL: there was a daemon */
    int64_t started, called, first, ended;
    int64_t faults;
    int64_t daemon_peak_kib, launcher_peak_kib;
    int64_t allocations, allocations_late;
};

/* run.c: one launch, from the start of the contender to the end of whatever is left of it. */
void stage_run(const struct variant *variant, struct page *page, struct result *ret_result);

/* start.c: the contender under its conditions; -1 with errno if there is no process. */
pid_t stage_start(const struct variant *variant, struct page *page);

/* ending.c: this process as the parent of every orphan below it; ending them all. Adds up their page faults. */
int stage_become_subreaper(void);
void stage_await_children(int64_t deadline, int64_t *faults);
void stage_end_children(int64_t *faults);

int64_t stage_now(void);

#endif
