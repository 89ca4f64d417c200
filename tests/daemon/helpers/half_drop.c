/* half_drop.c: laid before the C library (LD_PRELOAD): calls that change the identity say that it is done, and do half
 * of it. DAEMONCTX_HALF names the one that does so. */
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_half(const char *name)
{
    const char *half = getenv("DAEMONCTX_HALF");
    return half != NULL && strcmp(half, name) == 0;
}

int setresuid(uid_t real, uid_t effective, uid_t saved)
{
    const uid_t keep = (uid_t)-1;
    if (is_half("setresuid:effective")) {
        return (int)syscall(SYS_setresuid, keep, effective, keep);
    }
    if (is_half("setresuid:real")) {
        return (int)syscall(SYS_setresuid, real, effective, keep);
    }
    return (int)syscall(SYS_setresuid, real, effective, saved);
}

int setresgid(gid_t real, gid_t effective, gid_t saved)
{
    const gid_t keep = (gid_t)-1;
    if (is_half("setresgid:effective")) {
        return (int)syscall(SYS_setresgid, keep, effective, keep);
    }
    if (is_half("setresgid:real")) {
        return (int)syscall(SYS_setresgid, real, effective, keep);
    }
    return (int)syscall(SYS_setresgid, real, effective, saved);
}

/* One more than asked for, or one less. */
int setgroups(size_t count, const gid_t *groups)
{
    gid_t changed[64] = {0};
    if (count < 63) {
        memcpy(changed, groups, count * sizeof *groups);
    }
    if (is_half("setgroups:more")) {
        return (int)syscall(SYS_setgroups, count + 1, changed);
    }
    if (is_half("setgroups:less")) {
        return (int)syscall(SYS_setgroups, count > 0 ? count - 1 : 0, groups);
    }
    return (int)syscall(SYS_setgroups, count, groups);
}
