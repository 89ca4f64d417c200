/*
 * daemonctx.c fork|reexec|in_place: this library, by its public interface alone.
 */
#include <daemonctx/daemonctx.h>
#include <string.h>

#include "contender.h"

static int32_t note_plan(daemonctx_context_t *ctx, void *user_data)
{
    (void)ctx, (void)user_data;
    contender_planned();
    return 0;
}

int main(int argc, char **argv)
{
    static struct preserved preserved;
    const char *how = argc == 2 ? argv[1] : "";
    const int is_again = daemonctx_is_relaunched();
    daemonctx_context_t *ctx = NULL;

    if (is_again) {
        contender_prepare_again();
    } else {
        contender_prepare(&preserved);
    }
    if (daemonctx_new(&ctx) != DAEMONCTX_OK) {
        contender_failed("out of memory");
    }
    if (strcmp(how, "fork") == 0) {
        daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_FORK);
    } else if (strcmp(how, "reexec") == 0) {
        daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_REEXEC);
    } else if (strcmp(how, "in_place") != 0) {
        contender_failed("usage: daemonctx fork|reexec|in_place");
    }
    daemonctx_set_detach_process(ctx, strcmp(how, "in_place") == 0 ? DAEMONCTX_DETACH_PROCESS_NO
                                                                   : DAEMONCTX_DETACH_PROCESS_YES);
    daemonctx_set_prepare_hook(ctx, note_plan, NULL);
    if (!is_again && preserved.count > 0) { /* of a second run the launcher's list counts */
        daemonctx_set_files_preserve(ctx, preserved.fds, preserved.count);
    }

    if (!is_again) {
        contender_called();
    }
    if (daemonctx_open(ctx) != DAEMONCTX_OK) {
        contender_failed(daemonctx_error_message(ctx));
    }
    contender_first();
}
