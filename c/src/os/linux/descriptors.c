/* Closing and listing descriptors on Linux: close_range(2), else /proc/self/fd, else one by one. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "decimal.h"
#include "os/linux/listing.h"
#include "os/os.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { BLIND_LIMIT = 1 << 20 };

/* Without /proc: every number that is likely. The limit tells nothing, for it may have been lowered since. */
static int visit_blindly(os_descriptor_fn fn, void *data)
{
    for (int fd = 0; fd < BLIND_LIMIT; fd++) {
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
    int result = listing_visit(listing, listing, fn, data);
    int error = errno;
    (void)close(listing);
    errno = error;
    return result;
}

/* By number: glibc has the name only since 2.34, musl since 1.2.6; the kernel since 5.9. */
static int close_range_of(uint32_t first, uint32_t last)
{
    return (int)syscall(SYS_close_range, first, last, 0U);
}

static int close_gaps(uint32_t first, const int *kept, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t next = (uint32_t)kept[i];
        if (next < first) {
            continue;
        }
        if (next > first && close_range_of(first, next - 1) != 0) {
            return -1;
        }
        first = next + 1;
    }
    return close_range_of(first, UINT32_MAX);
}

struct others {
    int first;
    const int *kept;
    size_t count;
};

static void close_other(int fd, void *data)
{
    const struct others *others = data;
    size_t low = 0;
    size_t high = others->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (others->kept[middle] < fd) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool kept = low < others->count && others->kept[low] == fd;
    if (fd >= others->first && !kept) {
        (void)close(fd);
    }
}

int os_close_others(int first, const int *kept, size_t count)
{
    if (close_gaps((uint32_t)first, kept, count) == 0) {
        return 0;
    }
    struct others others = {first, kept, count};
    return os_each_descriptor(close_other, &others);
}

struct search {
    int listing; /* /proc/<pid>/fd */
    const struct stat *file;
    bool found;
};

enum { FDINFO_SIZE = 1024 };

/* proc(5): fdinfo has a line "lock:" for each lock that the open file description has, and no other's. */
static bool has_lock(int listing, const char *digits, size_t length)
{
    static const char head[] = "../fdinfo/";
    char path[sizeof(head) + DECIMAL_SIZE] = "";
    char info[FDINFO_SIZE];
    memcpy(path, head, sizeof(head) - 1);
    memcpy(path + sizeof(head) - 1, digits, length);
    int fd = openat(listing, path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, info, sizeof(info));
    if (fd >= 0) {
        (void)close(fd);
    }
    return size > 0 && memmem(info, (size_t)size, "OFDLCK", strlen("OFDLCK")) != NULL &&
           memmem(info, (size_t)size, " WRITE ", strlen(" WRITE ")) != NULL;
}

static void compare(int fd, void *data)
{
    struct search *search = data;
    struct stat status;
    char name[DECIMAL_SIZE + 1] = "";
    const char *digits = decimal_before(name + DECIMAL_SIZE, (unsigned)fd);
    if (!search->found && fstatat(search->listing, digits, &status, 0) == 0 && status.st_dev == search->file->st_dev &&
        status.st_ino == search->file->st_ino) {
        search->found = has_lock(search->listing, digits, (size_t)(name + DECIMAL_SIZE - digits));
    }
}

/* A /proc of another pid namespace shows other processes under the same numbers. */
static bool proc_is_ours(void)
{
    char self[DECIMAL_SIZE];
    char digits[DECIMAL_SIZE];
    const char *begin = decimal_before(digits + DECIMAL_SIZE, (unsigned)getpid());
    ssize_t length = readlink("/proc/self", self, sizeof(self));
    return length == digits + DECIMAL_SIZE - begin && memcmp(self, begin, (size_t)length) == 0;
}

int os_process_has_locked(pid_t pid, const struct stat *file)
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
    if (!proc_is_ours()) {
        return -1;
    }
    struct search search = {open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), file, false};
    if (search.listing < 0) {
        return errno == ENOENT ? 0 : -1;
    }
    int result = listing_visit(search.listing, -1, compare, &search);
    (void)close(search.listing);
    return search.found ? 1 : result;
}
