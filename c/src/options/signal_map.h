/* The signal map's own rules, shared by its setters and by terminate(). */
#ifndef DAEMONCTX_OPTIONS_SIGNAL_MAP_H
#define DAEMONCTX_OPTIONS_SIGNAL_MAP_H

#include "options/options.h"

/* The PEP's default map. */
void signal_map_init(struct options *options);
/* True for a signal that the system has and that a program may use (the C library keeps some for itself). */
bool signal_exists(int32_t signum);
/* True when the signal's default action ends a process. */
bool signal_ends_process(int32_t signum);
/* True for the actions that install a handler of the library's own. */
bool signal_action_is_ours(uint32_t action);

#endif
