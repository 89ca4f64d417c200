/* The defaults of all options, and giving their memory back. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "options/detach_required.h"
#include "options/options.h"
#include "options/signal_map.h"

enum { READY_TIMEOUT_DEFAULT_MS = 90000 };

void options_init(struct options *options)
{
    memset(options, 0, sizeof(*options));
    options->detach_process = DAEMONCTX_DETACH_PROCESS_AUTO;
    options->detach_reason = detach_required_reason();
    options->prevent_core = 1;
    options->ready_timeout_ms = READY_TIMEOUT_DEFAULT_MS;
    options->close_at_exit = 1;
    signal_map_init(options);
}

static void identity_free(struct identity_option *identity)
{
    free(identity->name);
}

void options_free(struct options *options)
{
    free(options->files_preserve);
    free(options->chroot_directory);
    free(options->working_directory);
    free(options->pidfile);
    identity_free(&options->user);
    identity_free(&options->group);
    free(options->groups);
    free(options->state);
    for (int i = 0; i < STREAM_COUNT; i++) {
        free(options->streams[i].path);
    }
}
