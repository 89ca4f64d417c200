/* calls.h: C functions that Go calls: the C probe's callbacks, by their addresses. */
#ifndef DAEMONCTX_TESTS_GO_CALLS_H
#define DAEMONCTX_TESTS_GO_CALLS_H

#include <daemonctx/daemonctx.h>

int probe_main(int argc, char **argv);

static inline int32_t call_hook(uintptr_t fn, daemonctx_context_t *ctx, uintptr_t user_data)
{
    return ((daemonctx_hook_fn)fn)(ctx, (void *)user_data);
}

static inline void call_handler(uintptr_t fn, daemonctx_context_t *ctx, int32_t signum, uintptr_t user_data)
{
    ((daemonctx_signal_fn)fn)(ctx, signum, (void *)user_data);
}

static inline void call_trace(uintptr_t fn, daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status,
                              uintptr_t user_data)
{
    ((daemonctx_trace_fn)fn)(ctx, step, status, (void *)user_data);
}

#endif
