/* Closing and listing descriptors on Linux: close_range(2), else /proc/self/fd, else one by one. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* As getdents64(2) gives them. */
struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

enum { LISTING_SIZE = 1024, BLIND_LIMIT = 1 << 20 };

static int parse_number(const char *name)
{
    int number = 0;
    for (const char *digit = name; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9') {
            return -1;
        }
        number = number * 10 + (*digit - '0');
    }
    return number;
}

static int visit_listing(int listing, os_descriptor_fn fn, void *data)
{
    _Alignas(struct directory_entry) char buffer[LISTING_SIZE];
    for (;;) {
        long size = syscall(SYS_getdents64, listing, buffer, sizeof(buffer));
        if (size <= 0) {
            return size == 0 ? 0 : -1;
        }
        for (long at = 0; at < size;) {
            const struct directory_entry *entry = (const void *)(buffer + at);
            int fd = parse_number(entry->name);
            if (fd >= 0 && fd != listing) {
                fn(fd, data);
            }
            at += entry->length;
        }
    }
}

/* Without /proc: every number up to the hard limit, as far as that is a number at all. */
static int visit_blindly(os_descriptor_fn fn, void *data)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    int end = limit.rlim_max > BLIND_LIMIT ? BLIND_LIMIT : (int)limit.rlim_max;
    for (int fd = 0; fd < end; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            fn(fd, data);
        }
    }
    return 0;
}

int os_each_descriptor(os_descriptor_fn fn, void *data)
{
    int listing = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (listing < 0) {
        return visit_blindly(fn, data);
    }
    int result = visit_listing(listing, fn, data);
    int error = errno;
    (void)close(listing);
    errno = error;
    return result;
}

struct range {
    uint32_t first;
    uint32_t last;
};

static void close_if_within(int fd, void *data)
{
    const struct range *range = data;
    if ((uint32_t)fd >= range->first && (uint32_t)fd <= range->last) {
        (void)close(fd);
    }
}

int os_close_range(uint32_t first, uint32_t last)
{
    /* By number: glibc has the name only since 2.34, musl since 1.2.6; the kernel since 5.9. */
    if (syscall(SYS_close_range, first, last, 0U) == 0) {
        return 0;
    }
    struct range range = {first, last};
    return os_each_descriptor(close_if_within, &range);
}
