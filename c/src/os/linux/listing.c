/* Listing a directory of /proc without allocating. */
#include "os/linux/listing.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As getdents64(2) gives them. */
struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

enum { LISTING_SIZE = 1024 };

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

int listing_visit(int listing, int skipped, os_descriptor_fn fn, void *data)
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
