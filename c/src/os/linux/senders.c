/* Who sent a message on Linux: SO_PASSCRED and SCM_CREDENTIALS of unix(7). */
#include <string.h>
#include <sys/socket.h>

#include "os/os.h"

_Static_assert(CMSG_SPACE(sizeof(struct ucred)) <= OS_SENDER_SPACE, "a sender fits");

int os_attest_senders(int socket)
{
    const int on = 1;
    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

pid_t os_sender_of(const struct cmsghdr *header)
{
    struct ucred sender;
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS ||
        header->cmsg_len != CMSG_LEN(sizeof(sender))) {
        return 0;
    }
    memcpy(&sender, CMSG_DATA(header), sizeof(sender));
    return sender.pid;
}
