/*
 * relaunch_program OPTION=VALUE...: a program that is started again. It tells what it sees before it opens a context,
 * in the launcher and in the daemon, opens, tells that too, and ends with its leash (PROTOCOL.md: channels 0 and 1).
 *
 * Reports: `before`, then `opened`, `launched` or `failed`. BY_DLOPEN: it has the library by dlopen alone, at the path
 * in the option `library`.
 */
#include <daemonctx/daemonctx.h>

#include <dlfcn.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_CHANNEL = 250, CHANNELS = 6, LEASH_STATUS = 99, LINE_SIZE = 8192, LINK_SIZE = 512 };

#ifdef BY_DLOPEN
static void *library;
static void *find(const char *name)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return symbol;
}
#define CALL(name) ((__typeof__(&daemonctx_##name))find("daemonctx_" #name))
#else
#define CALL(name) daemonctx_##name
#endif

static int channel = FIRST_CHANNEL;

static void send_line(const char *line)
{
    if (send(channel, line, strlen(line), MSG_NOSIGNAL) < 0) {
        _exit(LEASH_STATUS);
    }
}

#define REPORT(...)                                                   \
    do {                                                              \
        char report_line[LINE_SIZE];                                  \
        (void)snprintf(report_line, sizeof report_line, __VA_ARGS__); \
        send_line(report_line);                                       \
    } while (0)

/* The text of a link, with what parts words taken out. */
static const char *link_of(const char *path, char *text)
{
    const ssize_t length = readlink(path, text, LINK_SIZE - 1);
    text[length < 0 ? 0 : length] = '\0';
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == ' ' || *c == '%' ? '_' : *c;
    }
    return text;
}

static const char *inherited(daemonctx_context_t *context)
{
    static char text[LINK_SIZE];
    const void *bytes = NULL;
    size_t length = 0;
    if (CALL(get_inherited_state)(context, &bytes, &length) != DAEMONCTX_OK) {
        return "none";
    }
    snprintf(text, sizeof text, "%zu:%.*s", length, (int)(length > 100 ? 100 : length),
             bytes == NULL ? "" : (const char *)bytes);
    return text;
}

/* The process's, not this thread's. */
static void read_name(char *name, size_t size)
{
    FILE *file = fopen("/proc/self/comm", "r");
    if (file != NULL && fgets(name, (int)size, file) != NULL) {
        name[strcspn(name, "\n")] = '\0';
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static void tell_surroundings(daemonctx_context_t *context)
{
    char place[LINK_SIZE];
    char root[LINK_SIZE];
    char streams[3][LINK_SIZE];
    char name[32] = "";
    struct stat status = {0};
    const mode_t mask = umask(0);
    (void)umask(mask);
    (void)stat("/", &status);
    read_name(name, sizeof name);
    REPORT("before pid=%d relaunched=%d detach=%d cwd=%s root=%s inode=%ld umask=%u uid=%u gid=%u stdin=%s stdout=%s "
           "stderr=%s name=%s state=%s",
           (int)getpid(), (int)CALL(is_relaunched)(), (int)CALL(is_detach_required)(NULL),
           link_of("/proc/self/cwd", place), link_of("/proc/self/root", root), (long)status.st_ino, (unsigned)mask,
           getuid(), getgid(), link_of("/proc/self/fd/0", streams[0]), link_of("/proc/self/fd/1", streams[1]),
           link_of("/proc/self/fd/2", streams[2]), name, inherited(context));
}

static void *wait_for_ever(void *unused)
{
    for (;;) {
        (void)pause(); /* the C library changes ids in all threads by a signal, which ends a pause */
    }
    return unused;
}

static void start_threads(int count)
{
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) {
            exit(2);
        }
    }
}

static void on_signal(daemonctx_context_t *context, int32_t signum, void *user_data)
{
    (void)context;
    (void)signum;
    (void)user_data;
}

/* A child of this run, and the end of it. */
static _Noreturn void run_shell(const char *text)
{
    char *const arguments[] = {"sh", "-c", (char *)text, NULL};
    pid_t child = 0;
    int status = 1;
    if (posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) == 0) {
        (void)waitpid(child, &status, 0);
    }
    _exit(status == 0 ? 0 : 1);
}

static int opens = 1;

static daemonctx_status_t apply(daemonctx_context_t *context, const char *name, const char *value)
{
    const int second = CALL(is_relaunched)();
    if (strcmp(name, "threads") == 0) {
        start_threads((int)strtol(value, NULL, 10));
    } else if (strcmp(name, "detach") == 0) {
        return CALL(set_detach_process)(context, (uint32_t)strtoul(value, NULL, 10));
    } else if (strcmp(name, "umask") == 0 || (strcmp(name, "second_umask") == 0 && second)) {
        return CALL(set_umask)(context, (uint32_t)strtoul(value, NULL, 8));
    } else if (strcmp(name, "working_directory") == 0) {
        return CALL(set_working_directory)(context, value);
    } else if (strcmp(name, "chroot") == 0) {
        return CALL(set_chroot_directory)(context, value);
    } else if (strcmp(name, "user") == 0) {
        return CALL(set_user)(context, value);
    } else if (strcmp(name, "capabilities") == 0) {
        return CALL(set_capabilities)(context, strtoull(value, NULL, 10));
    } else if (strcmp(name, "pidfile") == 0) {
        return CALL(set_pidfile)(context, value);
    } else if (strcmp(name, "state") == 0 && !second) {
        return CALL(set_state)(context, value, strlen(value));
    } else if (strcmp(name, "handler") == 0 && (strcmp(value, "both") == 0 || !second)) {
        return CALL(set_signal_handler)(context, 1, on_signal, NULL);
    } else if (strcmp(name, "wait") == 0 && !second) {
        char command[16];
        if (read(channel, command, sizeof command) <= 0) {
            _exit(LEASH_STATUS);
        }
    } else if (strcmp(name, "effective") == 0) {
        return seteuid((uid_t)strtoul(value, NULL, 10)) == 0 ? DAEMONCTX_OK : DAEMONCTX_ERR_PRIVILEGE;
    } else if (strcmp(name, "opens") == 0) {
        opens = (int)strtol(value, NULL, 10);
    } else if (strcmp(name, "exit") == 0 && second) {
        exit((int)strtol(value, NULL, 10));
    } else if (strcmp(name, "run") == 0 && second) {
        run_shell(value);
    }
    return DAEMONCTX_OK;
}

static void apply_all(daemonctx_context_t *context, char **arguments)
{
    int32_t channels[CHANNELS];
    for (int32_t i = 0; i < CHANNELS; i++) {
        channels[i] = FIRST_CHANNEL + i;
    }
    (void)CALL(set_files_preserve)(context, channels, CHANNELS);
    (void)CALL(set_detach_process)(context, DAEMONCTX_DETACH_PROCESS_YES);
    (void)CALL(set_detach_method)(context, DAEMONCTX_DETACH_METHOD_REEXEC);
    for (; *arguments != NULL; arguments++) {
        char name[32] = ""; /* what is no option is only an argument */
        const char *value = strchr(*arguments, '=');
        if (value != NULL && value - *arguments < (long)sizeof name) {
            memcpy(name, *arguments, (size_t)(value - *arguments));
            (void)apply(context, name, value + 1); /* a refusal comes out of open */
        }
    }
}

static void tell_outcome(daemonctx_context_t *context, daemonctx_status_t status)
{
    if (status == DAEMONCTX_OK && CALL(is_relaunched)() && getsid(0) != getpid()) {
        channel = FIRST_CHANNEL + 1;
    }
    const mode_t mask = umask(0);
    (void)umask(mask);
    if (status < 0) {
        char text[LINE_SIZE] = "";
        const char *message = CALL(error_message)(context);
        for (size_t i = 0; message[i] != '\0' && i + 1 < sizeof text; i++) {
            text[i] = message[i] == ' ' || message[i] == '%' ? '_' : message[i];
        }
        REPORT("failed status=%d step=%d message=%s", (int)status, (int)CALL(error_step)(context), text);
        return;
    }
    REPORT("%s status=%d pid=%d daemon_pid=%d umask=%u state=%s", status == DAEMONCTX_LAUNCHED ? "launched" : "opened",
           (int)status, (int)getpid(), (int)CALL(daemon_pid)(context), (unsigned)mask, inherited(context));
}

static int run(char **arguments)
{
    char command[LINE_SIZE];
    daemonctx_context_t *context = NULL;
    if (CALL(new)(&context) != DAEMONCTX_OK) {
        return 2;
    }
    tell_surroundings(context);
    apply_all(context, arguments);
    for (int i = 0; i < opens; i++) {
        const daemonctx_status_t status = CALL(open)(context);
        if (opens == 1 || status < 0) {
            tell_outcome(context, status);
            break;
        }
        (void)CALL(close)(context);
    }
    if (read(channel, command, sizeof command) <= 0) {
        _exit(LEASH_STATUS);
    }
    CALL(free)(context);
    return 0;
}

static void *run_named(void *arguments)
{
    (void)prctl(PR_SET_NAME, "a worker", 0, 0, 0);
    exit(run(arguments));
}

/* With `in_thread=1` first all is done by a thread with a name of its own, and main() waits. */
static int begin(char **arguments)
{
    pthread_t thread;
    if (*arguments == NULL || strcmp(*arguments, "in_thread=1") != 0) {
        return run(arguments);
    }
    return pthread_create(&thread, NULL, run_named, arguments) != 0 || pthread_join(thread, NULL) != 0 ? 2 : 0;
}

int main(int argc, char **argv)
{
#ifdef BY_DLOPEN
    const char *path = getenv("RELAUNCH_LIBRARY");
    library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
#endif
    return argc > 0 ? begin(argv + 1) : 2;
}
