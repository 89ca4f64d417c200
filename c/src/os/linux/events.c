/* Events on Linux: eventfd(2) for the signal channel, signalfd(2) to see a blocked signal without taking it. */
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "os/os.h"

int os_event_open(struct os_event *ret_event)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        return -1;
    }
    *ret_event = (struct os_event){fd, fd};
    return 0;
}

void os_event_post(const struct os_event *event)
{
    uint64_t one = 1;
    /* A full counter is readable already: nothing is lost when this fails. */
    ssize_t ignored = write(event->write_fd, &one, sizeof(one));
    (void)ignored;
}

void os_event_drain(const struct os_event *event)
{
    uint64_t count = 0;
    ssize_t ignored = read(event->read_fd, &count, sizeof(count));
    (void)ignored;
}

int os_signal_watch_open(const sigset_t *set)
{
    return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
}
