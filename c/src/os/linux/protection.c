/* Core dumps and no_new_privs on Linux: prctl(2). */
#include <sys/prctl.h>

#include "os/os.h"

int os_set_dumpable(bool dumpable)
{
    return prctl(PR_SET_DUMPABLE, dumpable ? 1UL : 0UL, 0UL, 0UL, 0UL);
}

bool os_is_dumpable(void)
{
    return prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0;
}

int os_set_no_new_privs(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}

int os_has_no_new_privs(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL);
}
