/* The descriptors that the program named: looked at before the plan opens any of its own. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "context.h"
#include "options/detach_required.h"
#include "plan/plan.h"

enum {
    PRESERVE_ROOM = 64, /* for daemonctx_preserve() in the hooks */
    OWN_ROOM = 16       /* more than the library itself ever keeps */
};

static bool is_directory(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

static daemonctx_status_t refuse_directory(daemonctx_context_t *ctx, const char *option, int fd)
{
    return error_set(ctx, DAEMONCTX_ERR_ARGUMENT, DAEMONCTX_STEP_PLAN, 0,
                     "%s: descriptor %d is a directory, and would lead out of chroot_directory '%s'", option, fd,
                     ctx->options.chroot_directory);
}

static daemonctx_status_t check_preserved(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    for (size_t i = 0; options->chroot_directory != NULL && i < options->files_preserve_count; i++) {
        if (is_directory(options->files_preserve[i])) {
            return refuse_directory(ctx, option_name(OPTION_FILES_PRESERVE), options->files_preserve[i]);
        }
    }
    return DAEMONCTX_OK;
}

static daemonctx_status_t check_streams(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    for (int i = 0; i < STREAM_COUNT; i++) {
        const struct stream_option *stream = &options->streams[i];
        const char *name = option_name((enum option)((int)OPTION_STDIN + i));
        bool given = stream->kind == DAEMONCTX_STREAM_KIND_FD;
        int fd = given ? stream->fd : i;
        if (!given && stream->kind != DAEMONCTX_STREAM_KIND_INHERIT) {
            continue;
        }
        if (given && fcntl(fd, F_GETFD) < 0) {
            return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno, "%s: cannot use descriptor %d",
                             name, fd);
        }
        if (options->chroot_directory != NULL && is_directory(fd)) {
            return refuse_directory(ctx, name, fd);
        }
    }
    return DAEMONCTX_OK;
}

/* Inherited, or left at the default while the program preserves that very number: then it is the program's, not ours.
 */
static void note_staying_streams(daemonctx_context_t *ctx)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        uint32_t kind = ctx->options.streams[i].kind;
        bool wanted = kind == DAEMONCTX_STREAM_KIND_INHERIT ||
                      (kind == DAEMONCTX_STREAM_KIND_NULL && descriptor_set_has(&ctx->plan.keep, i));
        ctx->plan.streams[i].stays = wanted && fcntl(i, F_GETFD) >= 0;
    }
}

static daemonctx_status_t reserve_keep(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    struct descriptor_set *keep = &ctx->plan.keep;
    /* A process that detaches is not the one that they were passed to any more. */
    int passed = ctx->plan.detach ? 0 : detach_passed_descriptors();
    if (!descriptor_set_reserve(keep, options->files_preserve_count + (size_t)passed + PRESERVE_ROOM + OWN_ROOM)) {
        return error_set(ctx, DAEMONCTX_ERR_MEMORY, DAEMONCTX_STEP_PLAN, ENOMEM, "cannot plan the launch");
    }
    descriptor_set_fill(keep, options->files_preserve, options->files_preserve_count);
    for (int i = 0; i < passed; i++) {
        (void)descriptor_set_add(keep, DETACH_PASSED_FIRST + i);
    }
    ctx->launch.preserve_room = PRESERVE_ROOM;
    return DAEMONCTX_OK;
}

daemonctx_status_t plan_descriptors(daemonctx_context_t *ctx)
{
    daemonctx_status_t status = check_preserved(ctx);
    if (status == DAEMONCTX_OK) {
        status = check_streams(ctx);
    }
    if (status == DAEMONCTX_OK) {
        status = reserve_keep(ctx);
    }
    if (status == DAEMONCTX_OK) {
        note_staying_streams(ctx);
    }
    return status;
}
