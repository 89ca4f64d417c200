/* inetd_service.c: a service that inetd starts; it becomes a daemon, and tells before and after it what it is.
 *
 * To standard output: "before required=N reason=N pid=N", then "after status=N pid=N", or "failed MESSAGE". It ends
 * when its input ends. */
#include <daemonctx/daemonctx.h>

#include <stdio.h>
#include <unistd.h>

int main(void)
{
    daemonctx_context_t *context = NULL;
    uint32_t reason = 99;
    char discarded[64];
    const int32_t required = daemonctx_is_detach_required(&reason);
    printf("before required=%d reason=%u pid=%ld\n", (int)required, (unsigned)reason, (long)getpid());
    fflush(stdout);
    if (daemonctx_new(&context) != DAEMONCTX_OK) {
        return 1;
    }
    daemonctx_set_stdin_inherit(context);
    daemonctx_set_stdout_inherit(context);
    const daemonctx_status_t status = daemonctx_open(context);
    if (status < 0) {
        printf("failed %s\n", daemonctx_error_message(context));
    } else {
        printf("after status=%d pid=%ld\n", (int)status, (long)getpid());
    }
    fflush(stdout);
    while (read(STDIN_FILENO, discarded, sizeof discarded) > 0) {
    }
    daemonctx_free(context);
    return 0;
}
