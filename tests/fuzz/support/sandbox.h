/* A place in which arbitrary calls can do no harm: no rights, bounds on everything, a directory of its own. */
#ifndef DAEMONCTX_FUZZ_SANDBOX_H
#define DAEMONCTX_FUZZ_SANDBOX_H

#ifdef __cplusplus
extern "C" {
#endif

/* Gives up root for good, sets the bounds, and changes to a new, empty directory, which goes when the process exits. */
void sandbox_enter(void);
/* Goes back to the directory and empties it. */
void sandbox_tidy(void);

#ifdef __cplusplus
}
#endif
#endif
