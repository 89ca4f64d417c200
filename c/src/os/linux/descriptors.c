/* Closing and listing descriptors on Linux: close_range(2), else /proc/self/fd, else one by one. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "decimal.h"
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

/* The numbers that a directory /proc/<pid>/fd lists, but for `skipped`: the listing itself, where it is one's own. */
static int visit_listing(int listing, int skipped, os_descriptor_fn fn, void *data)
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
            if (fd >= 0 && fd != skipped) {
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
    int result = visit_listing(listing, listing, fn, data);
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

struct search {
    int listing;
    const struct stat *file;
    bool found;
};

static void compare(int fd, void *data)
{
    struct search *search = data;
    struct stat status;
    char name[DECIMAL_SIZE + 1] = "";
    const char *digits = decimal_before(name + DECIMAL_SIZE, (unsigned)fd);
    if (fstatat(search->listing, digits, &status, 0) == 0 && status.st_dev == search->file->st_dev &&
        status.st_ino == search->file->st_ino) {
        search->found = true;
    }
}

int os_process_has_open(pid_t pid, const struct stat *file)
{
    static const char head[] = "/proc/";
    static const char tail[] = "/fd";
    char path[sizeof(head) + DECIMAL_SIZE + sizeof(tail)];
    char digits[DECIMAL_SIZE];
    const char *begin = decimal_before(digits + DECIMAL_SIZE, (unsigned)pid);
    size_t length = (size_t)(digits + DECIMAL_SIZE - begin);
    memcpy(path, head, sizeof(head) - 1);
    memcpy(path + sizeof(head) - 1, begin, length);
    memcpy(path + sizeof(head) - 1 + length, tail, sizeof(tail));
    struct search search = {open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file, false};
    if (search.listing < 0) {
        return errno == ENOENT && access("/proc/self/fd", F_OK) == 0 ? 0 : -1;
    }
    int result = visit_listing(search.listing, -1, compare, &search);
    (void)close(search.listing);
    return search.found ? 1 : result;
}
