/* chroot_directory: entered first and then made the root, so that nothing of the old root is left open or current. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "os/os.h"
#include "steps/steps.h"

/* A directory descriptor is a way out: fchdir() leads to where it was opened. */
static void close_directory(int fd, void *data)
{
    struct stat status;
    if (fd == *(const int *)data) {
        return; /* the list of threads: it is closed as soon as they are seen to have changed */
    }
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        (void)close(fd);
    }
}

daemonctx_status_t step_chroot(daemonctx_context_t *ctx, struct failure *failure)
{
    if (ctx->plan.chroot_directory == NULL) {
        return DAEMONCTX_OK;
    }
    if (os_each_descriptor(close_directory, &ctx->launch.tasks) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CHROOT_DIRECTORIES, errno);
    }
    if (chdir(ctx->plan.chroot_directory) != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CHROOT_ENTER, errno);
    }
    if (chroot(".") != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CHROOT, errno);
    }
    if (chdir("/") != 0) {
        return failure_set(failure, DAEMONCTX_ERR_SYSTEM, DEED_CHROOT_ROOT, errno);
    }
    return DAEMONCTX_OK;
}
