/* Memory that nobody can change any more, and random bytes, on Linux: memfd_create(2), fcntl(2), getrandom(2). */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

/* glibc has the names since 2.27 and 2.25, the kernel the calls since 3.17. */
#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 0x0001U
#define MFD_ALLOW_SEALING 0x0002U
#endif
#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#define F_SEAL_SEAL 0x0001
#define F_SEAL_SHRINK 0x0002
#define F_SEAL_GROW 0x0004
#define F_SEAL_WRITE 0x0008
#endif

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

int os_sealable_open(const char *name)
{
    return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int os_seal(int fd)
{
    return fcntl(fd, F_ADD_SEALS, ALL_SEALS);
}

int os_is_sealed(int fd)
{
    int seals = fcntl(fd, F_GET_SEALS);
    return seals < 0 ? -1 : (seals & ALL_SEALS) == ALL_SEALS;
}

int os_random(void *ret_bytes, size_t size)
{
    long got = 0;
    do {
        got = syscall(SYS_getrandom, ret_bytes, size, 0U);
    } while (got < 0 && errno == EINTR);
    if (got >= 0 && (size_t)got != size) {
        errno = EIO;
        return -1;
    }
    return got < 0 ? -1 : 0;
}
