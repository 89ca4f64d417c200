/* again.c: a probe that is started again, by re-exec, does once more what a new start undoes: options, handlers,
 * threads; then it opens. What it inherits (descriptors, directory, umask, limits, ids) is not done twice. */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const repeated[] = {"context",  "free",       "sigaction", "atexit",        "atfork",
                                       "threads",  "workers",    "signal_fd", "read_thread",   "epoll_add",
                                       "preserve", "epoll_wait", "allocate",  "storm_prepare", "is_terminating"};

static char *history; /* one command a line */
static size_t length;

static bool is_repeated(const char *text)
{
    const size_t word = strcspn(text, " ");
    if (memchr(text, '=', word) != NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof repeated / sizeof repeated[0]; i++) {
        if (strlen(repeated[i]) == word && strncmp(repeated[i], text, word) == 0) {
            return true;
        }
    }
    return false;
}

void again_note(const char *text)
{
    const size_t size = strlen(text);
    if (!is_repeated(text)) {
        return;
    }
    char *longer = realloc(history, length + size + 2);
    if (longer == NULL) {
        return;
    }
    history = longer;
    memcpy(history + length, text, size);
    history[length + size] = '\n';
    history[length + size + 1] = '\0';
    length += size + 1;
}

/* Before the opening call: what the second run has to know. */
daemonctx_status_t again_hand_over(daemonctx_context_t *context, const struct again *again)
{
    uint32_t method = 0;
    if (daemonctx_get_detach_method(context, &method) != DAEMONCTX_OK || method != DAEMONCTX_DETACH_METHOD_REEXEC) {
        return DAEMONCTX_OK;
    }
    char *text = NULL;
    const int size = asprintf(&text, "%d %d %d %s\n%s", (int)again->caller, again->channel, again->daemons_channel,
                              again->call, history == NULL ? "" : history);
    const daemonctx_status_t status =
        size < 0 ? DAEMONCTX_ERR_MEMORY : daemonctx_set_state(context, text, (size_t)size + 1);
    free(text);
    return status;
}

/* In the second run: everything noted, and then the opening call. */
static void replay(char *text)
{
    struct again again = {0};
    int caller = 0;
    char call[16] = "";
    char *line = strsep(&text, "\n");
    if (sscanf(line, "%d %d %d %15s", &caller, &again.channel, &again.daemons_channel, call) != 4) {
        _exit(PROBE_LEASH_STATUS);
    }
    again.caller = caller;
    again.call = call;
    context_set_channel(again.channel);
    while ((line = strsep(&text, "\n")) != NULL) {
        if (line[0] != '\0') {
            command_run(line, PROBE_NOWHERE, true); /* answered already */
        }
    }
    context_open_again(&again);
}

bool again_replay(void)
{
    const void *bytes = NULL;
    size_t size = 0;
    daemonctx_context_t *context = NULL;
    if (!daemonctx_is_relaunched() || daemonctx_new(&context) != DAEMONCTX_OK) {
        return false;
    }
    char *text = daemonctx_get_inherited_state(context, &bytes, &size) == DAEMONCTX_OK ? strndup(bytes, size) : NULL;
    daemonctx_free(context);
    if (text == NULL) {
        _exit(PROBE_LEASH_STATUS);
    }
    replay(text);
    free(text);
    return true;
}
