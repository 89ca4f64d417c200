/* memory.c: commands that leave the process without memory, but for a little. */
#include "probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LARGEST = 1 << 20, SMALLEST = 16, MAPPED = 128 << 10, BALLAST = 64 << 20 };

struct block {
    struct block *next;
};
static struct block *blocks;
static void *volatile left; /* or the compiler leaves it out */

/* Large blocks as the allocator has them: from the kernel, and back to it. */
static void *take(size_t size)
{
    return size < MAPPED ? malloc(size) : mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void give_back(void *block, size_t size)
{
    if (size < MAPPED) {
        free(block);
    } else {
        (void)munmap(block, size);
    }
}

/* The limit is inherited by a program that is executed: what this process has, and no more, is enough for that. */
static bool limit_to_present(void)
{
    static bool has_ballast;
    char text[128] = "";
    struct rlimit limit;
    if (!has_ballast && mmap(NULL, BALLAST, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) {
        return false;
    }
    has_ballast = true;
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0 || getrlimit(RLIMIT_AS, &limit) != 0) {
        return false;
    }
    limit.rlim_cur = strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

/* starve LEFT: nothing can be had from the kernel any more, and of what the allocator has only blocks that fit into
 * LEFT bytes. Answers how many blocks it took. */
static void command_starve(const struct command *command)
{
    int64_t count = 0;
    const size_t size_left = (size_t)value_number(command->words[1]);
    left = take(size_left);
    if (!limit_to_present()) {
        give_back(left, size_left);
        answer_result(command, -1);
        return;
    }
    for (size_t size = LARGEST; size >= SMALLEST; size /= 2) {
        for (struct block *block = malloc(size); block != NULL; block = malloc(size)) {
            block->next = blocks;
            blocks = block;
            count++;
        }
    }
    give_back(left, size_left);
    answer_number(command, "value", count);
}

/* feed: gives everything back. */
static void command_feed(const struct command *command)
{
    struct rlimit limit;
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = limit.rlim_max;
    answer_result(command, setrlimit(RLIMIT_AS, &limit));
}

const struct command_entry memory_commands[] = {
    {"starve", command_starve, 1, 1},
    {"feed", command_feed, 0, 0},
    {NULL, NULL, 0, 0},
};
