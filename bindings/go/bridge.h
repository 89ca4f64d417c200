/* bridge.h: what Go cannot say itself: C functions that hand Go functions, by an id, to the library. */
#ifndef DAEMONCTX_GO_BRIDGE_H
#define DAEMONCTX_GO_BRIDGE_H

#include <daemonctx/daemonctx.h>

/* One flag a signal, set by the deferred handler and taken by the goroutine that dispatches. */
enum { DAEMONCTX_GO_SIGNALS = 128 };

daemonctx_status_t daemonctx_go_open(daemonctx_context_t *ctx, int32_t returns_in_launcher);
daemonctx_status_t daemonctx_go_set_privileged_hook(daemonctx_context_t *ctx, uintptr_t id);
daemonctx_status_t daemonctx_go_set_pidfile_manager(daemonctx_context_t *ctx, uintptr_t id);
daemonctx_status_t daemonctx_go_set_trace(daemonctx_context_t *ctx, uintptr_t id);
daemonctx_status_t daemonctx_go_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, uint8_t *came);
int32_t daemonctx_go_is_readable(int32_t fd);
void daemonctx_go_die(int32_t signum);

/* ---- interrupt.c: 1 if they are led; then they have to be left. */
int32_t daemonctx_go_interrupts_lead(void);
void daemonctx_go_interrupts_leave(void);

#endif
