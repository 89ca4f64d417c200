/* sockets.c: commands on network sockets. */
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* listen FD PORT: a TCP socket on 127.0.0.1, moved to FD. */
static void command_listen(const struct command *command)
{
    const int wanted = (int)value_number(command->words[1]);
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)value_number(command->words[2]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 8) < 0 || dup2(fd, wanted) < 0) {
        answer_error(command, errno);
    } else {
        answer_ok(command);
    }
    if (fd >= 0 && fd != wanted) {
        close(fd);
    }
}

const struct command_entry socket_commands[] = {
    {"listen", command_listen, 2, 2},
    {NULL, NULL, 0, 0},
};
