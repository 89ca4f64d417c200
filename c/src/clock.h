/* Waiting times: a moment on the clock that only goes forwards. */
#ifndef DAEMONCTX_CLOCK_H
#define DAEMONCTX_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    bool never;
    int64_t at_ms;
};

/* -1: never. */
struct deadline deadline_in(int32_t timeout_ms);
/* Milliseconds left for poll(2): -1 for a deadline that never comes, 0 when it is over. */
int deadline_left_ms(const struct deadline *deadline);
/* The earlier of the two. */
struct deadline deadline_earlier(struct deadline a, struct deadline b);

#endif
