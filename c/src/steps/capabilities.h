/* Keeping capabilities over the change of uid: the two halves around it. Nothing to do where none is to be kept. */
#ifndef DAEMONCTX_STEPS_CAPABILITIES_H
#define DAEMONCTX_STEPS_CAPABILITIES_H

#include <stdint.h>

#include "error.h"

daemonctx_status_t capabilities_before_uid(uint64_t kept, struct failure *failure);
daemonctx_status_t capabilities_after_uid(uint64_t kept, struct failure *failure);

#endif
