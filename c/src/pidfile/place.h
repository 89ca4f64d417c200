/* Where a pid file is: its directory, held open, and its name there. For the pid-file room alone. */
#ifndef DAEMONCTX_PIDFILE_PLACE_H
#define DAEMONCTX_PIDFILE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "pidfile/pidfile.h"

struct place {
    int directory;
    const char *name;
    struct pidfile_trust trust;
};

/* Opens the directory of `path` and checks it. Whatever it returns, place->directory is to be closed if it is open. */
daemonctx_status_t place_open(struct place *place, const char *path, struct pidfile_refusal *refusal);
/* Looks before opening, so that a device is not even opened. That there is no file is fine. */
daemonctx_status_t place_check_name(const struct place *place, bool *ret_exists, struct pidfile_refusal *refusal);
daemonctx_status_t place_check_file(const struct stat *status, const struct pidfile_trust *trust,
                                    struct pidfile_refusal *refusal);
/* True when the name still leads to the open file. */
bool place_leads_to(const struct place *place, const struct stat *opened);

/* Fills in the refusal, and returns its status. */
daemonctx_status_t place_refuse(struct pidfile_refusal *refusal, daemonctx_status_t status, int error,
                                const char *reason);
daemonctx_status_t place_unsafe(struct pidfile_refusal *refusal, const char *reason);

#endif
