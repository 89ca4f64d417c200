/* The sealed plan: what a launcher decided, in memory that nobody can change, for the program that is started again. */
#ifndef DAEMONCTX_PLAN_SEAL_H
#define DAEMONCTX_PLAN_SEAL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemonctx/daemonctx.h"
#include "os/os.h"
#include "plan/marker.h"

/* What the constructor needs to know beside the context. */
struct seal {
    unsigned char nonce[MARKER_NONCE_SIZE];
    uint32_t generation;   /* how many new starts led here */
    uint32_t preload_kept; /* how much of LD_PRELOAD is the program's own */
    bool preloaded;        /* the library was put into LD_PRELOAD */
    bool detach;           /* else in place */
    bool traced;           /* the launcher has a trace callback */
    bool managed;          /* it has a pid-file manager */
    bool dumpable;         /* whether the launcher is: a new start resets it */
    int report_out;
    sigset_t mask;
    char name[OS_PROGRAM_NAME_SIZE];
    int *close_on_exec; /* the program's descriptors that have the flag */
    size_t close_on_exec_count;
};

/* Writes the context's options and plan behind `seal` into the sealable `fd`, and seals it. 0, or -1 and errno. */
int seal_write(daemonctx_context_t *ctx, struct seal *seal, int fd);

/* Reads both: 0, or -1 and errno, EPROTO when it is no sealed plan of that launch and this library. `ctx` is a new
 * context. What was read belongs to it, `seal->close_on_exec` to the caller. */
int seal_read(int fd, const unsigned char *nonce, struct seal *ret_seal, daemonctx_context_t *ctx);

#endif
