/*
 * start.c: starting a contender under the conditions that any program can be put under. The others it brings about
 * itself, told by the environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "stage.h"

static int have_limit(long limit)
{
    const struct rlimit wanted = {.rlim_cur = (rlim_t)limit, .rlim_max = (rlim_t)limit};
    return limit == 0 ? 0 : setrlimit(RLIMIT_NOFILE, &wanted);
}

/* From 3 on, without close-on-exec: what a program has open when it is started. */
static int have_descriptors(long count)
{
    for (long i = 3; i < count; i++) {
        if (dup(STDIN_FILENO) < 0) {
            return -1;
        }
    }
    return 0;
}

static int have_streams(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    return null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ? -1 : close(null);
}

pid_t stage_start(const struct variant *variant, struct page *page)
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    struct rusage usage;
    if (have_streams() == 0 && have_limit(variant->limit) == 0 && have_descriptors(variant->descriptors) == 0) {
        getrusage(RUSAGE_SELF, &usage);
        page->slot[PAGE_FAULTS_BEFORE] = usage.ru_minflt + usage.ru_majflt;
        page->slot[PAGE_STARTED] = stage_now();
        page->slot[PAGE_CALLED] = variant->kind == KIND_COMMAND ? page->slot[PAGE_STARTED] : 0;
        execv(variant->arguments[0], variant->arguments);
    }
    strncpy(page->failure, strerror(errno), sizeof page->failure - 1);
    _exit(127);
}
