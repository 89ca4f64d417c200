/* A sorted set of descriptor numbers. */
#include "plan/descriptor_set.h"

#include <stdlib.h>
#include <string.h>

bool descriptor_set_reserve(struct descriptor_set *set, size_t capacity)
{
    *set = (struct descriptor_set){.fds = malloc(capacity * sizeof(*set->fds)), .capacity = capacity};
    return set->fds != NULL;
}

void descriptor_set_free(struct descriptor_set *set)
{
    free(set->fds);
    *set = (struct descriptor_set){0};
}

/* Where `fd` is, or would be put in. */
static size_t position(const struct descriptor_set *set, int fd)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->fds[middle] < fd) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool descriptor_set_has(const struct descriptor_set *set, int fd)
{
    size_t at = position(set, fd);
    return at < set->count && set->fds[at] == fd;
}

bool descriptor_set_add(struct descriptor_set *set, int fd)
{
    size_t at = position(set, fd);
    if (at < set->count && set->fds[at] == fd) {
        return true;
    }
    if (set->count == set->capacity) {
        return false;
    }
    memmove(&set->fds[at + 1], &set->fds[at], (set->count - at) * sizeof(*set->fds));
    set->fds[at] = fd;
    set->count++;
    return true;
}

static int compare(const void *left, const void *right)
{
    int a = *(const int *)left;
    int b = *(const int *)right;
    return (a > b) - (a < b);
}

void descriptor_set_fill(struct descriptor_set *set, const int *fds, size_t count)
{
    if (count == 0) {
        return;
    }
    memcpy(set->fds, fds, count * sizeof(*fds));
    qsort(set->fds, count, sizeof(*set->fds), compare);
    set->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (set->count == 0 || set->fds[set->count - 1] != set->fds[i]) {
            set->fds[set->count++] = set->fds[i];
        }
    }
}
