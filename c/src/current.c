/* Which context is the process's current one. At most one is being opened or open. */
#include <stddef.h>
#include <unistd.h>

#include "context.h"

static _Atomic(daemonctx_context_t *) current = NULL;

daemonctx_context_t *context_current(void)
{
    return current;
}

bool context_claim(daemonctx_context_t *ctx)
{
    daemonctx_context_t *none = NULL;
    return atomic_compare_exchange_strong(&current, &none, ctx) || none == ctx;
}

void context_unclaim(daemonctx_context_t *ctx)
{
    (void)atomic_compare_exchange_strong(&current, &ctx, NULL);
}

bool context_is_open(const daemonctx_context_t *ctx)
{
    return ctx->state == CONTEXT_OPEN && ctx->owner == getpid();
}
