/* Numbers as text without stdio: for signal handlers, and for what runs between a fork and the report. */
#ifndef DAEMONCTX_DECIMAL_H
#define DAEMONCTX_DECIMAL_H

enum { DECIMAL_SIZE = 10 }; /* the digits of the largest uint32_t */

/* Writes the digits of `number` backwards, up to `end` (not included); returns where they begin. */
char *decimal_before(char *end, unsigned number);

#endif
