/* Whether this process needs to detach at all: the PEP's detach_process None. */
#ifndef DAEMONCTX_OPTIONS_DETACH_REQUIRED_H
#define DAEMONCTX_OPTIONS_DETACH_REQUIRED_H

#include <stdint.h>

/* enum daemonctx_detach_reason: REQUIRED, or why not. */
uint32_t detach_required_reason(void);
/* A program that was started again stands in other surroundings than its launcher, whose answer it keeps. */
void detach_required_keep(uint32_t reason);

/* sd_listen_fds(3): how many descriptors, from 3 on, a service manager passed to this very process. */
enum { DETACH_PASSED_FIRST = 3, DETACH_PASSED_MAX = 1 << 16 };
int detach_passed_descriptors(void);

#endif
