/* Core dumps, no_new_privs and capabilities on Linux: prctl(2), capget(2). */
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

int os_set_dumpable(bool dumpable)
{
    return prctl(PR_SET_DUMPABLE, dumpable ? 1UL : 0UL, 0UL, 0UL, 0UL);
}

int os_set_no_new_privs(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}

int os_drop_keepcaps(void)
{
    return prctl(PR_SET_KEEPCAPS, 0UL, 0UL, 0UL, 0UL);
}

int os_has_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) {
        return -1;
    }
    return (data[0].effective | data[1].effective | data[0].permitted | data[1].permitted) != 0;
}
