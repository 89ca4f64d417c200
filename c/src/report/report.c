/* Sending and receiving records. */
#include "report/report.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

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

static int passed_descriptor(struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int))) {
        return -1;
    }
    int fd = -1;
    memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    return fd;
}

enum report_result report_receive(int fd, struct record *ret_record, int *ret_passed_fd)
{
    struct iovec part = {.iov_base = ret_record, .iov_len = sizeof(*ret_record)};
    union descriptor_message control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof(control.space)};
    ssize_t length = 0;
    *ret_passed_fd = -1;
    do {
        length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0) {
        return errno == EAGAIN ? REPORT_NOTHING : errno == ECONNRESET ? REPORT_END : REPORT_BROKEN;
    }
    if (length == 0) {
        return REPORT_END;
    }
    *ret_passed_fd = passed_descriptor(&message);
    struct failure *failure = &ret_record->failure;
    /* The daemon may be another user by now: what it says is checked, not trusted. */
    if ((size_t)length < RECORD_HEAD || failure->text_length != (size_t)length - RECORD_HEAD ||
        failure->text_length > FAILURE_TEXT_MAX || failure->deed >= DEED_COUNT) {
        errno = EPROTO;
        return REPORT_BROKEN;
    }
    failure->text[failure->text_length] = '\0';
    return REPORT_RECORD;
}
