/* Opening directories on Linux: openat2(2), since 5.6. */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

enum { NO_SYMLINKS = 0x04 /* RESOLVE_NO_SYMLINKS of linux/openat2.h, which older headers lack */ };

/* struct open_how of linux/openat2.h. */
struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

int os_open_without_links(const char *path)
{
    const struct how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = NO_SYMLINKS};
    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}
