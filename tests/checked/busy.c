/* See busy.h: allocating, looking up, printing and loading, without a pause. */
#include "busy.h"

#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 16, KINDS = 4, BYTES = 3000 };

static pthread_t running[MOST];
static int running_count;
static atomic_bool ending;

static void *allocate(void *unused)
{
    (void)unused;
    while (!ending) {
        free(realloc(malloc(BYTES), 2 * BYTES));
    }
    return NULL;
}

static void *look_up(void *unused)
{
    (void)unused;
    while (!ending) {
        (void)getpwnam("root");
    }
    return NULL;
}

static void *print(void *unused)
{
    FILE *nowhere = fopen("/dev/null", "we");
    (void)unused;
    while (!ending && nowhere != NULL) {
        (void)fprintf(nowhere, "%s %d\n", "text", BYTES);
        (void)fflush(nowhere);
        (void)printf("%s", ""); /* stdout's lock, too */
    }
    if (nowhere != NULL) {
        (void)fclose(nowhere);
    }
    return NULL;
}

static void *load(void *unused)
{
    (void)unused;
    while (!ending) {
        void *library = dlopen("libm.so.6", RTLD_NOW);
        if (library != NULL) {
            (void)dlsym(library, "cos");
            (void)dlclose(library);
        }
        (void)setlocale(LC_ALL, "C");
    }
    return NULL;
}

void busy_start(int count)
{
    static void *(*const kinds[KINDS])(void *) = {allocate, look_up, print, load};
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the main thread's */
    for (int i = 0; i < count && i < MOST; i++) {
        running_count += pthread_create(&running[running_count], NULL, kinds[i % KINDS], NULL) == 0;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void busy_end(void)
{
    ending = true;
    while (running_count > 0) {
        (void)pthread_join(running[--running_count], NULL);
    }
}
