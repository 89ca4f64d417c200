/* Capabilities on Linux, by system calls alone: prctl(2), capget(2), capset(2). They are a thread's: whoever calls this
 * has one. */
#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

/* Linux 4.3; older headers lack them. */
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

typedef struct __user_cap_data_struct cap_words[_LINUX_CAPABILITY_U32S_3];

static struct __user_cap_header_struct this_thread(void)
{
    return (struct __user_cap_header_struct){.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

bool os_capability_is_known(unsigned number)
{
    return prctl(PR_CAPBSET_READ, (unsigned long)number, 0UL, 0UL, 0UL) >= 0;
}

int os_capabilities_get(struct os_capabilities *ret_capabilities)
{
    struct __user_cap_header_struct header = this_thread();
    cap_words words;
    memset(words, 0xff, sizeof(words)); /* what is not filled in is not "none" */
    if (syscall(SYS_capget, &header, words) != 0) {
        return -1;
    }
    ret_capabilities->permitted = (uint64_t)words[1].permitted << 32 | words[0].permitted;
    ret_capabilities->effective = (uint64_t)words[1].effective << 32 | words[0].effective;
    ret_capabilities->inheritable = (uint64_t)words[1].inheritable << 32 | words[0].inheritable;
    return 0;
}

int os_has_capabilities(void)
{
    struct os_capabilities now;
    return os_capabilities_get(&now) != 0 ? -1 : (now.permitted | now.effective) != 0;
}

int os_capabilities_outlive_uid(bool outlive)
{
    return prctl(PR_SET_KEEPCAPS, outlive ? 1UL : 0UL, 0UL, 0UL, 0UL);
}

int os_capabilities_keep(uint64_t kept)
{
    struct __user_cap_header_struct header = this_thread();
    const uint32_t low = (uint32_t)kept;
    const uint32_t high = (uint32_t)(kept >> 32);
    cap_words words = {{.effective = low, .permitted = low, .inheritable = 0},
                       {.effective = high, .permitted = high, .inheritable = 0}};
    /* No ambient one survives that it is not inheritable; asked for all the same, for the kernel to say so. EINVAL: the
     * kernel has no ambient set. */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL) != 0 && errno != EINVAL) {
        return -1;
    }
    return (int)syscall(SYS_capset, &header, words);
}

static bool has(uint64_t set, unsigned number)
{
    return (set >> number & 1) != 0;
}

bool os_capabilities_give_uids(uint64_t set)
{
    return has(set, CAP_SETUID);
}

int os_capabilities_bound(uint64_t kept)
{
    struct os_capabilities now;
    if (os_capabilities_get(&now) != 0) {
        return -1;
    }
    if (!has(now.effective, CAP_SETPCAP)) {
        return 0;
    }
    for (unsigned number = 0; number < OS_CAPABILITY_LIMIT && os_capability_is_known(number); number++) {
        if (has(kept, number)) {
            continue;
        }
        if (prctl(PR_CAPBSET_DROP, (unsigned long)number, 0UL, 0UL, 0UL) != 0) {
            return -1;
        }
        if (prctl(PR_CAPBSET_READ, (unsigned long)number, 0UL, 0UL, 0UL) != 0) {
            errno = EPERM; /* it was said to be done */
            return -1;
        }
    }
    return 0;
}
