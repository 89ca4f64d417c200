/*
 * events in_place|detached: a daemon whose threads call, all at once, what any thread may call: terminate(),
 * is_terminating(), notify_ready(), notify_failed(); signals come in every thread, and terminate() is called in their
 * handlers too. The main thread waits for events until it is told to end. A number of getters and setters of another
 * context run beside.
 */
#include <daemonctx/daemonctx.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 300, THREADS = 6, WAIT_MS = 10000, SECONDS_TO_LIVE = 50, LOG_FD = 2 };

static daemonctx_context_t *ctx;
static atomic_int handled; /* events of one signal may be taken together */
static atomic_int finished;

static void demand(int good, const char *sentence)
{
    if (!good) {
        (void)!write(LOG_FD, sentence, strlen(sentence));
        (void)!write(LOG_FD, "\n", 1);
        _exit(1);
    }
}

static void on_deferred(daemonctx_context_t *which, int32_t signum, void *user_data)
{
    (void)user_data;
    demand(which == ctx && signum == SIGUSR1, "the handler is called for its signal");
    handled++;
}

static void on_async(int signum)
{
    (void)signum;
    demand(daemonctx_terminate(ctx, SIGTERM) == DAEMONCTX_OK, "terminate() in a signal handler");
}

/* Everything but the end. */
static void *call(void *number)
{
    const int own = *(const int *)number;
    for (int i = 0; i < ROUNDS; i++) {
        int32_t signum = 0;
        demand(daemonctx_is_terminating(ctx, &signum) == 0, "nobody has asked for the end yet");
        demand(daemonctx_is_open(ctx) == 1, "the context is open");
        (void)pthread_kill(pthread_self(), SIGUSR1);
        daemonctx_status_t status = own % 2 == 0 ? daemonctx_notify_ready(ctx) : daemonctx_notify_failed(NULL, 1, "no");
        demand(status == (own % 2 == 0 ? DAEMONCTX_OK : DAEMONCTX_ERR_ARGUMENT), "readiness can be told by any thread");
    }
    finished++;
    return NULL;
}

/* The end, by three ways at once, and what is asked meanwhile. */
static void *finish(void *number)
{
    int32_t signum = 0;
    switch (*(const int *)number % 3) {
    case 0:
        demand(daemonctx_terminate(ctx, SIGTERM) == DAEMONCTX_OK, "terminate() in a thread");
        break;
    case 1:
        (void)pthread_kill(pthread_self(), SIGTERM);
        break;
    default:
        (void)pthread_kill(pthread_self(), SIGUSR2); /* its handler calls terminate() */
    }
    while (daemonctx_is_terminating(ctx, &signum) != 1) {
    }
    demand(signum == SIGTERM, "the signal is told");
    finished++;
    return NULL;
}

static void run_threads(void *(*run)(void *))
{
    static int numbers[THREADS];
    static pthread_t threads[THREADS];
    daemonctx_status_t status = DAEMONCTX_OK;
    finished = 0;
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        demand(pthread_create(&threads[i], NULL, run, &numbers[i]) == 0, "a thread");
    }
    do {
        status = daemonctx_wait_events(ctx, run == finish ? WAIT_MS : 0);
        demand(status >= DAEMONCTX_OK, "waiting");
    } while (run == finish ? status != DAEMONCTX_TERMINATED : finished < THREADS);
    for (int i = 0; i < THREADS; i++) {
        demand(pthread_join(threads[i], NULL) == 0, "its end");
    }
}

int main(int count, char **arguments)
{
    int in_place = count > 1 && strcmp(arguments[1], "in_place") == 0;
    demand(daemonctx_new(&ctx) == DAEMONCTX_OK, "a context");
    (void)daemonctx_set_detach_process(ctx, in_place ? DAEMONCTX_DETACH_PROCESS_NO : DAEMONCTX_DETACH_PROCESS_YES);
    (void)daemonctx_set_ready_mode(ctx, DAEMONCTX_READY_MODE_MANUAL);
    (void)daemonctx_set_signal_handler(ctx, SIGUSR1, on_deferred, NULL);
    (void)daemonctx_set_signal_async_handler(ctx, SIGUSR2, on_async);
    (void)daemonctx_set_stderr_inherit(ctx);
    if (daemonctx_open(ctx) != DAEMONCTX_OK) {
        (void)fprintf(stderr, "%s\n", daemonctx_error_message(ctx));
        return 1;
    }
    (void)alarm(SECONDS_TO_LIVE); /* nothing outlives the test */
    run_threads(call);
    run_threads(finish);
    demand(handled > 0, "the deferred handler was called");
    demand(daemonctx_close(ctx) == DAEMONCTX_OK, "the context can be closed");
    daemonctx_free(ctx);
    return 0;
}
