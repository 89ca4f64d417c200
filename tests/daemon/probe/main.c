/* main.c: the probe's arguments are commands; after them it obeys its channel. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (again_replay()) {
        return commands_obey(context_channel());
    }
    const char *channel = getenv("DAEMONCTX_PROBE_CHANNEL");
    context_set_channel(channel != NULL ? (int)value_number(channel) : 0);
    if (channel != NULL) {
        event_send(context_channel(), "started", "pid", getpid());
    }
    for (int i = 1; i < argc; i++) {
        char *command = strdup(argv[i]);
        if (command == NULL) {
            return 1;
        }
        command_run(command, context_channel(), true);
        free(command);
    }
    return commands_obey(context_channel());
}
