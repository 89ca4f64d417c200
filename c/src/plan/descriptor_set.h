/* A sorted set of descriptor numbers with all its room reserved beforehand, so that it can grow between fork and
 * report. */
#ifndef DAEMONCTX_PLAN_DESCRIPTOR_SET_H
#define DAEMONCTX_PLAN_DESCRIPTOR_SET_H

#include <stdbool.h>
#include <stddef.h>

struct descriptor_set {
    int *fds;
    size_t count;
    size_t capacity;
};

/* Makes an empty set with room for `capacity`; false: no memory. */
bool descriptor_set_reserve(struct descriptor_set *set, size_t capacity);
void descriptor_set_free(struct descriptor_set *set);
/* Adds `fd` unless it is there; false: no room left. */
bool descriptor_set_add(struct descriptor_set *set, int fd);
bool descriptor_set_has(const struct descriptor_set *set, int fd);
/* Adds a whole list at once, in any order and with repetitions. The room must have been reserved. */
void descriptor_set_fill(struct descriptor_set *set, const int *fds, size_t count);

#endif
