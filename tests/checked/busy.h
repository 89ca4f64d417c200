/* Threads that hold the C library's locks most of the time. */
#ifndef DAEMONCTX_CHECKED_BUSY_H
#define DAEMONCTX_CHECKED_BUSY_H

void busy_start(int count);
void busy_end(void);

#endif
