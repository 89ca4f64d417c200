/* Waiting times. */
#include "clock.h"

#include <limits.h>
#include <time.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

struct deadline deadline_in(int32_t timeout_ms)
{
    if (timeout_ms < 0) {
        return (struct deadline){.never = true};
    }
    /* The clock is read in whole milliseconds: one more, so that none is missing at the end. */
    return (struct deadline){.at_ms = now_ms() + timeout_ms + (timeout_ms > 0 ? 1 : 0)};
}

int deadline_left_ms(const struct deadline *deadline)
{
    if (deadline->never) {
        return -1;
    }
    int64_t left = deadline->at_ms - now_ms();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

struct deadline deadline_earlier(struct deadline a, struct deadline b)
{
    if (a.never) {
        return b;
    }
    return b.never || a.at_ms <= b.at_ms ? a : b;
}
