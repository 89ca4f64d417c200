/* Starting the program again: all that the new start needs is gathered here, while nothing has changed yet. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "context.h"
#include "plan/plan.h"
#include "plan/seal.h"

enum {
    GENERATIONS_MAX = 64, /* of programs that open, close and open again: not without end */
    READ_SIZE = 4096,
    PRELOAD_ENTRIES = 2 /* the marker, and LD_PRELOAD where there was none */
};

#define PRELOAD_VARIABLE "LD_PRELOAD"

static uint32_t own_generation;
static bool own_preloaded;
static bool own_refused;
static int own_refusal;

void plan_note_relaunched(uint32_t generation, bool preloaded)
{
    own_generation = generation;
    own_preloaded = preloaded;
    own_refused = false;
}

void plan_note_refused(int error)
{
    own_refused = true;
    own_refusal = error;
}

static daemonctx_status_t refuse(daemonctx_context_t *ctx, const char *reason)
{
    return error_set(ctx, DAEMONCTX_ERR_UNSUPPORTED, DAEMONCTX_STEP_PLAN, 0, "cannot start the program again: %s",
                     reason);
}

static daemonctx_status_t fail(daemonctx_context_t *ctx, const char *what)
{
    return error_set(ctx, errno == ENOMEM ? DAEMONCTX_ERR_MEMORY : DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, errno,
                     "cannot start the program again: cannot %s", what);
}

/* The dynamic linker parts the list at these. */
static bool is_listable(const char *path)
{
    return path[0] == '/' && strpbrk(path, " :") == NULL && access(path, R_OK) == 0;
}

/* Where the library came with the program it will come again; where it was loaded later on it has to be preloaded. */
static bool is_to_preload(const struct os_object *object)
{
    return object->path != NULL && (!object->at_start || own_preloaded);
}

static daemonctx_status_t check(daemonctx_context_t *ctx)
{
    const struct options *options = &ctx->options;
    struct os_object object;
    if (os_program_is_secure()) {
        return refuse(ctx, "it runs with more rights than its caller (set-user-id, set-group-id or capabilities)");
    }
    if (geteuid() != getuid() || getegid() != getgid()) {
        return refuse(ctx, "its effective user or group is not its real one, as in a set-user-id program");
    }
    if (own_refused && own_refusal != 0) {
        return error_set(ctx, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PLAN, own_refusal,
                         "cannot start the program again: it was started again already, and its launcher's plan could "
                         "not be read");
    }
    if (own_refused) {
        return refuse(ctx, "it was started again already, in a way in which the library could not take part; link "
                           "the library, or load it at the program's start");
    }
    if (own_generation >= GENERATIONS_MAX) {
        return refuse(ctx, "it was started again 64 times, each by the one before");
    }
    os_own_object(&object);
    if (is_to_preload(&object) && !is_listable(object.path)) {
        return error_set(ctx, DAEMONCTX_ERR_UNSUPPORTED, DAEMONCTX_STEP_PLAN, 0,
                         "cannot start the program again: the library was loaded from '%s', and cannot be preloaded "
                         "from there; link the library, or load it by an absolute path without space and colon",
                         object.path);
    }
    if (options->capabilities != 0 && options->hooks[HOOK_PRIVILEGED].fn != NULL) {
        return refuse(ctx, "capabilities are kept by changing the identity before main(), when there is no privileged "
                           "hook to call yet");
    }
    return DAEMONCTX_OK;
}

/* As the kernel has them: getopt() reorders the array, not the text. */
static bool read_text(int fd, char **ret_text, size_t *ret_size)
{
    size_t room = 0;
    *ret_size = 0;
    for (;;) {
        if (room - *ret_size < READ_SIZE) {
            room = room == 0 ? 2 * (size_t)READ_SIZE : room * 2;
            char *larger = realloc(*ret_text, room + 1);
            if (larger == NULL) {
                return false;
            }
            *ret_text = larger;
        }
        ssize_t got = read(fd, *ret_text + *ret_size, room - *ret_size);
        if (got == 0) {
            (*ret_text)[*ret_size] = '\0';
            return true;
        }
        if (got < 0 && errno != EINTR) {
            return false;
        }
        *ret_size += got < 0 ? 0 : (size_t)got;
    }
}

static bool split_arguments(struct relaunch *relaunch, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += relaunch->arguments_text[i] == '\0' ? 1 : 0;
    }
    relaunch->arguments = calloc(count + 2, sizeof(*relaunch->arguments));
    if (relaunch->arguments == NULL) {
        return false;
    }
    char *at = relaunch->arguments_text;
    for (size_t i = 0; at < relaunch->arguments_text + size; i++) {
        relaunch->arguments[i] = at;
        at += strlen(at) + 1;
    }
    return true;
}

static daemonctx_status_t plan_arguments(daemonctx_context_t *ctx)
{
    struct relaunch *relaunch = &ctx->plan.relaunch;
    size_t size = 0;
    int fd = os_program_open_arguments();
    bool done = fd >= 0 && read_text(fd, &relaunch->arguments_text, &size) && split_arguments(relaunch, size);
    int error = errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    errno = error;
    return done ? DAEMONCTX_OK : fail(ctx, "read its arguments in /proc/self/cmdline");
}

static bool plan_preload(struct relaunch *relaunch, struct seal *seal)
{
    struct os_object object;
    os_own_object(&object);
    if (!is_to_preload(&object)) {
        return true;
    }
    const char *present = getenv(PRELOAD_VARIABLE);
    size_t kept = present == NULL ? 0 : strlen(present);
    size_t size = sizeof(PRELOAD_VARIABLE) + kept + 1 + strlen(object.path) + 1;
    relaunch->preload = malloc(size);
    if (relaunch->preload == NULL) {
        return false;
    }
    (void)snprintf(relaunch->preload, size, "%s=%s%s%s", PRELOAD_VARIABLE, kept == 0 ? "" : present,
                   kept == 0 ? "" : ":", object.path);
    seal->preloaded = true;
    seal->preload_kept = (uint32_t)kept;
    return true;
}

static bool is_variable(const char *entry, const char *name)
{
    size_t length = strlen(name);
    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

/* The program's own entries, in their order; the marker last. */
static bool plan_environment(struct relaunch *relaunch, struct seal *seal)
{
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) {
        count++;
    }
    relaunch->marker = calloc(1, MARKER_TEXT_SIZE);
    relaunch->environment = calloc(count + PRELOAD_ENTRIES + 1, sizeof(*relaunch->environment));
    if (relaunch->marker == NULL || relaunch->environment == NULL || !plan_preload(relaunch, seal)) {
        return false;
    }
    size_t used = 0;
    for (size_t i = 0; i < count && environ[i] != NULL; i++) {
        bool replaced = relaunch->preload != NULL && is_variable(environ[i], PRELOAD_VARIABLE);
        if (!replaced && !is_variable(environ[i], MARKER_VARIABLE)) {
            relaunch->environment[used++] = environ[i];
        }
    }
    if (relaunch->preload != NULL) {
        relaunch->environment[used++] = relaunch->preload;
    }
    relaunch->environment[used] = relaunch->marker;
    return true;
}

static bool seal_plan(daemonctx_context_t *ctx, struct seal *seal)
{
    struct relaunch *relaunch = &ctx->plan.relaunch;
    struct marker marker = {.sealed = relaunch->sealed, .parent = getpid()};
    struct os_object object;
    const struct options *options = &ctx->options;
    seal->generation = own_generation + 1;
    seal->detach = ctx->plan.detach;
    seal->traced = options->trace != NULL;
    seal->managed = options->pidfile_enter.fn != NULL;
    seal->dumpable = os_is_dumpable();
    seal->report_out = ctx->plan.report_out;
    seal->close_on_exec = relaunch->close_on_exec;
    seal->close_on_exec_count = relaunch->close_on_exec_count;
    int error = pthread_sigmask(SIG_SETMASK, NULL, &seal->mask);
    if (error != 0) {
        errno = error;
        return false;
    }
    if (os_program_name(seal->name) != 0 || os_random(seal->nonce, sizeof(seal->nonce)) != 0) {
        return false;
    }
    memcpy(marker.nonce, seal->nonce, sizeof(marker.nonce));
    os_own_object(&object);
    marker.object = marker_object(object.path);
    marker_write(relaunch->marker, &marker);
    return seal_write(ctx, seal, relaunch->sealed) == 0;
}

static daemonctx_status_t gather(daemonctx_context_t *ctx)
{
    struct relaunch *relaunch = &ctx->plan.relaunch;
    struct seal seal;
    memset(&seal, 0, sizeof(seal));
    daemonctx_status_t status = plan_arguments(ctx);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    relaunch->sealed = descriptor_above_streams(os_sealable_open("daemonctx"));
    ctx->plan.stacks = ctx->plan.detach ? os_stacks_map() : NULL;
    if (relaunch->sealed < 0 || (ctx->plan.detach && ctx->plan.stacks == NULL) || !plan_environment(relaunch, &seal) ||
        !plan_passed(ctx) || !seal_plan(ctx, &seal)) {
        return fail(ctx, "seal the plan");
    }
    return DAEMONCTX_OK;
}

/* Early: whether it can be done at all. */
daemonctx_status_t plan_program(daemonctx_context_t *ctx)
{
    struct relaunch *relaunch = &ctx->plan.relaunch;
    /* In place one thread can go on as it is. */
    relaunch->needed =
        ctx->options.detach_method == DAEMONCTX_DETACH_METHOD_REEXEC && (ctx->plan.detach || os_thread_count() != 1);
    if (!relaunch->needed) {
        return DAEMONCTX_OK;
    }
    daemonctx_status_t status = check(ctx);
    if (status != DAEMONCTX_OK) {
        return status;
    }
    relaunch->program = descriptor_above_streams(os_program_open());
    return relaunch->program < 0 ? fail(ctx, "find its executable by /proc/self/exe") : DAEMONCTX_OK;
}

daemonctx_status_t plan_relaunch(daemonctx_context_t *ctx)
{
    return ctx->plan.relaunch.needed && !ctx->plan.dry ? gather(ctx) : DAEMONCTX_OK;
}

void plan_release_relaunch(struct relaunch *relaunch)
{
    free(relaunch->arguments_text);
    free(relaunch->arguments);
    free(relaunch->environment);
    free(relaunch->marker);
    free(relaunch->preload);
    free(relaunch->passed);
    free(relaunch->close_on_exec);
}
