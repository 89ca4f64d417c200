/*
 * main.c PAGE ROUNDS: reads variants, one a line, runs them interleaved, and prints a line for each launch.
 *
 * A variant: kind, limit, descriptors, traced (0 or 1), program and arguments, separated by tabs. The environment is
 * handed on as it is. A round runs each variant once; the next round begins with the next variant, so that none always
 * follows the same.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "stage.h"

enum { LINE = 8192 };

static const char *const kinds[] = {
    [KIND_LAUNCHER] = "launcher", [KIND_COMMAND] = "command", [KIND_IN_PLACE] = "in_place", [KIND_EXITS] = "exits"};

static int parse(char *line, struct variant *variant)
{
    char *rest = NULL;
    line[strcspn(line, "\n")] = '\0';
    const char *kind = strtok_r(line, "\t", &rest);
    const char *limit = strtok_r(NULL, "\t", &rest);
    const char *descriptors = strtok_r(NULL, "\t", &rest);
    const char *traced = strtok_r(NULL, "\t", &rest);
    if (kind == NULL || limit == NULL || descriptors == NULL || traced == NULL) {
        return -1;
    }
    size_t count = 0;
    char *argument;
    while (count < ARGUMENTS_MAX && (argument = strtok_r(NULL, "\t", &rest)) != NULL) {
        variant->arguments[count++] = argument;
    }
    variant->limit = strtol(limit, NULL, 10);
    variant->descriptors = strtol(descriptors, NULL, 10);
    variant->is_traced = traced[0] == '1';
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            variant->kind = (enum kind)i;
            return count > 0 ? 0 : -1;
        }
    }
    return -1;
}

static size_t read_variants(struct variant *variants)
{
    char line[LINE];
    size_t count = 0;
    while (count < VARIANTS_MAX && fgets(line, sizeof line, stdin) != NULL) {
        char *kept = strdup(line);
        if (kept == NULL || parse(kept, &variants[count]) != 0) {
            fprintf(stderr, "stage: not a variant: %s\n", line);
            exit(2);
        }
        count++;
    }
    return count;
}

static struct page *map_page(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct page)) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    void *mapped = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return mapped;
}

static void print(long round, size_t variant, const struct result *result)
{
    printf("%ld\t%zu\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%s\n", round, variant,
           (long long)result->started, (long long)result->called, (long long)result->first, (long long)result->ended,
           (long long)result->faults, (long long)result->daemon_peak_kib, (long long)result->launcher_peak_kib,
           (long long)result->allocations, (long long)result->allocations_late,
           result->failure == NULL ? "" : result->failure);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct variant variants[VARIANTS_MAX];
    struct result result;
    if (argc != 3) {
        fprintf(stderr, "usage: stage PAGE ROUNDS <VARIANTS\n");
        return 2;
    }
    const long rounds = strtol(argv[2], NULL, 10);
    struct page *page = map_page(argv[1]);
    const size_t count = read_variants(variants);
    /* It ends with whoever started it; its children then end by themselves. */
    if (stage_become_subreaper() != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        perror("prctl");
        return EXIT_FAILURE;
    }
    for (long round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            size_t next = ((size_t)round + i) % count;
            stage_run(&variants[next], page, &result);
            print(round, next, &result);
        }
    }
    return EXIT_SUCCESS;
}
