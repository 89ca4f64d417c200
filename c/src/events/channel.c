/* The event channel: a descriptor that is readable when a signal is waiting to be dispatched. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "events/events.h"
#include "options/signal_map.h"

void events_init(struct events *events)
{
    memset(events, 0, sizeof(*events));
    events->channel = (struct os_event){-1, -1};
}

bool events_are_needed(const struct options *options)
{
    for (int signum = 1; signum < SIGNAL_LIMIT; signum++) {
        if (signal_action_is_ours(options->signal_map[signum].action)) {
            return true;
        }
    }
    return false;
}

int events_open(struct events *events)
{
    if (events->channel.read_fd >= 0) {
        return 0;
    }
    struct os_event channel;
    if (os_event_open(&channel) != 0) {
        return -1;
    }
    bool one = channel.read_fd == channel.write_fd;
    channel.read_fd = descriptor_above_streams(channel.read_fd);
    channel.write_fd = one ? channel.read_fd : descriptor_above_streams(channel.write_fd);
    events->channel = channel;
    if (channel.read_fd >= 0 && channel.write_fd >= 0) {
        return 0;
    }
    events_close(events);
    return -1;
}

void events_close(struct events *events)
{
    int write_fd = events->channel.write_fd;
    if (write_fd != events->channel.read_fd) {
        descriptor_close(&write_fd);
    }
    descriptor_close(&events->channel.read_fd);
    events->channel.write_fd = -1;
    events->handed_out = false;
}

static int replace(int fresh, int fd)
{
    int result = dup3(fresh, fd, O_CLOEXEC);
    (void)close(fresh);
    return result;
}

void events_part_from_daemon(struct events *events)
{
    if (!events->handed_out) {
        events_close(events);
        return;
    }
    struct os_event fresh;
    if (os_event_open(&fresh) != 0) {
        /* No descriptor left: the program sees its own as closed, rather than the daemon's events. */
        events_close(events);
        return;
    }
    bool one = fresh.read_fd == fresh.write_fd;
    (void)replace(fresh.read_fd, events->channel.read_fd);
    if (!one) {
        (void)replace(fresh.write_fd, events->channel.write_fd);
    }
}

void events_reset(struct events *events)
{
    events->asked = events->handed_out;
    events->pending = 0;
    events->terminating = 0;
    events->late = 0;
    if (events->channel.read_fd >= 0) {
        os_event_drain(&events->channel);
    }
}
