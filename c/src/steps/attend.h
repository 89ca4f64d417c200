/* The ends of the two processes of a launch that do not return from open(). */
#ifndef DAEMONCTX_STEPS_ATTEND_H
#define DAEMONCTX_STEPS_ATTEND_H

#include <sys/types.h>

#include "error.h"
#include "os/os.h"
#include "plan/plan.h"

/* The intermediate's rest of life: it tells how the daemon ended, should that be before the launch is over. */
_Noreturn void attend_daemon(daemonctx_context_t *ctx, pid_t daemon);
/* The same for one that shares the launcher's memory (os.h). */
struct os_attendance attended_by(const struct plan *plan);
/* The end of a process of the launch that failed: what it holds is given back, the launcher told. */
_Noreturn void end_failed(daemonctx_context_t *ctx, const struct failure *failure);

#endif
