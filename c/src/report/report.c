/* Sending and receiving records. */
#include "report/report.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "descriptor.h"
#include "os/os.h"

/* A record travels without the unused end of its text. */
enum { RECORD_HEAD = offsetof(struct record, failure.text) };

union descriptor_message {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
};

static void attach(struct msghdr *message, union descriptor_message *control, int fd)
{
    memset(control, 0, sizeof(*control));
    message->msg_control = control->space;
    message->msg_controllen = sizeof(control->space);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
}

OS_SHARING int report_post(int fd, enum record_kind kind, const struct failure *failure)
{
    uint32_t number = kind;
    struct iovec parts[] = {
        {.iov_base = &number, .iov_len = sizeof(number)},
        {.iov_base = (void *)failure, .iov_len = RECORD_HEAD - sizeof(number) + failure->text_length},
    };
    return os_attendant_post(fd, parts, 2);
}

int report_send(int fd, enum record_kind kind, const struct failure *failure, int passed_fd)
{
    uint32_t number = kind;
    struct iovec parts[] = {
        {.iov_base = &number, .iov_len = sizeof(number)},
        {.iov_base = (void *)failure, .iov_len = RECORD_HEAD - sizeof(number) + failure->text_length},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    union descriptor_message control;
    if (passed_fd >= 0) {
        attach(&message, &control, passed_fd);
    }
    ssize_t sent = 0;
    do {
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

/* One descriptor is meant; a sender that passes more must not fill up this process. */
static void take_descriptors(const struct cmsghdr *header, int *fd)
{
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int passed = -1;
        memcpy(&passed, CMSG_DATA(header) + i * sizeof(passed), sizeof(passed));
        if (*fd < 0) {
            *fd = passed;
        } else {
            (void)close(passed);
        }
    }
}

static void take_control(struct msghdr *message, struct received *received)
{
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        pid_t sender = os_sender_of(header);
        if (sender != 0) {
            received->sender = sender;
        } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            take_descriptors(header, &received->passed_fd);
        }
    }
}

/* The daemon may be another user by now: what it says is checked, not trusted. */
static bool is_sound(const struct record *record, size_t length)
{
    const struct failure *failure = &record->failure;
    return length >= RECORD_HEAD && failure->text_length == length - RECORD_HEAD &&
           failure->text_length <= FAILURE_TEXT_MAX && failure->deed < DEED_COUNT;
}

enum report_result report_receive(int fd, struct received *ret_received)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int)) + OS_SENDER_SPACE];
    } control;
    struct record *record = &ret_received->record;
    struct iovec part = {.iov_base = record, .iov_len = sizeof(*record)};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof(control.space)};
    ssize_t length = 0;
    ret_received->sender = 0;
    ret_received->passed_fd = -1;
    do {
        length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0) {
        return errno == EAGAIN ? REPORT_NOTHING : errno == ECONNRESET ? REPORT_END : REPORT_BROKEN;
    }
    take_control(&message, ret_received);
    if (length == 0 && message.msg_controllen == 0) {
        return REPORT_END; /* an empty record is none, and comes with its sender */
    }
    if (!is_sound(record, (size_t)length)) {
        descriptor_close(&ret_received->passed_fd);
        errno = EPROTO;
        return REPORT_BROKEN;
    }
    record->failure.text[record->failure.text_length] = '\0';
    return REPORT_RECORD;
}
