/* prevent_core: no core file, and not dumpable, for a piped core_pattern does not look at the limit. */
#include <errno.h>
#include <sys/resource.h>

#include "context.h"
#include "os/os.h"
#include "steps/steps.h"

static daemonctx_status_t make_not_dumpable(struct failure *failure)
{
    return os_set_dumpable(false) == 0 ? DAEMONCTX_OK
                                       : failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_NOT_DUMPABLE, errno);
}

daemonctx_status_t step_prevent_core(daemonctx_context_t *ctx, struct failure *failure)
{
    if (!ctx->options.prevent_core) {
        return DAEMONCTX_OK;
    }
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CORE_LIMIT, errno);
    }
    return make_not_dumpable(failure);
}

/* Once more: the kernel resets it to its own default when the identity changes. */
daemonctx_status_t step_not_dumpable(daemonctx_context_t *ctx, struct failure *failure)
{
    return ctx->options.prevent_core ? make_not_dumpable(failure) : DAEMONCTX_OK;
}
