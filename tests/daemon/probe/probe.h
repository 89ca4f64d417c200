/* probe.h: the helper executable of the daemon tests; tests/daemon/PROTOCOL.md says what it understands and answers. */
#ifndef DAEMONCTX_TESTS_PROBE_H
#define DAEMONCTX_TESTS_PROBE_H

#include <daemonctx/daemonctx.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    PROBE_FIRST_CHANNEL = 250, /* descriptor of channel 0; the others follow it */
    PROBE_CHANNELS = 6,
    PROBE_CONTEXTS = 4,
    PROBE_LINE_SIZE = 65536,
    PROBE_WORDS = 32,
    PROBE_NOWHERE = -1,     /* instead of a channel */
    PROBE_LEASH_STATUS = 99 /* exit status of a probe whose observer has let it go */
};

/* ---- wire.c: lines on a channel */
struct line {
    size_t length;
    char text[PROBE_LINE_SIZE];
};
void line_start(struct line *line, const char *word);
void line_number(struct line *line, const char *key, int64_t value);
void line_text(struct line *line, const char *key, const char *value);
void line_bytes(struct line *line, const char *key, const void *bytes, size_t length);
void line_send(const struct line *line, int channel);
void event_send(int channel, const char *word, const char *key, int64_t value);
bool channel_receive(int channel, char *buffer, size_t size);
void percent_decode(char *text);

/* ---- commands.c: one command: its decoded words, and where and whether to answer */
struct command {
    int count;
    char *words[PROBE_WORDS];
    int channel;
    bool quiet; /* from an argument or a hook: an `ok` is not sent */
};
void command_run(char *text, int channel, bool quiet);
void commands_run(char *list, int channel);
int commands_obey(int channel);
void command_return(int code);
int command_returned(void);

void answer_ok(const struct command *command);
void answer_number(const struct command *command, const char *key, int64_t value);
void answer_text(const struct command *command, const char *key, const char *value);
void answer_error(const struct command *command, int error);
void answer_result(const struct command *command, int result);
void answer_status(const struct command *command, daemonctx_status_t status);

typedef void (*command_fn)(const struct command *command);
struct command_entry {
    const char *name;
    command_fn run;
    int least;
    int most;
};
extern const struct command_entry library_commands[];
extern const struct command_entry pidfile_commands[];
extern const struct command_entry descriptor_commands[];
extern const struct command_entry condition_commands[];
extern const struct command_entry process_commands[];
extern const struct command_entry signal_commands[];
extern const struct command_entry thread_commands[];
extern const struct command_entry socket_commands[];
extern const struct command_entry child_commands[];
extern const struct command_entry memory_commands[];
extern const struct command_entry kernel_thread_commands[];

/* ---- calls.c: the contexts and the library's calls */
daemonctx_context_t *context_current(void);
int context_channel(void); /* index of the channel on which this process reports */
void context_set_channel(int channel);
int context_hook_channel(void); /* index of the channel that a hook, in whichever process, obeys */
void line_error(struct line *line, daemonctx_status_t status);

/* An opening call, told again to a probe that was started again by it. */
struct again {
    pid_t caller;
    int channel; /* the caller's */
    int daemons_channel;
    const char *call; /* open, launch */
};
void context_open_again(const struct again *again);

/* ---- again.c: a probe that is started again */
void again_note(const char *text);
daemonctx_status_t again_hand_over(daemonctx_context_t *context, const struct again *again);
bool again_replay(void); /* false: this is no second run */

/* ---- options.c, getters.c: name=value, get name */
daemonctx_status_t option_set(const char *name, char *value, bool *known);
daemonctx_status_t files_preserve_channels(daemonctx_context_t *context, const int32_t *more, size_t count);
void command_get(const struct command *command);

/* ---- hooks.c: callbacks that report */
daemonctx_status_t option_set_callback(const char *name, char *value, bool *known);

/* ---- values.c: words of the protocol */
int64_t value_number(const char *text);
int value_signal(const char *text);
bool value_enumerator(const char *option, const char *word, uint32_t *value);
size_t value_list(char *text, int64_t *values, size_t capacity);

#endif
