/* The parts of the program whose launches are faulted. */
#ifndef FAULTS_PROGRAM_H
#define FAULTS_PROGRAM_H

#include <daemonctx/daemonctx.h>
#include <stdbool.h>
#include <stddef.h>

/* The processes of a launch, in the order in which they come to be. */
enum role { ROLE_LAUNCHER, ROLE_INTERMEDIATE, ROLE_DAEMON, ROLE_NONE };

/* A text that is filled piece by piece; what does not fit is cut. */
struct text {
    char content[16384];
    size_t length;
};
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The socket to the driver: one packet, one message. A program that was started again has it already. */
bool control_inherit(void);
bool control_use(int fd);
int control_fd(void);
void control_send(const struct text *text);
/* Waits for a word of the driver's; false when it is gone. */
bool control_receive(char *word, size_t size);

/* Says that this process will be held when its role is the wanted one. Before any other fork handler is registered. */
void hold_register(enum role wanted);
/* No process can be made that shares this one's memory, as where it is not safe to: the launcher is copied twice. */
void hold_refuse_sharing(void);
/* In the launcher, right before the launch. */
void hold_launcher(void);
/* In the program that was started again, right before it opens: what it calls from here on is the library's again. */
void hold_resume(void);
/* The launch is over in this process: what it calls from here on is not the library's, and nobody is held any more. */
void hold_over(void);

/* What a process can be asked about itself, one line for each property. */
void describe_process(struct text *text);

/* The options of a scenario. */
struct scenario {
    bool open, manual, full, unchecked, in_place, reexec, bare, twice;
    bool again; /* this is the program that re-exec started */
    const char *directory;
    int bound_ms;
};
daemonctx_context_t *scenario_context(struct scenario *scenario);
void scenario_describe_preserved(struct text *text, const struct scenario *scenario);
/* What the launcher handed on. */
void scenario_describe_state(struct text *text, const daemonctx_context_t *ctx);
void scenario_count_hooks(struct text *text);
void scenario_forget_hooks(void);

#endif
