/*
 * contender.c: the conditions, the time stamps and the end of a contender in C.
 */
#include "contender.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "page.h"

enum { LIFE_SECONDS = 120, MIB = 1 << 20, THREAD_STACK = 64 << 10 };

static struct page *page; /* NULL: nobody measures, as under callgrind */
static int is_counted;    /* a run for counting: times mean nothing in it, so that marks may cost something */

static long number(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void *wait_for_ever(void *unused)
{
    for (;;) {
        pause();
    }
    return unused;
}

static void find_page(void)
{
    const char *path = getenv("DAEMONCTX_BENCH_PAGE");
    is_counted = number("DAEMONCTX_BENCH_COUNTED") != 0;
    if (path == NULL) {
        return;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        die(path);
    }
    void *mapped = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        die("mmap");
    }
    close(fd);
    page = mapped;
}

static void have_memory(long mib)
{
    if (mib <= 0) {
        return;
    }
    size_t size = (size_t)mib * MIB;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        die("mmap");
    }
    /* Where huge pages come unasked, a table of them is 512 times as short: the figures would not compare. */
    (void)madvise(memory, size, MADV_NOHUGEPAGE);
    for (size_t at = 0; at < size; at += 4096) {
        memory[at] = 1;
    }
}

static void have_threads(long count)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    for (long i = 1; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, wait_for_ever, NULL) != 0) {
            die("pthread_create");
        }
    }
}

static void have_preserved(struct preserved *preserved, long count)
{
    preserved->count = 0;
    for (long i = 0; i < count && i < PRESERVED_MAX; i++) {
        int kept = open("/dev/null", O_RDWR | O_CLOEXEC);
        int between = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (kept < 0 || between < 0) {
            die("/dev/null");
        }
        preserved->fds[preserved->count++] = kept;
    }
}

void contender_prepare(struct preserved *preserved)
{
    find_page();
    have_memory(number("DAEMONCTX_BENCH_MEMORY_MIB"));
    have_preserved(preserved, number("DAEMONCTX_BENCH_PRESERVED"));
    have_threads(number("DAEMONCTX_BENCH_THREADS"));
}

void contender_prepare_again(void)
{
    find_page();
}

void contender_called(void)
{
    if (page == NULL) {
        return;
    }
    page->slot[PAGE_FAULTS_BEFORE] = faults();
    if (is_counted) {
        page->slot[PAGE_COUNTING] = 1;
        (void)access("/daemonctx-bench/called", F_OK);
    }
    page->slot[PAGE_CALLED] = now();
}

void contender_planned(void)
{
    if (page != NULL) {
        page->slot[PAGE_PLANNED] = 1;
    }
}

void contender_first(void)
{
    int64_t first = now();
    if (page == NULL) {
        _exit(EXIT_SUCCESS);
    }
    if (is_counted) {
        (void)access("/daemonctx-bench/first", F_OK);
        page->slot[PAGE_COUNTING] = 0;
    }
    page->slot[PAGE_FIRST] = first;
    page->slot[PAGE_FAULTS_DAEMON] = faults();
    __atomic_store_n(&page->slot[PAGE_DAEMON], (int64_t)getpid(), __ATOMIC_RELEASE);
    /* The stage ends it; should the stage have died, it ends by itself. */
    struct timespec life = {.tv_sec = LIFE_SECONDS};
    nanosleep(&life, NULL);
    _exit(EXIT_SUCCESS);
}

void contender_failed(const char *why)
{
    if (page != NULL) {
        snprintf(page->failure, sizeof page->failure, "%s", why);
    } else {
        fprintf(stderr, "%s\n", why);
    }
    _exit(EXIT_FAILURE);
}
