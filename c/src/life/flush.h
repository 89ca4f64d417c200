/* Writing out what the program's stdio streams hold, before it would be written twice or to another place. */
#ifndef DAEMONCTX_LIFE_FLUSH_H
#define DAEMONCTX_LIFE_FLUSH_H

#include <stdbool.h>

enum flush_mode {
    FLUSH_ALL,    /* every stream: this process has one thread */
    FLUSH_UNUSED, /* stdout and stderr, unless another thread is using them */
    FLUSH_STDOUT
};
/* False with errno when a text could not be written. */
bool flush_streams(enum flush_mode mode);

#endif
