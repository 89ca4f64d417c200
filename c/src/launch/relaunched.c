/*
 * A program that was started again: the constructor before its main(), and the adoption in its own open().
 * The constructor must be in one object with what open() needs: from an archive it would not be linked by itself.
 */
#include "launch/relaunched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "launch/takeover.h"
#include "life/mask.h"
#include "life/process_end.h"
#include "options/detach_required.h"
#include "plan/seal.h"
#include "report/report.h"
#include "steps/attend.h"
#include "steps/steps.h"

static daemonctx_context_t *relaunched; /* holds the launcher's plan until it is adopted; NULL: not started again */
static struct seal seal;

int32_t daemonctx_is_relaunched(void)
{
    return relaunched != NULL ? 1 : 0;
}

daemonctx_status_t daemonctx_get_inherited_state(const daemonctx_context_t *ctx, const void **ret_bytes,
                                                 size_t *ret_length)
{
    if (ctx == NULL || ret_bytes == NULL || ret_length == NULL) {
        return DAEMONCTX_ERR_ARGUMENT;
    }
    if (relaunched == NULL) {
        return DAEMONCTX_ERR_NOT_FOUND;
    }
    return daemonctx_get_state(relaunched, ret_bytes, ret_length);
}

/* ---- the constructor ---- */

static bool launcher_is_gone(void)
{
    struct pollfd event = {.fd = seal.report_out, .events = 0};
    return poll(&event, 1, 0) == 1 && (event.revents & (POLLHUP | POLLERR)) != 0;
}

/* The close-on-exec flags were taken off for the new start. 0, or an errno. */
static int restore_flags(void)
{
    int error = 0;
    for (size_t i = 0; i < seal.close_on_exec_count; i++) {
        if (fcntl(seal.close_on_exec[i], F_SETFD, FD_CLOEXEC) != 0 && errno != EBADF) {
            error = errno; /* EBADF: another thread of the launcher had closed it before it could be passed */
        }
    }
    free(seal.close_on_exec);
    seal.close_on_exec = NULL;
    return error;
}

/* What a new start changes, and the launcher's is to stay. */
static void restore_process(void)
{
    (void)os_program_rename(seal.name);
    if (!seal.dumpable) {
        (void)os_set_dumpable(false);
    }
    if (seal.preloaded) {
        environment_cut("LD_PRELOAD", seal.preload_kept);
    }
}

/* Loaded by the program itself, long after its start: too late to detach, or to close descriptors. In place the program
 * goes on, without a daemon. */
static void refuse_late(daemonctx_context_t *ctx)
{
    struct failure failure;
    failure_clear(&failure);
    failure.step = DAEMONCTX_STEP_DETACH;
    (void)failure_set(&failure, DAEMONCTX_ERR_UNSUPPORTED, DEED_RELAUNCH_CONSTRUCTOR, 0);
    (void)pidfile_remove(&ctx->plan.pidfile);
    if (seal.detach) {
        (void)report_send(ctx->plan.report_out, RECORD_FAILED, &failure, -1);
        _exit(EXIT_FAILURE);
    }
    restore_process();
    (void)restore_flags();
    plan_close_descriptors(&ctx->plan);
}

static daemonctx_status_t run_constructor_steps(daemonctx_context_t *ctx)
{
    struct failure *failure = &ctx->launch.failure;
    failure->step = DAEMONCTX_STEP_DETACH;
    int error = restore_flags();
    if (error != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_ADOPT, error);
    }
    error = process_end_register();
    if (error != 0) {
        return failure_set(failure, DAEMONCTX_ERR_MEMORY, DEED_ADOPT, error);
    }
    daemonctx_status_t status = steps_run(ctx, STEPS_CONSTRUCTOR);
    if (status == DAEMONCTX_OK && ctx->options.no_new_privs && os_set_no_new_privs() != 0) {
        /* It is a thread's, and handed on to those that it makes: now there is only one. */
        failure->step = DAEMONCTX_STEP_IDENTITY;
        return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, DEED_NO_NEW_PRIVS, errno);
    }
    return status;
}

static void begin(daemonctx_context_t *ctx)
{
    restore_process();
    relaunched = ctx;
    ctx->owner = getpid();
    ctx->state = CONTEXT_OPENING;
    ctx->launch.relaunched = true;
    ctx->launch.traced = seal.traced;
    ctx->launch.mask = seal.mask;
    ctx->launch.mask_saved = true;
    detach_required_keep(ctx->options.detach_reason);
    plan_note_relaunched(seal.generation, seal.preloaded);
    (void)context_claim(ctx);
    if (run_constructor_steps(ctx) != DAEMONCTX_OK && seal.detach) {
        end_failed(ctx, &ctx->launch.failure);
    }
    mask_restore(ctx);
}

static bool is_meant(const struct marker *marker)
{
    return marker->parent == (seal.detach ? getppid() : getpid());
}

/* Of a plan that cannot be read, all that is known is the marker. */
static bool may_be_meant(const struct marker *marker)
{
    return marker->parent == getppid() || marker->parent == getpid();
}

/* The program goes on as usual; not with all signals blocked, as a launcher has them over the new start. */
static bool decline(void)
{
    (void)pthread_sigmask(SIG_SETMASK, &seal.mask, NULL);
    return false;
}

/* True when `ctx` is in use now. */
static bool take_over(daemonctx_context_t *ctx, const struct marker *marker)
{
    struct os_object object;
    int error = seal_read(marker->sealed, marker->nonce, &seal, ctx) == 0 ? 0 : errno;
    if (error != 0 && !may_be_meant(marker)) {
        return false; /* somebody else's, or nobody's */
    }
    /* From here on there is a launcher, or may be: whatever comes of it, this program must not be started again by
     * itself. A second daemon would come of that, of which the launcher knows nothing. */
    plan_note_refused(error);
    if (error != 0) {
        (void)sigemptyset(&seal.mask); /* it is not known: as most programs start */
        return decline();
    }
    if (seal.detach && launcher_is_gone()) {
        (void)pidfile_remove(&ctx->plan.pidfile);
        _exit(EXIT_FAILURE);
    }
    if (!is_meant(marker)) {
        return decline();
    }
    (void)close(marker->sealed);
    os_own_object(&object);
    if (!object.at_start) {
        refuse_late(ctx);
        return decline();
    }
    begin(ctx);
    return true;
}

/* The plan's descriptors are not this process's to close. */
static void forget(daemonctx_context_t *ctx)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        ctx->plan.streams[i].own = false;
    }
    ctx->plan.null_fd = -1;
    ctx->plan.report_out = -1;
    ctx->plan.pidfile.fd = -1;
    free(seal.close_on_exec);
    seal.close_on_exec = NULL;
    daemonctx_free(ctx);
}

/* Another copy of the library, in the program or in another shared object, has made the plan, and is to find it. */
static bool is_anothers(const struct marker *marker)
{
    struct os_object object;
    os_own_object(&object);
    return marker->object != marker_object(object.path) && may_be_meant(marker);
}

/* The marker is taken out whatever else it says: it is for this process or for none. */
__attribute__((constructor(101))) static void on_start(void)
{
    const char *value = getenv(MARKER_VARIABLE);
    struct marker marker;
    daemonctx_context_t *ctx = NULL;
    if (value == NULL) {
        return;
    }
    bool good = marker_parse(value, &marker) && !os_program_is_secure();
    if (good && is_anothers(&marker)) {
        plan_note_refused(0); /* should nobody find it: not without end */
        return;
    }
    environment_take(MARKER_VARIABLE);
    if (!good) {
        return;
    }
    if (daemonctx_new(&ctx) != DAEMONCTX_OK) {
        plan_note_refused(ENOMEM);
    } else if (!take_over(ctx, &marker)) {
        forget(ctx);
    }
}

/* ---- the adoption ---- */

bool relaunched_is_waiting(void)
{
    return relaunched != NULL && relaunched->state == CONTEXT_OPENING && relaunched->owner == getpid();
}

void relaunched_yield(void)
{
    relaunched->state = CONTEXT_CLOSED;
    context_unclaim(relaunched);
}

static daemonctx_status_t refuse(daemonctx_context_t *ctx, daemonctx_status_t refusal)
{
    struct failure *failure = &ctx->launch.failure;
    failure->step = DAEMONCTX_STEP_PLAN;
    failure_set_text(failure, ctx->error.message);
    return failure_set(failure, refusal, DEED_ADOPT, 0);
}

/* What only this process has: the channel of its signals, its threads, its mask. */
static daemonctx_status_t prepare(daemonctx_context_t *ctx)
{
    struct failure *failure = &ctx->launch.failure;
    failure->step = DAEMONCTX_STEP_SIGNALS;
    if (events_are_needed(&ctx->options) && events_open(&ctx->events) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_ADOPT_CHANNEL, errno);
    }
    if ((ctx->plan.detach ? mask_block_all(ctx) : mask_block_mapped(ctx)) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_SIGNAL_MASK, errno);
    }
    failure->step = DAEMONCTX_STEP_IDENTITY;
    /* Where capabilities are kept, root and identity were changed before there were threads to look at. */
    if (ctx->options.capabilities == 0 && os_thread_count() != 1) {
        ctx->launch.tasks = descriptor_above_streams(os_tasks_open());
        if (ctx->launch.tasks < 0 && ctx->plan.identity.given) {
            return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, DEED_VERIFY_TASKS, errno);
        }
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t relaunched_adopt(daemonctx_context_t *ctx, daemonctx_status_t refusal)
{
    ctx->launch.role = relaunched->launch.role;
    ctx->launch.daemon_pid = relaunched->launch.daemon_pid;
    ctx->launch.preserve_room = relaunched->launch.preserve_room;
    ctx->launch.failure = relaunched->launch.failure;
    ctx->plan = relaunched->plan;
    plan_init(&relaunched->plan);
    if (ctx->launch.failure.status != DAEMONCTX_OK) {
        return ctx->launch.failure.status; /* in place, of the constructor */
    }
    if (refusal != DAEMONCTX_OK) {
        return refuse(ctx, refusal);
    }
    daemonctx_status_t status = takeover_options(ctx, relaunched, &seal);
    if (status == DAEMONCTX_OK) {
        status = prepare(ctx);
    }
    if (status != DAEMONCTX_OK) {
        return status;
    }
    if (ctx->launch.role == ROLE_IN_PLACE) {
        steps_trace_constructor(ctx);
    }
    return steps_run(ctx, STEPS_ADOPTION);
}
