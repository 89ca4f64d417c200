/* The sentences for failures that travelled as numbers. Made by the launcher (in place: by the process itself), after
 * the report. */
#include <stdio.h>
#include <string.h>

#include "context.h"

enum subject {
    SUBJECT_NONE,
    SUBJECT_CHROOT_DIRECTORY,
    SUBJECT_WORKING_DIRECTORY,
    SUBJECT_PIDFILE,
    SUBJECT_UID,
    SUBJECT_GID,
    SUBJECT_IDENTITY,
    SUBJECT_NUMBER
};

/* "TEXT 'SUBJECT'TAIL: errno's text". */
struct words {
    const char *text;
    enum subject subject;
    const char *tail; /* NULL: none */
};

static const struct words deeds[DEED_COUNT] = {
    [DEED_HOOK_PREPARE] = {"the prepare hook refused to go on: it returned", SUBJECT_NUMBER, NULL},
    [DEED_HOOK_LAUNCHER] = {"the launcher hook refused to go on: it returned", SUBJECT_NUMBER, NULL},
    [DEED_HOOK_DAEMON] = {"the daemon hook refused to go on: it returned", SUBJECT_NUMBER, NULL},
    [DEED_HOOK_PRIVILEGED] = {"the privileged hook refused to go on: it returned", SUBJECT_NUMBER, NULL},
    [DEED_PIDFILE_ENTER] = {"the pid-file manager could not be entered: its callback returned", SUBJECT_NUMBER, NULL},
    [DEED_PIDFILE_EXIT] = {"the pid-file manager could not be left: its callback returned", SUBJECT_NUMBER, NULL},
    [DEED_PROGRAM] = {"the daemon reported that it cannot start, without a reason", SUBJECT_NONE, NULL},
    [DEED_TIMEOUT] = {"the daemon was not ready within", SUBJECT_NUMBER, " ms"},
    [DEED_COUNT_THREADS] =
        {"cannot find out whether the process has other threads (neither unshare() nor /proc works here)", SUBJECT_NONE,
         NULL},
    [DEED_THREADS] = {"cannot become a daemon with", SUBJECT_NUMBER, " threads running: all but one would be lost"},
    [DEED_FLUSH] = {"cannot write out the text that the program's streams hold", SUBJECT_NONE, NULL},
    [DEED_FORK] = {"cannot fork", SUBJECT_NONE, NULL},
    [DEED_FORK_AGAIN] = {"cannot fork a second time", SUBJECT_NONE, NULL},
    [DEED_SETSID] = {"cannot start a new session", SUBJECT_NONE, NULL},
    [DEED_RELAUNCH] = {"cannot start the program again", SUBJECT_NONE, NULL},
    [DEED_RELAUNCH_CONSTRUCTOR] = {"the program that was started again loads the library too late to take part in its "
                                   "own start; link the library, or load it when the program starts",
                                   SUBJECT_NONE, NULL},
    [DEED_HELLO] = {"the program that was started again did not load the library within", SUBJECT_NUMBER,
                    " ms of its start"},
    [DEED_ADOPT] = {"the program that was started again cannot take over its launcher's plan", SUBJECT_NONE, NULL},
    [DEED_ADOPT_HANDLER] = {"the program that was started again has set no handler for signal", SUBJECT_NUMBER,
                            ", for which its launcher had one"},
    [DEED_ADOPT_MANAGER] = {"the program that was started again has set no pid-file manager, as its launcher had",
                            SUBJECT_NONE, NULL},
    [DEED_ADOPT_CHANNEL] = {"cannot make the signal channel", SUBJECT_NONE, NULL},
    [DEED_VERIFY_TASKS] = {"not all threads of the process have the identity that was set", SUBJECT_NONE, NULL},
    [DEED_WAIT] = {"cannot wait for the daemon's report", SUBJECT_NONE, NULL},
    [DEED_CLOSE_DESCRIPTORS] = {"cannot close the descriptors that are not preserved", SUBJECT_NONE, NULL},
    [DEED_CORE_LIMIT] = {"cannot set the core-file limit to 0", SUBJECT_NONE, NULL},
    [DEED_NOT_DUMPABLE] = {"cannot make the process not dumpable", SUBJECT_NONE, NULL},
    [DEED_CHROOT_ENTER] = {"cannot enter chroot directory", SUBJECT_CHROOT_DIRECTORY, NULL},
    [DEED_CHROOT] = {"cannot change root to", SUBJECT_CHROOT_DIRECTORY, NULL},
    [DEED_CHROOT_ROOT] = {"cannot enter the root of", SUBJECT_CHROOT_DIRECTORY, NULL},
    [DEED_CHROOT_DIRECTORIES] = {"cannot close the directory descriptors that lead out of", SUBJECT_CHROOT_DIRECTORY,
                                 NULL},
    [DEED_GROUPS] = {"cannot set the supplementary groups of", SUBJECT_IDENTITY, NULL},
    [DEED_GID] = {"cannot change gid to", SUBJECT_GID, NULL},
    [DEED_UID] = {"cannot change uid to", SUBJECT_UID, NULL},
    [DEED_VERIFY_GROUPS] = {"the supplementary groups are not the ones that were set", SUBJECT_NONE, NULL},
    [DEED_VERIFY_GID] = {"the real, effective and saved gid are not all", SUBJECT_GID, NULL},
    [DEED_VERIFY_UID] = {"the real, effective and saved uid are not all", SUBJECT_UID, NULL},
    [DEED_VERIFY_REGAIN] = {"the process could take its former identity back after changing uid to", SUBJECT_UID, NULL},
    [DEED_CAPABILITIES] = {"cannot keep the capabilities", SUBJECT_NONE, NULL},
    [DEED_VERIFY_CAPABILITIES] = {"the capabilities are not exactly the ones to keep", SUBJECT_NONE, NULL},
    [DEED_NO_NEW_PRIVS] = {"cannot set no_new_privs", SUBJECT_NONE, NULL},
    [DEED_WORKING_DIRECTORY] = {"cannot change directory to", SUBJECT_WORKING_DIRECTORY, NULL},
    [DEED_SIGNAL] = {"cannot set the action of signal", SUBJECT_NUMBER, NULL},
    [DEED_SIGNAL_MASK] = {"cannot set the signal mask", SUBJECT_NONE, NULL},
    [DEED_STREAM_STDIN] = {"cannot switch stdin", SUBJECT_NONE, NULL},
    [DEED_STREAM_STDOUT] = {"cannot switch stdout", SUBJECT_NONE, NULL},
    [DEED_STREAM_STDERR] = {"cannot switch stderr", SUBJECT_NONE, NULL},
    [DEED_PIDFILE_WRITE] = {"cannot write pid file", SUBJECT_PIDFILE, NULL},
    [DEED_PIDFILE_ATTEST] = {"cannot lock pid file", SUBJECT_PIDFILE, NULL},
    [DEED_PIDFILE_REMOVE] = {"cannot remove pid file", SUBJECT_PIDFILE, NULL},
    [DEED_REPORT] = {"cannot report to the launcher", SUBJECT_NONE, NULL},
};

/* A sentence under construction: everything that does not fit is cut. */
struct sentence {
    char *buffer;
    size_t size;
    size_t used;
};

static void add(struct sentence *sentence, const char *text)
{
    size_t room = sentence->size - sentence->used - 1;
    size_t length = strlen(text);
    length = length > room ? room : length;
    memcpy(sentence->buffer + sentence->used, text, length);
    sentence->used += length;
    sentence->buffer[sentence->used] = '\0';
}

static void add_number(struct sentence *sentence, long long number)
{
    char digits[32];
    (void)snprintf(digits, sizeof(digits), "%lld", number);
    add(sentence, digits);
}

static void add_path(struct sentence *sentence, const char *path)
{
    add(sentence, " '");
    add(sentence, path == NULL ? "" : path);
    add(sentence, "'");
}

static void add_named(struct sentence *sentence, const char *by_name, const char *by_id, const char *name, uint32_t id)
{
    add(sentence, name != NULL ? by_name : by_id);
    if (name != NULL) {
        add_path(sentence, name);
    } else {
        add(sentence, " ");
        add_number(sentence, id);
    }
}

static void add_identity(struct sentence *sentence, const daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    add_named(sentence, " user", " uid", options->user.name, ctx->plan.identity.uid);
    add_named(sentence, ", group", ", gid", options->group.name, ctx->plan.identity.gid);
}

static void add_subject(struct sentence *sentence, const daemonctx_context_t *ctx, enum subject subject, int32_t number)
{
    const struct plan *plan = &ctx->plan;
    switch (subject) {
    case SUBJECT_CHROOT_DIRECTORY:
        add_path(sentence, plan->chroot_directory);
        break;
    case SUBJECT_WORKING_DIRECTORY:
        add_path(sentence, plan->working_directory);
        break;
    case SUBJECT_PIDFILE:
        add_path(sentence, plan->pidfile.path);
        break;
    case SUBJECT_UID:
        add(sentence, " ");
        add_number(sentence, plan->identity.uid);
        break;
    case SUBJECT_GID:
        add(sentence, " ");
        add_number(sentence, plan->identity.gid);
        break;
    case SUBJECT_IDENTITY:
        add_identity(sentence, ctx);
        break;
    case SUBJECT_NUMBER:
        add(sentence, " ");
        add_number(sentence, number);
        break;
    case SUBJECT_NONE:
        break;
    }
}

static void add_signal(struct sentence *sentence, int32_t signum)
{
    add(sentence, "signal ");
    add_number(sentence, signum);
    add(sentence, " (");
    add(sentence, strsignal(signum));
    add(sentence, ")");
}

static void say_death(struct sentence *sentence, const struct failure *failure)
{
    add(sentence, failure->deed == DEED_DIED_CLOSED ? "the daemon closed its context" : "the daemon ended");
    add(sentence, " before it was ready");
    if (failure->signal >= 0) {
        add(sentence, ": killed by ");
        add_signal(sentence, failure->signal);
    } else if (failure->exit_code >= 0) {
        add(sentence, ": exit status ");
        add_number(sentence, failure->exit_code);
    }
}

static void say_interrupted(struct sentence *sentence, const struct failure *failure)
{
    add(sentence, "the launch was interrupted by ");
    add_signal(sentence, failure->signal);
}

static void say_deed(struct sentence *sentence, const daemonctx_context_t *ctx, const struct failure *failure)
{
    const struct words *words = &deeds[failure->deed];
    add(sentence, words->text == NULL ? "the launch failed" : words->text);
    add_subject(sentence, ctx, words->subject, failure->number);
    add(sentence, words->tail == NULL ? "" : words->tail);
    if (failure->error != 0) {
        char buffer[128];
        add(sentence, ": ");
        add(sentence, error_text(failure->error, buffer, sizeof(buffer)));
    }
}

daemonctx_status_t error_from_failure(daemonctx_context_t *ctx, const struct failure *failure)
{
    struct error *error = &ctx->error;
    struct sentence sentence = {error->message, sizeof(error->message), 0};
    error_clear(error);
    error->status = failure->status;
    error->step = failure->step;
    error->error = failure->error;
    error->pid = failure->pid;
    error->exit_code = failure->exit_code;
    error->signal = failure->signal;
    if (failure->text[0] != '\0') {    /* not its length: another user may have written the record */
        add(&sentence, failure->text); /* the program's own words say it best */
    } else if (failure->deed == DEED_DIED || failure->deed == DEED_DIED_CLOSED) {
        say_death(&sentence, failure);
    } else if (failure->deed == DEED_INTERRUPTED) {
        say_interrupted(&sentence, failure);
    } else {
        say_deed(&sentence, ctx, failure);
    }
    if (failure->survivor != 0) {
        add(&sentence, "; process ");
        add_number(&sentence, failure->survivor);
        add(&sentence, " could not be ended");
    }
    return failure->status;
}
