/*
 * ending.c: nothing that a contender started outlives its run. Orphans become children of the stage, so that none
 * escapes, and only own children are signalled: their ids stay theirs until they are reaped.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage.h"

static const struct timespec moment = {.tv_nsec = 200000};

int64_t stage_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int stage_become_subreaper(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Reaps whoever has ended. False: no child is left. */
static int reap(int64_t *faults)
{
    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
        *faults += usage.ru_minflt + usage.ru_majflt;
    }
    return pid == 0;
}

static void kill_children(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *listing = fopen(path, "re");
    int pid;
    if (listing == NULL) { /* a kernel without CONFIG_PROC_CHILDREN: they end by themselves, later */
        perror(path);
        exit(EXIT_FAILURE);
    }
    while (fscanf(listing, "%d", &pid) == 1) {
        kill((pid_t)pid, SIGKILL);
    }
    fclose(listing);
}

void stage_await_children(int64_t deadline, int64_t *faults)
{
    while (reap(faults) && stage_now() < deadline) {
        nanosleep(&moment, NULL);
    }
}

/* Whoever is killed hands its children on to the stage, so that the last round finds the last of them. */
void stage_end_children(int64_t *faults)
{
    while (reap(faults)) {
        kill_children();
        nanosleep(&moment, NULL);
    }
}
