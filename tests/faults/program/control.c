/* The socket to the driver. Its calls (sendto, recvfrom) are none of the library's, so they disturb no counting. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program.h"

/* A number of its own: which ones are free below it must not depend on the driver. */
enum { CONTROL = 200 };

static int control = -1;

bool control_inherit(void)
{
    control = fcntl(CONTROL, F_GETFD) < 0 ? -1 : CONTROL;
    return control == CONTROL;
}

bool control_use(int fd)
{
    control = dup2(fd, CONTROL);
    return control == CONTROL && close(fd) == 0;
}

int control_fd(void)
{
    return control;
}

void control_send(const struct text *text)
{
    (void)send(control, text->content, text->length, MSG_NOSIGNAL);
}

bool control_receive(char *word, size_t size)
{
    ssize_t length = recv(control, word, size - 1, 0);
    word[length > 0 ? length : 0] = '\0';
    return length > 0;
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof(text->content) - text->length;
    int length = vsnprintf(text->content + text->length, room, format, arguments);
    if (length > 0) {
        text->length += (size_t)length < room ? (size_t)length : room - 1;
    }
    va_end(arguments);
}
