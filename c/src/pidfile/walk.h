/* The way to a pid file's directory. For the pid-file room alone. */
#ifndef DAEMONCTX_PIDFILE_WALK_H
#define DAEMONCTX_PIDFILE_WALK_H

#include <sys/types.h>

enum { WALK_UNSAFE = -2 /* a symbolic link on the way is neither root's nor the launcher's */ };
/* A descriptor (O_PATH) of the directory with that absolute path; -1 and errno, or WALK_UNSAFE. */
int walk_to(const char *path, uid_t launcher);

#endif
