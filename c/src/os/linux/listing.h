/* The directories of /proc whose entries are numbers: descriptors, tasks. No allocation. */
#ifndef DAEMONCTX_OS_LINUX_LISTING_H
#define DAEMONCTX_OS_LINUX_LISTING_H

#include "os/os.h"

/* Calls `fn` with each number but `skipped`: a listing of one's own descriptors is one of them. 0, or -1 and errno. */
int listing_visit(int listing, int skipped, os_descriptor_fn fn, void *data);

#endif
