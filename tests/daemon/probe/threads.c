/* threads.c: commands that start threads which work, block or use contexts of their own, and that end them. */
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORKERS = 16, ROUNDS = 1000 };

static pthread_t workers[MOST_WORKERS];
static int worker_count;
static atomic_bool workers_end;

/* Allocates without a pause, so that a fork finds the allocator's locks taken at any moment. */
static void *allocate_in_thread(void *unused)
{
    (void)unused;
    for (size_t size = 1; !atomic_load(&workers_end); size = size % 4096 + 7) {
        char *bytes = malloc(size);
        if (bytes != NULL) {
            memset(bytes, 1, size);
        }
        free(bytes);
    }
    return NULL;
}

static void *read_in_thread(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)getc(stdin);
}

/* With every signal blocked: they are the main thread's. */
static int start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errno = pthread_create(thread, NULL, run, argument);
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return error == 0 ? 0 : -1;
}

/* workers COUNT: threads that allocate until end_workers. */
static void command_workers(const struct command *command)
{
    int result = 0;
    atomic_store(&workers_end, false);
    for (int64_t i = 0; i < value_number(command->words[1]) && worker_count < MOST_WORKERS && result == 0; i++) {
        result = start(&workers[worker_count], allocate_in_thread, NULL);
        worker_count += result == 0;
    }
    answer_result(command, result);
}

static void command_end_workers(const struct command *command)
{
    atomic_store(&workers_end, true);
    while (worker_count > 0) {
        pthread_join(workers[--worker_count], NULL);
    }
    answer_result(command, 0);
}

/* read_thread: a thread that waits in getc(stdin), with the stream's lock; answers when it has the lock. */
static void command_read_thread(const struct command *command)
{
    pthread_t thread;
    if (start(&thread, read_in_thread, NULL) < 0) {
        answer_error(command, errno);
        return;
    }
    while (ftrylockfile(stdin) == 0) {
        funlockfile(stdin);
        sched_yield();
    }
    answer_result(command, 0);
}

/* allocate COUNT: value=1 when that many blocks could be had, written and given back, large and small ones. Answers
 * always. */
static void command_allocate(const struct command *command)
{
    static struct line line;
    bool good = true;
    for (int64_t i = 0; i < value_number(command->words[1]) && good; i++) {
        const size_t size = (size_t)(i * 37 % 200000 + 1);
        char *bytes = malloc(size);
        good = bytes != NULL;
        if (good) {
            memset(bytes, 2, size);
        }
        free(bytes);
    }
    line_start(&line, "ok");
    line_number(&line, "value", good);
    line_send(&line, command->channel);
}

/* Options, getters, a refusal and a check of a context of its own; how often something was not as it should be. */
static void *use_context(void *number)
{
    const uint32_t own = (uint32_t)(uintptr_t)number;
    uintptr_t wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        daemonctx_context_t *context = NULL;
        char path[64];
        char digits[16];
        const char *stored = NULL;
        uint32_t mask = 0;
        snprintf(path, sizeof path, "/dev/null/%u", own);
        snprintf(digits, sizeof digits, "%u", own);
        bool good = daemonctx_new(&context) == DAEMONCTX_OK && daemonctx_set_umask(context, own) == DAEMONCTX_OK &&
                    daemonctx_set_working_directory(context, path) == DAEMONCTX_OK &&
                    daemonctx_get_umask(context, &mask) == DAEMONCTX_OK && mask == own &&
                    daemonctx_get_working_directory(context, &stored) == DAEMONCTX_OK && strcmp(stored, path) == 0;
        good = good && daemonctx_set_umask(context, own + 01000) == DAEMONCTX_ERR_RANGE &&
               daemonctx_error_status(context) == DAEMONCTX_ERR_RANGE &&
               daemonctx_set_umask(context, own) == DAEMONCTX_OK &&
               daemonctx_set_stdin_path(context, path) == DAEMONCTX_OK &&
               daemonctx_check(context) == DAEMONCTX_ERR_SYSTEM && daemonctx_error_errno(context) == ENOTDIR &&
               strstr(daemonctx_error_message(context), digits) != NULL;
        daemonctx_free(context);
        wrong += !good;
    }
    return (void *)wrong;
}

/* contexts_in_threads COUNT: value= how often a thread found its own context disturbed. */
static void command_contexts_in_threads(const struct command *command)
{
    const int64_t count = value_number(command->words[1]);
    pthread_t threads[MOST_WORKERS];
    uintptr_t wrong = 0;
    for (int64_t i = 0; i < count && i < MOST_WORKERS; i++) {
        if (start(&threads[i], use_context, (void *)(uintptr_t)(100 + i)) < 0) {
            answer_error(command, errno);
            return;
        }
    }
    for (int64_t i = 0; i < count && i < MOST_WORKERS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        wrong += (uintptr_t)result;
    }
    answer_number(command, "value", (int64_t)wrong);
}

const struct command_entry thread_commands[] = {
    {"workers", command_workers, 1, 1},
    {"end_workers", command_end_workers, 0, 0},
    {"read_thread", command_read_thread, 0, 0},
    {"allocate", command_allocate, 1, 1},
    {"contexts_in_threads", command_contexts_in_threads, 1, 1},
    {NULL, NULL, 0, 0},
};
