/*
 * constructor.c LIBRARY: what the library's constructors cost in a process that was not started again, in nanoseconds
 * a run of all of them, printed as the median of many. They do nothing then, so that they may be called again.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 201, CALLS = 1000 };

typedef void (*constructor_fn)(int argc, char **argv, char **environment);

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static size_t find_constructors(const char *path, const constructor_fn **ret_functions)
{
    struct link_map *map = NULL;
    void *library = dlopen(path, RTLD_NOW);
    if (library == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
        fprintf(stderr, "%s\n", dlerror());
        exit(EXIT_FAILURE);
    }
    uintptr_t at = 0;
    size_t size = 0;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_INIT_ARRAY) {
            at = map->l_addr + entry->d_un.d_ptr;
        } else if (entry->d_tag == DT_INIT_ARRAYSZ) {
            size = entry->d_un.d_val;
        }
    }
    *ret_functions = (const constructor_fn *)at;
    return size / sizeof(constructor_fn);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: constructor LIBRARY\n");
        return 2;
    }
    const constructor_fn *functions = NULL;
    const size_t count = find_constructors(argv[1], &functions);
    double samples[SAMPLES];
    for (size_t sample = 0; sample < SAMPLES; sample++) {
        double start = now();
        for (size_t call = 0; call < CALLS; call++) {
            for (size_t i = 0; i < count; i++) {
                functions[i](argc, argv, environ);
            }
        }
        samples[sample] = (now() - start) / CALLS;
    }
    qsort(samples, SAMPLES, sizeof samples[0], compare);
    printf("%.1f\n", samples[SAMPLES / 2]);
    return 0;
}
