/* Closing descriptors, and keeping the library's own out of the way of the streams. */
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void descriptor_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

int descriptor_above_streams(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO) {
        return fd;
    }
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    (void)close(fd);
    errno = error;
    return moved;
}
