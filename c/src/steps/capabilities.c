/* capabilities: exactly what was asked for is left after the change of uid, and read back. */
#include "steps/capabilities.h"

#include <errno.h>

#include "os/os.h"

static daemonctx_status_t refuse(struct failure *failure, enum deed deed, int error)
{
    return failure_set(failure, DAEMONCTX_ERR_PRIVILEGE, deed, error);
}

daemonctx_status_t capabilities_before_uid(uint64_t kept, struct failure *failure)
{
    if (kept != 0 && (os_capabilities_bound(kept) != 0 || os_capabilities_outlive_uid(true) != 0)) {
        return refuse(failure, DEED_CAPABILITIES, errno);
    }
    return DAEMONCTX_OK;
}

daemonctx_status_t capabilities_after_uid(uint64_t kept, struct failure *failure)
{
    struct os_capabilities now;
    if (kept == 0) {
        return DAEMONCTX_OK;
    }
    if (os_capabilities_keep(kept) != 0 || os_capabilities_outlive_uid(false) != 0 || os_capabilities_get(&now) != 0) {
        return refuse(failure, DEED_CAPABILITIES, errno);
    }
    if (now.permitted != kept || now.effective != kept || now.inheritable != 0) {
        return refuse(failure, DEED_VERIFY_CAPABILITIES, 0);
    }
    return DAEMONCTX_OK;
}
