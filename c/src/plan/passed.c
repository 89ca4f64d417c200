/* The descriptors that a program that is started again gets: none of them may be closed on the way. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"

/* A number that the program keeps, and had not opened, may be one of these by now. */
static bool is_launchers_own(const daemonctx_context_t *ctx, int fd)
{
    const struct os_event *channel = &ctx->events.channel;
    return fd == ctx->plan.report_in || fd == ctx->plan.signal_watch || fd == ctx->plan.relaunch.program ||
           fd == channel->read_fd || fd == channel->write_fd;
}

static void pass(int fd, void *data)
{
    daemonctx_context_t *ctx = data;
    struct relaunch *relaunch = &ctx->plan.relaunch;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 && errno != EBADF) {
        relaunch->passing_error = errno;
    }
    if (flags < 0 || is_launchers_own(ctx, fd)) {
        return;
    }
    relaunch->passed[relaunch->passed_count++] = fd;
    if ((flags & FD_CLOEXEC) != 0 && fd != relaunch->sealed) { /* the sealed plan is closed as soon as it was read */
        relaunch->close_on_exec[relaunch->close_on_exec_count++] = fd;
    }
}

/* What the program keeps, the streams as they are, and the library's own; some of them twice. */
bool plan_passed(daemonctx_context_t *ctx)
{
    struct plan *plan = &ctx->plan;
    struct relaunch *relaunch = &plan->relaunch;
    size_t room = plan->keep.capacity + 2 * (size_t)STREAM_COUNT;
    relaunch->passed = calloc(room, sizeof(*relaunch->passed));
    relaunch->close_on_exec = calloc(room, sizeof(*relaunch->close_on_exec));
    if (relaunch->passed == NULL || relaunch->close_on_exec == NULL) {
        return false;
    }
    for (int i = 0; i < STREAM_COUNT; i++) {
        pass(i, ctx);
    }
    for (size_t i = 0; i < plan->keep.count; i++) {
        if (plan->keep.fds[i] > STDERR_FILENO) {
            pass(plan->keep.fds[i], ctx);
        }
    }
    plan_each_descriptor(plan, pass, ctx);
    pass(relaunch->sealed, ctx);
    errno = relaunch->passing_error;
    return relaunch->passing_error == 0;
}
