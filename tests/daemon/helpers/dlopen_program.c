/*
 * dlopen_program LIBRARY PIDFILE WHAT METHOD: a program that has the library by dlopen alone. It becomes a daemon, lets
 * the library go, with the context open (WHAT "open") or after its end ("closed"), tells the result of dlclose, and
 * obeys `exit` and its leash (PROTOCOL.md).
 */
#include <daemonctx/daemonctx.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_CHANNEL = 250, DAEMONS_CHANNEL = 251, CHANNELS = 6, EXIT_STATUS = 7, LEASH_STATUS = 99 };

static void *library;

static void *find(const char *name)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return symbol;
}

/* The type is that of the declared function, the address the loaded one's. */
#define FOUND(name) ((__typeof__(&daemonctx_##name))find("daemonctx_" #name))

static void on_hangup(daemonctx_context_t *context, int32_t signum, void *user_data)
{
    (void)context;
    (void)signum;
    (void)user_data;
}

static void become_daemon(const char *pidfile, int closed, uint32_t method)
{
    daemonctx_context_t *context = NULL;
    int32_t channels[CHANNELS];
    for (int32_t i = 0; i < CHANNELS; i++) {
        channels[i] = FIRST_CHANNEL + i;
    }
    if (FOUND(new)(&context) != DAEMONCTX_OK ||
        FOUND(set_files_preserve)(context, channels, CHANNELS) != DAEMONCTX_OK ||
        FOUND(set_pidfile)(context, pidfile) != DAEMONCTX_OK ||
        FOUND(set_detach_process)(context, DAEMONCTX_DETACH_PROCESS_YES) != DAEMONCTX_OK ||
        FOUND(set_detach_method)(context, method) != DAEMONCTX_OK ||
        FOUND(set_signal_handler)(context, 1, on_hangup, NULL) != DAEMONCTX_OK ||
        FOUND(open)(context) != DAEMONCTX_OK) {
        exit(3);
    }
    if (closed) {
        FOUND(free)(context);
    }
}

int main(int argc, char **argv)
{
    char command[64];
    char report[128];
    library = argc == 5 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) {
        return 2;
    }
    become_daemon(argv[2], strcmp(argv[3], "closed") == 0,
                  strcmp(argv[4], "reexec") == 0 ? DAEMONCTX_DETACH_METHOD_REEXEC : DAEMONCTX_DETACH_METHOD_FORK);
    if (dlclose(library) != 0) {
        return 4;
    }
    const int length = snprintf(report, sizeof report, "opened status=0 pid=%d", (int)getpid());
    if (send(DAEMONS_CHANNEL, report, (size_t)length, MSG_NOSIGNAL) < 0 ||
        read(DAEMONS_CHANNEL, command, sizeof command) <= 0) {
        _exit(LEASH_STATUS);
    }
    return EXIT_STATUS; /* whatever was asked: it is `exit` */
}
