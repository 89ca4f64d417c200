/*
 * The plan: everything that can be found out, opened, resolved and reserved before anything changes. Made in the
 * launcher from the options; the steps only carry it out. Undoing it leaves the process, and with `check` the file
 * system, as they were.
 */
#ifndef DAEMONCTX_PLAN_H
#define DAEMONCTX_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "descriptor.h"
#include "options/options.h"
#include "pidfile/pidfile.h"
#include "plan/descriptor_set.h"

struct planned_identity {
    bool given;        /* an identity option was set */
    bool groups_given; /* the supplementary groups were named one by one */
    bool change_groups;
    uid_t uid;
    gid_t gid;
    gid_t *groups;
    size_t groups_count;
};

struct planned_stream {
    bool stays;   /* what the launcher has there is what the daemon gets */
    int source;   /* becomes the stream; -1: none, it stays */
    bool own;     /* the source is the library's and is closed afterwards */
    bool created; /* the plan made the file: undone when the launch comes to nothing */
    char *path;   /* absolute; NULL when the stream is no file */
    uint32_t mode;
};

/* Starting the program again. */
struct relaunch {
    bool needed;
    int program; /* its executable */
    int sealed;  /* the plan for the program that is started again */
    char *arguments_text;
    char **arguments; /* into the text */
    char **environment;
    char *marker;  /* one of the environment's entries */
    char *preload; /* another one, or NULL */
    int *passed;   /* the descriptors that it gets; none is to be closed on the way */
    size_t passed_count;
    int passing_error;  /* an errno: it could not be seen whether one of them is open */
    int *close_on_exec; /* those of them that are not to be passed on any further */
    size_t close_on_exec_count;
    struct os_start start;
};

struct plan {
    bool dry;
    bool detach;
    char *chroot_directory;
    char *working_directory;
    struct planned_identity identity;
    struct planned_stream streams[STREAM_COUNT];
    int null_fd;
    struct descriptor_set keep; /* what the program wants kept, with room for more */
    struct pidfile pidfile;
    int report_in;    /* the launcher's end */
    int report_out;   /* the daemon's end */
    int signal_watch; /* the launcher's, for Ctrl-C */
    struct relaunch relaunch;
    void *stacks; /* of the processes that share the launcher's memory; NULL: there are to be none */
    struct os_copy copy;
};

/* Nothing planned, no descriptor open. */
void plan_init(struct plan *plan);
/* Makes the plan from the context's options; on failure everything is undone and the error is set. */
daemonctx_status_t plan_make(daemonctx_context_t *ctx, bool dry);
/* Undoes a plan of which nothing was carried out: files made are removed, descriptors closed. */
void plan_undo(struct plan *plan);
/* Gives back memory and all descriptors that still are the plan's; files stay. */
void plan_release(struct plan *plan);
/* Closes every descriptor of the plan: async-signal-safe, for a forked child that must not hold them. */
void plan_close_descriptors(struct plan *plan);
/* Calls `fn` with each of the plan's descriptors that the daemon needs. */
void plan_each_descriptor(struct plan *plan, void (*fn)(int fd, void *data), void *data);

/* The parts, each in its own file. */
daemonctx_status_t plan_descriptors(daemonctx_context_t *ctx);
daemonctx_status_t plan_directories(daemonctx_context_t *ctx);
daemonctx_status_t plan_identity(daemonctx_context_t *ctx);
daemonctx_status_t plan_capabilities(daemonctx_context_t *ctx);
daemonctx_status_t plan_streams(daemonctx_context_t *ctx);
daemonctx_status_t plan_pidfile(daemonctx_context_t *ctx);
daemonctx_status_t plan_channels(daemonctx_context_t *ctx);
daemonctx_status_t plan_program(daemonctx_context_t *ctx);
daemonctx_status_t plan_relaunch(daemonctx_context_t *ctx);
daemonctx_status_t plan_copy(daemonctx_context_t *ctx);
/* Fills in what is passed; false and errno. */
bool plan_passed(daemonctx_context_t *ctx);
void plan_release_relaunch(struct relaunch *relaunch);
void plan_release_stacks(struct plan *plan);
/* Has the next new start count as one more than `generation`, and the library preloaded for it, as it was for this one.
 */
void plan_note_relaunched(uint32_t generation, bool preloaded);
/* This process was started again, and could not take part: an errno, or 0 where the library came too late. */
void plan_note_refused(int error);
/* `path` made absolute with the launcher's directory, in memory of its own; NULL and errno. */
char *plan_absolute_path(const char *path);
/* Opens a stream's file, as `mode` if it must be made: above 2, appending, blocking. -1 and errno. */
int plan_open_stream(const char *path, bool for_reading, uint32_t mode, bool *ret_created);

#endif
