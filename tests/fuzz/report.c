/*
 * What the launcher reads from the daemon, which may be another user, or taken over, by then: arbitrary records, with
 * and without descriptors, in the socket pair of a launch. It must not crash, must keep no descriptor, and must make a
 * sentence that ends.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "context.h"
#include "launch/wait.h"
#include "os/os.h"
#include "report/report.h"
#include "support/sandbox.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    MOST_RECORDS = 16,
    MOST_PASSED = 4,
    DESCRIPTOR_LIMIT = 256, /* the sandbox's */
    RECORD_HEAD = offsetof(struct record, failure.text),
    KINDS = RECORD_ENDED + 2,
    TAMPERING_RAW = 1 /* nothing is set right */
};

/* One record of the input: a byte for how it is sent, two for its length, then its bytes. */
struct piece {
    uint8_t tampering;
    size_t length;
    const uint8_t *bytes;
};

static void demand(int good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "report: %s\n", what);
        abort();
    }
}

static void trace(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status, void *user_data)
{
    (void)ctx;
    (void)user_data;
    demand(daemonctx_step_name(step) != NULL && daemonctx_status_name(status) != NULL, "the trace can be named");
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < DESCRIPTOR_LIMIT; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    sandbox_enter();
    return 0;
}

static int take_piece(const uint8_t **data, size_t *size, struct piece *ret_piece)
{
    if (*size < 3) {
        return 0;
    }
    size_t asked = (size_t)((*data)[1] | (*data)[2] << 8);
    ret_piece->tampering = (*data)[0];
    *data += 3;
    *size -= 3;
    ret_piece->length = asked < *size ? asked : *size;
    ret_piece->bytes = *data;
    *data += ret_piece->length;
    *size -= ret_piece->length;
    return 1;
}

/* Most records are set right where a wrong one would not be looked at any further: kind, deed and length of the text.
 */
static size_t shape(const struct piece *piece, struct record *record, size_t room)
{
    memset(record, 0, room);
    memcpy(record, piece->bytes, piece->length < room ? piece->length : room);
    if ((piece->tampering & TAMPERING_RAW) != 0) {
        return piece->length < room ? piece->length : room;
    }
    size_t length = piece->length < RECORD_HEAD ? RECORD_HEAD : piece->length;
    length = length < sizeof(*record) ? length : sizeof(*record) - 1;
    record->kind = record->kind % KINDS;
    record->failure.deed = record->failure.deed % DEED_COUNT;
    record->failure.text_length = (uint32_t)(length - RECORD_HEAD);
    return length;
}

static void send_piece(int fd, const struct piece *piece)
{
    static union {
        struct record record;
        char room[sizeof(struct record) + 64]; /* too long is possible */
    } sent;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MOST_PASSED * sizeof(int))];
    } control;
    const int passed[MOST_PASSED] = {0, 0, 0, 0};
    struct iovec part = {.iov_base = &sent, .iov_len = shape(piece, &sent.record, sizeof(sent))};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    size_t count = (piece->tampering >> 1U) % (MOST_PASSED + 1);
    if (count > 0) {
        memset(&control, 0, sizeof(control));
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), passed, count * sizeof(int));
    }
    (void)sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Any record may become the context's error, whether the launcher would believe it or not. */
static void check_sentence(daemonctx_context_t *ctx, const struct failure *failure)
{
    (void)error_from_failure(ctx, failure);
    const char *message = daemonctx_error_message(ctx);
    size_t length = strnlen(message, ERROR_MESSAGE_SIZE);
    demand(length > 0 && length < ERROR_MESSAGE_SIZE, "the sentence is one that ends");
    demand(strnlen(failure->text, sizeof(failure->text)) <= failure->text_length, "the text ends");
}

static void read_all(daemonctx_context_t *ctx)
{
    struct failure outcome;
    struct wait wait = {.ctx = ctx, .outcome = &outcome};
    failure_clear(&outcome);
    for (int i = 0; i < MOST_RECORDS; i++) {
        enum news news = wait_read(&wait);
        if (news == NEWS_NONE || news == NEWS_CUT) {
            break;
        }
        if (news != NEWS_BROKEN) {
            check_sentence(ctx, &wait.received.record.failure);
        }
        if (news == NEWS_ENDED) {
            wait_note_end(&wait);
        }
    }
    demand(ctx->launch.daemon_pid == 0 || ctx->launch.daemon_pid == getpid(), "the sender is the kernel's word");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int before = open_descriptors();
    daemonctx_context_t *ctx = NULL;
    struct piece piece;
    int ends[2];
    demand(daemonctx_new(&ctx) == DAEMONCTX_OK, "a context");
    demand(daemonctx_set_trace(ctx, trace, NULL) == DAEMONCTX_OK, "a trace");
    demand(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0, "a socket pair");
    demand(os_attest_senders(ends[0]) == 0, "senders");
    ctx->plan.report_in = ends[0];
    ctx->launch.intermediate = size > 0 && (data[0] & 0x80U) != 0 ? getpid() : 1;
    for (int i = 0; i < MOST_RECORDS && take_piece(&data, &size, &piece); i++) {
        send_piece(ends[1], &piece);
    }
    (void)close(ends[1]);
    read_all(ctx);
    descriptor_close(&ctx->launch.daemon_fd);
    daemonctx_free(ctx);
    demand(open_descriptors() == before, "every descriptor is closed again");
    return 0;
}
