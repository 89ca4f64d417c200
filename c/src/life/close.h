/* The end of an open context. */
#ifndef DAEMONCTX_LIFE_CLOSE_H
#define DAEMONCTX_LIFE_CLOSE_H

#include "daemonctx/daemonctx.h"

/* In a forked child: the context is its parent's. Nothing is removed, every descriptor closed, handlers taken out.
 * Async-signal-safe. */
void close_in_child(daemonctx_context_t *ctx);
/* Takes the pid file out, by the library or its manager; the first error is recorded. */
daemonctx_status_t close_pidfile(daemonctx_context_t *ctx);

#endif
