/* Names of statuses and steps, and the version. Tables only, with the texts in them: a pointer would have to be
 * relocated in every process that loads the library. */
#include <stddef.h>

#include "daemonctx/daemonctx.h"

#define TEXT_OF(number) TEXT_OF_VALUE(number)
#define TEXT_OF_VALUE(number) #number

struct status_words {
    daemonctx_status_t status;
    char name[24];
    char message[60];
};

static const struct status_words statuses[] = {
    {DAEMONCTX_OK, "OK", "success"},
    {DAEMONCTX_LAUNCHED, "LAUNCHED", "this is the launcher, and the daemon runs"},
    {DAEMONCTX_TERMINATED, "TERMINATED", "a signal asked the daemon to terminate"},
    {DAEMONCTX_IDLE, "IDLE", "nothing happened within the given time"},
    {DAEMONCTX_NOT_RUNNING, "NOT_RUNNING", "no daemon holds the lock of the pid file"},
    {DAEMONCTX_ERR_ARGUMENT, "ERR_ARGUMENT", "an argument is missing or makes no sense"},
    {DAEMONCTX_ERR_RANGE, "ERR_RANGE", "a value is out of range"},
    {DAEMONCTX_ERR_STATE, "ERR_STATE", "the context is not in a state that allows this call"},
    {DAEMONCTX_ERR_MEMORY, "ERR_MEMORY", "out of memory"},
    {DAEMONCTX_ERR_SYSTEM, "ERR_SYSTEM", "a system call failed"},
    {DAEMONCTX_ERR_NOT_FOUND, "ERR_NOT_FOUND", "the user, group or value does not exist"},
    {DAEMONCTX_ERR_ALREADY_RUNNING, "ERR_ALREADY_RUNNING", "the daemon is running already"},
    {DAEMONCTX_ERR_UNSAFE_PATH, "ERR_UNSAFE_PATH", "others could tamper with the path"},
    {DAEMONCTX_ERR_PRIVILEGE, "ERR_PRIVILEGE", "the identity could not be changed with certainty"},
    {DAEMONCTX_ERR_THREADS, "ERR_THREADS", "the process has more than one thread"},
    {DAEMONCTX_ERR_TIMEOUT, "ERR_TIMEOUT", "the daemon was not ready in time"},
    {DAEMONCTX_ERR_DIED, "ERR_DIED", "the daemon ended before it was ready"},
    {DAEMONCTX_ERR_PROGRAM, "ERR_PROGRAM", "the program in the daemon reported a failure"},
    {DAEMONCTX_ERR_CALLBACK, "ERR_CALLBACK", "a hook or callback reported a failure"},
    {DAEMONCTX_ERR_UNSUPPORTED, "ERR_UNSUPPORTED", "this is not supported here"},
};

static const char steps[][20] = {
    [DAEMONCTX_STEP_NONE] = "none",
    [DAEMONCTX_STEP_PLAN] = "plan",
    [DAEMONCTX_STEP_PREPARE] = "prepare",
    [DAEMONCTX_STEP_DETACH] = "detach",
    [DAEMONCTX_STEP_FILES] = "files",
    [DAEMONCTX_STEP_PREVENT_CORE] = "prevent_core",
    [DAEMONCTX_STEP_PRIVILEGED] = "privileged",
    [DAEMONCTX_STEP_CHROOT] = "chroot",
    [DAEMONCTX_STEP_IDENTITY] = "identity",
    [DAEMONCTX_STEP_NOT_DUMPABLE] = "not_dumpable",
    [DAEMONCTX_STEP_WORKING_DIRECTORY] = "working_directory",
    [DAEMONCTX_STEP_UMASK] = "umask",
    [DAEMONCTX_STEP_SIGNALS] = "signals",
    [DAEMONCTX_STEP_STREAMS] = "streams",
    [DAEMONCTX_STEP_PIDFILE] = "pidfile",
    [DAEMONCTX_STEP_OPEN] = "open",
    [DAEMONCTX_STEP_CLOSE_AT_EXIT] = "close_at_exit",
    [DAEMONCTX_STEP_REPORT] = "report",
};

static const struct status_words *words_of(daemonctx_status_t status)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].status == status) {
            return &statuses[i];
        }
    }
    return NULL;
}

const char *daemonctx_status_name(daemonctx_status_t status)
{
    const struct status_words *words = words_of(status);
    return words == NULL ? "UNKNOWN" : words->name;
}

const char *daemonctx_status_message(daemonctx_status_t status)
{
    const struct status_words *words = words_of(status);
    return words == NULL ? "unknown status" : words->message;
}

const char *daemonctx_step_name(daemonctx_step_t step)
{
    return step < sizeof(steps) / sizeof(steps[0]) ? steps[step] : "unknown";
}

uint32_t daemonctx_version(void)
{
    return DAEMONCTX_VERSION_MAJOR * 10000U + DAEMONCTX_VERSION_MINOR * 100U + DAEMONCTX_VERSION_PATCH;
}

const char *daemonctx_version_string(void)
{
    return TEXT_OF(DAEMONCTX_VERSION_MAJOR) "." TEXT_OF(DAEMONCTX_VERSION_MINOR) "." TEXT_OF(DAEMONCTX_VERSION_PATCH);
}
