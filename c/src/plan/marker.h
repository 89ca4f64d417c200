/* The marker: one variable of the environment that tells a program that it was started again, and by whom. */
#ifndef DAEMONCTX_PLAN_MARKER_H
#define DAEMONCTX_PLAN_MARKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MARKER_VARIABLE "DAEMONCTX_RELAUNCH"
enum { MARKER_NONCE_SIZE = 16, MARKER_TEXT_SIZE = 96 /* the variable, "=", two numbers, the nonce, the object, NUL */ };

struct marker {
    int sealed;   /* the descriptor of the sealed plan */
    pid_t parent; /* who must be its parent; in place: the process itself */
    unsigned char nonce[MARKER_NONCE_SIZE];
    uint32_t object; /* by marker_object(): which of the copies of the library in the process has made the plan */
};

/* Stands for the shared object in which the library is; `path` NULL: in the program itself. */
uint32_t marker_object(const char *path);

/* "VARIABLE=value" in `text`, of MARKER_TEXT_SIZE bytes. */
void marker_write(char *text, const struct marker *marker);
/* Once more, with another parent. Touches nothing but `text`. */
void marker_set_parent(char *text, pid_t parent);
/* False when the value is none that marker_write() made. */
bool marker_parse(const char *value, struct marker *ret_marker);

/* Takes a variable out of this process's environment, where the program will look (environ, and the memory that a
 * runtime reads for itself) and where others do (/proc/self/environ). */
void environment_take(const char *name);
/* Cuts the variable's value to its first `length` bytes; 0 takes the variable out. */
void environment_cut(const char *name, size_t length);

#endif
