/* Making the plan, in an order in which what is cheap and harmless to refuse comes first; undoing and releasing it. */
#include "plan/plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"

void plan_init(struct plan *plan)
{
    memset(plan, 0, sizeof(*plan));
    for (int i = 0; i < STREAM_COUNT; i++) {
        plan->streams[i].source = -1;
    }
    plan->null_fd = -1;
    plan->pidfile.fd = -1;
    plan->report_in = -1;
    plan->report_out = -1;
    plan->signal_watch = -1;
    plan->relaunch.program = -1;
    plan->relaunch.sealed = -1;
}

static bool decide_detach(const struct options *options)
{
    switch (options->detach_process) {
    case DAEMONCTX_DETACH_PROCESS_NO:
        return false;
    case DAEMONCTX_DETACH_PROCESS_YES:
        return true;
    default:
        return options->detach_reason == DAEMONCTX_DETACH_REASON_REQUIRED;
    }
}

typedef daemonctx_status_t (*plan_part_fn)(daemonctx_context_t *ctx);

daemonctx_status_t plan_make(daemonctx_context_t *ctx, bool dry)
{
    /* Descriptors first: once the plan opens its own, a closed number that was named could be taken for one of them.
     * The pid file behind them: it is the one part that changes a file which is there already. The new start last: it
     * seals what all others have planned. */
    static const plan_part_fn parts[] = {plan_descriptors, plan_directories, plan_identity, plan_capabilities,
                                         plan_program,     plan_channels,    plan_streams,  plan_pidfile,
                                         plan_relaunch,    plan_copy};
    plan_init(&ctx->plan);
    ctx->plan.dry = dry;
    ctx->plan.detach = decide_detach(&ctx->options);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        daemonctx_status_t status = parts[i](ctx);
        if (status != DAEMONCTX_OK) {
            plan_undo(&ctx->plan);
            return status;
        }
    }
    return DAEMONCTX_OK;
}

void plan_undo(struct plan *plan)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (plan->streams[i].created) {
            (void)unlink(plan->streams[i].path);
        }
    }
    (void)pidfile_remove(&plan->pidfile);
    plan_release(plan);
}

void plan_close_descriptors(struct plan *plan)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (plan->streams[i].own) {
            descriptor_close(&plan->streams[i].source);
        }
    }
    descriptor_close(&plan->null_fd);
    descriptor_close(&plan->report_in);
    descriptor_close(&plan->report_out);
    descriptor_close(&plan->signal_watch);
    descriptor_close(&plan->pidfile.fd);
    descriptor_close(&plan->relaunch.program);
    descriptor_close(&plan->relaunch.sealed);
}

void plan_each_descriptor(struct plan *plan, void (*fn)(int fd, void *data), void *data)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (plan->streams[i].source >= 0) {
            fn(plan->streams[i].source, data);
        }
    }
    const int own[] = {plan->null_fd, plan->report_out, plan->pidfile.fd};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (own[i] >= 0) {
            fn(own[i], data);
        }
    }
}

void plan_release(struct plan *plan)
{
    plan_close_descriptors(plan);
    for (int i = 0; i < STREAM_COUNT; i++) {
        free(plan->streams[i].path);
    }
    free(plan->chroot_directory);
    free(plan->working_directory);
    free(plan->identity.groups);
    free(plan->pidfile.path);
    descriptor_set_free(&plan->keep);
    plan_release_relaunch(&plan->relaunch);
    plan_release_stacks(plan);
    plan_init(plan);
}

char *plan_absolute_path(const char *path)
{
    if (path[0] == '/') {
        return strdup(path);
    }
    char *directory = getcwd(NULL, 0);
    if (directory == NULL) {
        return NULL;
    }
    size_t head = strlen(directory);
    size_t tail = strlen(path);
    char *joined = malloc(head + 1 + tail + 1);
    if (joined != NULL) {
        memcpy(joined, directory, head);
        joined[head] = '/';
        memcpy(joined + head + 1, path, tail + 1);
    }
    free(directory);
    return joined;
}
