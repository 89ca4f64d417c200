/* The sentences for failures that travelled as numbers. Made by the launcher (in place: by the process itself), after
 * the report. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "context.h"

enum subject {
    SUBJECT_NOTHING,
    SUBJECT_CHROOT_DIRECTORY,
    SUBJECT_WORKING_DIRECTORY,
    SUBJECT_PIDFILE,
    SUBJECT_UID,
    SUBJECT_GID,
    SUBJECT_IDENTITY,
    SUBJECT_NUMBER,
    SUBJECT_SIGNAL,
    SUBJECT_DEATH
};

/* The words as they are, one behind the other, and where each begins: pointers would have to be relocated in every
 * process that loads the library. */
struct words {
#define DEED(name, subject, text) char name[sizeof(text)];
#include "deeds.h"
#undef DEED
};

static const struct words words = {
#define DEED(name, subject, text) text,
#include "deeds.h"
#undef DEED
};

static const struct {
    uint16_t begin;
    uint8_t subject;
} deeds[] = {
#define DEED(name, subject, text) {offsetof(struct words, name), SUBJECT_##subject},
#include "deeds.h"
#undef DEED
};

/* A sentence under construction: everything that does not fit is cut. */
struct sentence {
    char *buffer;
    size_t size;
    size_t used;
};

static void add_bytes(struct sentence *sentence, const char *bytes, size_t length)
{
    size_t room = sentence->size - sentence->used - 1;
    length = length > room ? room : length;
    memcpy(sentence->buffer + sentence->used, bytes, length);
    sentence->used += length;
    sentence->buffer[sentence->used] = '\0';
}

static void add(struct sentence *sentence, const char *text)
{
    add_bytes(sentence, text, strlen(text));
}

static void add_number(struct sentence *sentence, long long number)
{
    char digits[32];
    (void)snprintf(digits, sizeof(digits), "%lld", number);
    add(sentence, digits);
}

static void add_quoted(struct sentence *sentence, const char *name)
{
    add(sentence, "'");
    add(sentence, name == NULL ? "" : name);
    add(sentence, "'");
}

static void add_named(struct sentence *sentence, const char *by_name, const char *by_id, const char *name, uint32_t id)
{
    add(sentence, name != NULL ? by_name : by_id);
    if (name != NULL) {
        add_quoted(sentence, name);
    } else {
        add_number(sentence, id);
    }
}

static void add_identity(struct sentence *sentence, const daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    add_named(sentence, "user ", "uid ", options->user.name, ctx->plan.identity.uid);
    add_named(sentence, ", group ", ", gid ", options->group.name, ctx->plan.identity.gid);
}

static void add_signal(struct sentence *sentence, int32_t signum)
{
    add(sentence, "signal ");
    add_number(sentence, signum);
    add(sentence, " (");
    add(sentence, strsignal(signum));
    add(sentence, ")");
}

static void add_death(struct sentence *sentence, const struct failure *failure)
{
    if (failure->signal >= 0) {
        add(sentence, ": killed by ");
        add_signal(sentence, failure->signal);
    } else if (failure->exit_code >= 0) {
        add(sentence, ": exit status ");
        add_number(sentence, failure->exit_code);
    }
}

static void add_subject(struct sentence *sentence, const daemonctx_context_t *ctx, const struct failure *failure,
                        enum subject subject)
{
    const struct plan *plan = &ctx->plan;
    switch (subject) {
    case SUBJECT_CHROOT_DIRECTORY:
        add_quoted(sentence, plan->chroot_directory);
        break;
    case SUBJECT_WORKING_DIRECTORY:
        add_quoted(sentence, plan->working_directory);
        break;
    case SUBJECT_PIDFILE:
        add_quoted(sentence, plan->pidfile.path);
        break;
    case SUBJECT_UID:
        add_number(sentence, plan->identity.uid);
        break;
    case SUBJECT_GID:
        add_number(sentence, plan->identity.gid);
        break;
    case SUBJECT_IDENTITY:
        add_identity(sentence, ctx);
        break;
    case SUBJECT_NUMBER:
        add_number(sentence, failure->number);
        break;
    case SUBJECT_SIGNAL:
        add_signal(sentence, failure->signal);
        break;
    case SUBJECT_DEATH:
        add_death(sentence, failure);
        break;
    case SUBJECT_NOTHING:
        break;
    }
}

/* "WORDS with their subject: errno's text". What a signal did, or a process's end, no errno explains. */
static void add_deed(struct sentence *sentence, const daemonctx_context_t *ctx, const struct failure *failure)
{
    enum subject subject = deeds[failure->deed].subject;
    const char *text = (const char *)&words + deeds[failure->deed].begin;
    const char *place = strchrnul(text, '%');
    add_bytes(sentence, text, (size_t)(place - text));
    if (*place != '\0') {
        add_subject(sentence, ctx, failure, subject);
        add(sentence, place + 1);
    }
    if (failure->error != 0 && subject != SUBJECT_SIGNAL && subject != SUBJECT_DEATH) {
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
    } else {
        add_deed(&sentence, ctx, failure);
    }
    if (failure->survivor != 0) {
        add(&sentence, "; process ");
        add_number(&sentence, failure->survivor);
        add(&sentence, " could not be ended");
    }
    return failure->status;
}
