/* Whether this process needs to detach at all: the PEP's detach_process None. */
#ifndef DAEMONCTX_LAUNCH_DETACH_REQUIRED_H
#define DAEMONCTX_LAUNCH_DETACH_REQUIRED_H

#include <stdint.h>

/* enum daemonctx_detach_reason: REQUIRED, or why not. */
uint32_t detach_required_reason(void);

#endif
