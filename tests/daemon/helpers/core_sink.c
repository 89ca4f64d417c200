/* core_sink.c: what the kernel pipes a core into, given as core_pattern: "|core_sink FIFO PID SIGNAL". Writes "PID
 * SIGNAL SIZE\n" to the FIFO. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char buffer[65536];
    char text[128];
    long long size = 0;
    ssize_t got;
    if (argc != 4) {
        return 1;
    }
    while ((got = read(0, buffer, sizeof buffer)) > 0) {
        size += got;
    }
    const int fifo = open(argv[1], O_WRONLY | O_NONBLOCK);
    const int length = snprintf(text, sizeof text, "%s %s %lld\n", argv[2], argv[3], size);
    return fifo >= 0 && write(fifo, text, (size_t)length) == length ? 0 : 1;
}
