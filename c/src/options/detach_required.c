/* Whether this process needs to detach at all. Asked of the process as it is, before anything is changed. */
#include "options/detach_required.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemonctx/daemonctx.h"

/* A service manager names the process that a variable is meant for: in its children the same text means nothing. */
static bool names_this_process(const char *variable)
{
    const char *text = getenv(variable);
    if (text == NULL || *text < '1' || *text > '9') {
        return false;
    }
    char *end = NULL;
    long pid = strtol(text, &end, 10);
    return *end == '\0' && pid == (long)getpid();
}

static bool has_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    (void)close(fd);
    return true;
}

static bool is_network_socket(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_storage storage;
    } address = {.storage = {0}};
    socklen_t length = sizeof(address);
    if (getsockname(fd, &address.any, &length) != 0) {
        return false;
    }
    return address.any.sa_family == AF_INET || address.any.sa_family == AF_INET6;
}

/* inetd(8) gives one and the same connection as input and output; sshd's socket pairs are AF_UNIX. */
static bool is_started_by_inetd(void)
{
    struct stat input;
    struct stat output;
    return fstat(STDIN_FILENO, &input) == 0 && fstat(STDOUT_FILENO, &output) == 0 && S_ISSOCK(input.st_mode) &&
           input.st_dev == output.st_dev && input.st_ino == output.st_ino && is_network_socket(STDIN_FILENO);
}

static uint32_t kept_reason;
static bool is_kept;

void detach_required_keep(uint32_t reason)
{
    kept_reason = reason;
    is_kept = true;
}

uint32_t detach_required_reason(void)
{
    if (is_kept) {
        return kept_reason;
    }
    if (getpid() == 1) {
        return DAEMONCTX_DETACH_REASON_PID_1;
    }
    if (names_this_process("SYSTEMD_EXEC_PID") || names_this_process("LISTEN_PID")) {
        return DAEMONCTX_DETACH_REASON_LISTEN_PID;
    }
    bool notify = getenv("NOTIFY_SOCKET") != NULL;
    bool child_of_init = getppid() == 1;
    if ((notify || child_of_init) && !has_terminal()) {
        return notify ? DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET : DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1;
    }
    return is_started_by_inetd() ? DAEMONCTX_DETACH_REASON_INETD : DAEMONCTX_DETACH_REASON_REQUIRED;
}

int detach_passed_descriptors(void)
{
    const char *text = getenv("LISTEN_FDS");
    if (text == NULL || *text < '1' || *text > '9' || !names_this_process("LISTEN_PID")) {
        return 0;
    }
    char *end = NULL;
    long count = strtol(text, &end, 10);
    return *end == '\0' && count <= DETACH_PASSED_MAX ? (int)count : 0;
}

int32_t daemonctx_is_detach_required(uint32_t *ret_reason)
{
    uint32_t reason = detach_required_reason();
    if (ret_reason != NULL) {
        *ret_reason = reason;
    }
    return reason == DAEMONCTX_DETACH_REASON_REQUIRED ? 1 : 0;
}
