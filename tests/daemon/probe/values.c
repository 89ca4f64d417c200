/* values.c: what the words of the protocol mean: numbers, lists, signals, enumerators. */
#include "probe.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Decimal, 0-prefixed octal or 0x hexadecimal. */
int64_t value_number(const char *text)
{
    return strtoll(text, NULL, 0);
}

size_t value_list(char *text, int64_t *values, size_t capacity)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *item = strtok_r(text, ",", &rest); item != NULL && count < capacity; item = strtok_r(NULL, ",", &rest)) {
        values[count++] = value_number(item);
    }
    return count;
}

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},     {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},   {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},   {"TERM", SIGTERM},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},   {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU}, {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},   {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF}, {"IO", SIGIO},     {"SYS", SIGSYS},   {"WINCH", SIGWINCH},
};

/* A name without SIG, RTMIN+n, or a number, which may be one that no system has. */
int value_signal(const char *text)
{
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (strcmp(signals[i].name, text) == 0) {
            return signals[i].number;
        }
    }
    if (strncmp(text, "RTMIN+", 6) == 0) {
        return SIGRTMIN + (int)value_number(text + 6);
    }
    return (int)value_number(text);
}

static const struct {
    const char *option;
    const char *word;
    uint32_t value;
} enumerators[] = {
    {"detach_process", "no", DAEMONCTX_DETACH_PROCESS_NO},
    {"detach_process", "yes", DAEMONCTX_DETACH_PROCESS_YES},
    {"detach_process", "auto", DAEMONCTX_DETACH_PROCESS_AUTO},
    {"method", "auto", DAEMONCTX_DETACH_METHOD_AUTO},
    {"method", "fork", DAEMONCTX_DETACH_METHOD_FORK},
    {"method", "reexec", DAEMONCTX_DETACH_METHOD_REEXEC},
    {"method", "unchecked", DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED},
    {"ready_mode", "on_open", DAEMONCTX_READY_MODE_ON_OPEN},
    {"ready_mode", "manual", DAEMONCTX_READY_MODE_MANUAL},
    {"stream_switch", "at_open", DAEMONCTX_STREAM_SWITCH_AT_OPEN},
    {"stream_switch", "at_ready", DAEMONCTX_STREAM_SWITCH_AT_READY},
    {"signal_reset", "mapped", DAEMONCTX_SIGNAL_RESET_MAPPED},
    {"signal_reset", "all", DAEMONCTX_SIGNAL_RESET_ALL},
    {"signal", "ignore", DAEMONCTX_SIGNAL_ACTION_IGNORE},
    {"signal", "default", DAEMONCTX_SIGNAL_ACTION_DEFAULT},
    {"signal", "terminate", DAEMONCTX_SIGNAL_ACTION_TERMINATE},
};

/* False: neither a word of that option nor a number. */
bool value_enumerator(const char *option, const char *word, uint32_t *value)
{
    for (size_t i = 0; i < sizeof enumerators / sizeof enumerators[0]; i++) {
        if (strcmp(enumerators[i].option, option) == 0 && strcmp(enumerators[i].word, word) == 0) {
            *value = enumerators[i].value;
            return true;
        }
    }
    *value = (uint32_t)value_number(word);
    return word[0] >= '0' && word[0] <= '9';
}
