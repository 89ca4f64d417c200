/* The two things that the library does with every descriptor of its own. */
#ifndef DAEMONCTX_DESCRIPTOR_H
#define DAEMONCTX_DESCRIPTOR_H

/* Closes *fd if it is open, and marks it closed. */
void descriptor_close(int *fd);
/* The descriptor moved above 0 to 2, where a stream would overwrite it; -1 and errno with `fd` closed. */
int descriptor_above_streams(int fd);

#endif
