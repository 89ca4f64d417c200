/* Error detail: what failed, as numbers that travel between processes, and the sentence made of them. */
#ifndef DAEMONCTX_ERROR_H
#define DAEMONCTX_ERROR_H

#include <stdint.h>

#include "daemonctx/daemonctx.h"

enum {
    FAILURE_TEXT_MAX = 2048, /* bytes of a text given to notify_failed(), without the NUL */
    ERROR_MESSAGE_SIZE = 8192
};

/* One for each line of the list, which has its words too. */
enum deed {
#define DEED(name, subject, text) DEED_##name,
#include "deeds.h"
#undef DEED
    DEED_COUNT
};

/* One failure. It is sent as it is from the daemon to the launcher, so it holds no pointer. */
struct failure {
    daemonctx_status_t status;
    daemonctx_step_t step;
    uint32_t deed;
    int32_t error; /* errno, or 0 */
    int32_t pid;
    int32_t exit_code; /* -1: not known */
    int32_t signal;    /* -1: not known */
    int32_t number;    /* the hook's result, the signal, the count of threads: whatever the deed's words need */
    int32_t survivor;  /* the daemon that the launcher was not allowed to end, or 0 */
    uint32_t text_length;
    char text[FAILURE_TEXT_MAX + 1];
};

/* The detail that the accessors give out. */
struct error {
    daemonctx_status_t status;
    daemonctx_step_t step;
    int32_t error;
    int32_t pid;
    int32_t exit_code;
    int32_t signal;
    char message[ERROR_MESSAGE_SIZE];
};

void failure_clear(struct failure *failure);
/* Notes status, deed and errno; returns the status, so that a step can end with it. */
daemonctx_status_t failure_set(struct failure *failure, daemonctx_status_t status, enum deed deed, int error);
/* Copies at most FAILURE_TEXT_MAX bytes of `text`, cut between characters. */
void failure_set_text(struct failure *failure, const char *text);

void error_clear(struct error *error);
/* Records a refusal or a failed plan in the context and returns `status`. The sentence is made here, in full. */
daemonctx_status_t error_set(daemonctx_context_t *ctx, daemonctx_status_t status, daemonctx_step_t step, int error,
                             const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Records a failure that travelled, with its sentence, and returns its status. */
daemonctx_status_t error_from_failure(daemonctx_context_t *ctx, const struct failure *failure);
/* The words for an errno, in `buffer`. */
const char *error_text(int error, char *buffer, size_t size);

#endif
