/*
 * forge_marker HOW PROGRAM ARGUMENT...: makes a plan as a launcher does, in place, and executes another program with
 * its marker, for the copy of the library in FORGED_FOR (none: in the program itself): `right`, `twice`, or wrong in
 * one way. Linked with the library's inner parts.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "context.h"
#include "plan/marker.h"

enum { FIRST_CHANNEL = 250, CHANNELS = 6, SEALED_MAX = 1 << 16 };

static void demand(int good, const char *what)
{
    if (!good) {
        perror(what);
        _exit(2);
    }
}

static void *wait_for_ever(void *unused)
{
    for (;;) {
        (void)pause(); /* the C library changes ids in all threads by a signal, which ends a pause */
    }
    return unused;
}

static daemonctx_context_t *planned(void)
{
    daemonctx_context_t *ctx = NULL;
    pthread_t thread;
    int32_t channels[CHANNELS];
    for (int32_t i = 0; i < CHANNELS; i++) {
        channels[i] = FIRST_CHANNEL + i;
    }
    demand(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0, "thread"); /* else no new start is needed */
    demand(daemonctx_new(&ctx) == DAEMONCTX_OK, "new");
    demand(daemonctx_set_files_preserve(ctx, channels, CHANNELS) == DAEMONCTX_OK, "files_preserve");
    demand(daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_NO) == DAEMONCTX_OK, "detach_process");
    demand(daemonctx_set_detach_method(ctx, DAEMONCTX_DETACH_METHOD_REEXEC) == DAEMONCTX_OK, "detach_method");
    demand(plan_make(ctx, false) == DAEMONCTX_OK, daemonctx_error_message(ctx));
    return ctx;
}

/* The sealed plan again, in another file under the same number: changed, cut, or not sealed. */
static void replace(int sealed, const char *how)
{
    static char bytes[SEALED_MAX];
    ssize_t size = pread(sealed, bytes, sizeof bytes, 0);
    int other = os_sealable_open("forged");
    demand(size > 64 && other >= 0, "sealed plan");
    char *version = memmem(bytes, (size_t)size, " form ", 6);
    demand(version != NULL, "version");
    if (strcmp(how, "version") == 0) {
        version[6] = '9';
    }
    size = strcmp(how, "cut") == 0 ? size / 2 : size;
    demand(write(other, bytes, (size_t)size) == size, "write");
    demand(strcmp(how, "unsealed") == 0 || os_seal(other) == 0, "seal");
    demand(dup2(other, sealed) == sealed, "dup2");
}

static void make_it_for(char *text, const char *library)
{
    struct marker marker;
    demand(marker_parse(strchr(text, '=') + 1, &marker), "marker");
    marker.object = marker_object(library);
    marker_write(text, &marker);
}

/* Behind the marker another entry of that name. */
static void name_it_twice(struct relaunch *relaunch)
{
    static char another[] = MARKER_VARIABLE "=another";
    size_t count = 0;
    while (relaunch->environment[count] != NULL) {
        count++;
    }
    relaunch->environment = realloc(relaunch->environment, (count + 2) * sizeof *relaunch->environment);
    demand(relaunch->environment != NULL, "environment");
    relaunch->environment[count] = another;
    relaunch->environment[count + 1] = NULL;
}

int main(int argc, char **argv)
{
    demand(argc > 2, "usage: forge_marker HOW PROGRAM ARGUMENT...");
    (void)prctl(PR_SET_NAME, "the-launcher", 0, 0, 0);
    const char *how = argv[1];
    daemonctx_context_t *ctx = planned();
    struct relaunch *relaunch = &ctx->plan.relaunch;
    make_it_for(relaunch->marker, getenv("FORGED_FOR"));
    char *last = strrchr(relaunch->marker, '.') - 1; /* of the nonce */
    if (strcmp(how, "parent") == 0) {
        marker_set_parent(relaunch->marker, 1);
    } else if (strcmp(how, "nonce") == 0) {
        *last = *last == '0' ? '1' : '0';
    } else if (strcmp(how, "twice") == 0) {
        name_it_twice(relaunch);
    } else if (strcmp(how, "right") != 0) {
        replace(relaunch->sealed, how);
    }
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    for (size_t i = 0; i < relaunch->passed_count; i++) {
        (void)fcntl(relaunch->passed[i], F_SETFD, 0);
    }
    (void)execve(argv[2], argv + 2, relaunch->environment);
    perror(argv[2]);
    return 2;
}
