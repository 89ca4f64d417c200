/* A user's program: becomes a daemon, and gets one byte back from it. */
#include <daemonctx/daemonctx.h>

#include <stdio.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte = 0;
    daemonctx_context_t *ctx = NULL;
    if (pipe(ends) != 0 || daemonctx_new(&ctx) != DAEMONCTX_OK) {
        return 1;
    }
    daemonctx_set_files_preserve(ctx, &(int32_t){ends[1]}, 1);
    daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_YES);

    daemonctx_status_t status = daemonctx_launch(ctx);
    if (status == DAEMONCTX_OK) {
        ssize_t written = write(ends[1], "d", 1);
        daemonctx_free(ctx);
        return written == 1 ? 0 : 1;
    }
    if (status != DAEMONCTX_LAUNCHED) {
        fprintf(stderr, "%s\n", daemonctx_error_message(ctx));
        return 1;
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) != 1 || byte != 'd' || daemonctx_daemon_pid(ctx) <= 0) {
        fputs("the daemon did not answer\n", stderr);
        return 1;
    }
    printf("daemonctx %s: daemon %d answered\n", daemonctx_version_string(), (int)daemonctx_daemon_pid(ctx));
    daemonctx_free(ctx);
    close(ends[0]);
    return 0;
}
