/* The signal mask over a launch. */
#ifndef DAEMONCTX_LIFE_MASK_H
#define DAEMONCTX_LIFE_MASK_H

#include "daemonctx/daemonctx.h"

/*
 * The caller's signal mask: saved and everything blocked; in a hook of the daemon; given back. Only what saves it can
 * fail, -1 and errno: where a sandbox forbids to change the mask, that is met here, before anything is done.
 */
int mask_block_all(daemonctx_context_t *ctx);
int mask_block_mapped(daemonctx_context_t *ctx);
void mask_for_hook(daemonctx_context_t *ctx);
void mask_for_waiting(daemonctx_context_t *ctx);
void mask_restore(daemonctx_context_t *ctx);
/* The open daemon's: mapped signals unblocked. */
void mask_for_daemon(daemonctx_context_t *ctx);

#endif
