/* memory.c: commands that leave the process without memory, but for a little. */
#include "probe.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { LARGEST = 1 << 20, SMALLEST = 16 };

struct block {
    struct block *next;
};
static struct block *blocks;
static void *volatile left; /* or the compiler leaves it out */

/* starve LEFT: nothing can be had from the kernel any more, and of what the allocator has only blocks that fit into
 * LEFT bytes. Answers how many blocks it took. */
static void command_starve(const struct command *command)
{
    struct rlimit none;
    int64_t count = 0;
    left = malloc((size_t)value_number(command->words[1]));
    getrlimit(RLIMIT_AS, &none);
    none.rlim_cur = 0;
    if (setrlimit(RLIMIT_AS, &none) != 0) {
        free(left);
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
    free(left);
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
