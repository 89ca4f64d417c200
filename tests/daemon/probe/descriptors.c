/* descriptors.c: commands that make, change and look at descriptors and files. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* r, w or b (both), then any of: a append, c create, x close-on-exec, n non-blocking, d directory, p path only */
static int open_flags(const char *letters)
{
    int flags = strchr(letters, 'b') != NULL ? O_RDWR : strchr(letters, 'w') != NULL ? O_WRONLY : O_RDONLY;
    flags |= strchr(letters, 'a') != NULL ? O_APPEND : 0;
    flags |= strchr(letters, 'c') != NULL ? O_CREAT : 0;
    flags |= strchr(letters, 'n') != NULL ? O_NONBLOCK : 0;
    flags |= strchr(letters, 'd') != NULL ? O_DIRECTORY : 0;
    flags |= strchr(letters, 'p') != NULL ? O_PATH : 0;
    return flags;
}

/* Moves fd to the number wanted; the first one is closed. */
static int move_to(int fd, int wanted, bool close_on_exec)
{
    const int flags = close_on_exec ? O_CLOEXEC : 0;
    if (fd < 0) {
        return -1;
    }
    if (fd == wanted) {
        return fcntl(fd, F_SETFD, close_on_exec ? FD_CLOEXEC : 0) < 0 ? -1 : fd;
    }
    const int moved = dup3(fd, wanted, flags);
    const int saved = errno;
    close(fd);
    errno = saved;
    return moved;
}

static void command_hold(const struct command *command)
{
    const char *letters = command->count > 3 ? command->words[3] : "r";
    const int fd = open(command->words[2], open_flags(letters), 0666);
    answer_result(command, move_to(fd, (int)value_number(command->words[1]), strchr(letters, 'x') != NULL));
}

static void command_dup(const struct command *command)
{
    answer_result(command, dup2((int)value_number(command->words[1]), (int)value_number(command->words[2])));
}

static void command_pipe(const struct command *command)
{
    int ends[2];
    if (pipe(ends) < 0) {
        answer_error(command, errno);
        return;
    }
    const int write_end = move_to(ends[1], (int)value_number(command->words[2]), false);
    const int read_end = move_to(ends[0], (int)value_number(command->words[1]), false);
    answer_result(command, read_end < 0 ? read_end : write_end);
}

static void command_close_fd(const struct command *command)
{
    answer_result(command, close((int)value_number(command->words[1])));
}

/* That many more descriptors on the lowest free numbers. */
static void command_fill(const struct command *command)
{
    const int64_t wanted = value_number(command->words[1]);
    int fd = 0;
    for (int64_t i = 0; i < wanted && fd >= 0; i++) {
        fd = open("/dev/null", O_RDONLY);
    }
    answer_result(command, fd);
}

static void command_cloexec(const struct command *command)
{
    const int on = value_number(command->words[2]) != 0 ? FD_CLOEXEC : 0;
    answer_result(command, fcntl((int)value_number(command->words[1]), F_SETFD, on));
}

static void command_seek(const struct command *command)
{
    const off_t at = lseek((int)value_number(command->words[1]), (off_t)value_number(command->words[2]), SEEK_SET);
    answer_result(command, at < 0 ? -1 : (int)at);
}

static void command_write(const struct command *command)
{
    const char *text = command->words[2];
    answer_result(command, (int)write((int)value_number(command->words[1]), text, strlen(text)));
}

static void answer_bytes(const struct command *command, const char *bytes, size_t length)
{
    static struct line line;
    line_start(&line, "ok");
    line_bytes(&line, "value", bytes, length);
    line_send(&line, command->channel);
}

static void command_read(const struct command *command)
{
    static char bytes[PROBE_LINE_SIZE / 4];
    size_t wanted = (size_t)value_number(command->words[2]);
    wanted = wanted > sizeof bytes ? sizeof bytes : wanted;
    const ssize_t got = read((int)value_number(command->words[1]), bytes, wanted);
    if (got < 0) {
        answer_error(command, errno);
    } else {
        answer_bytes(command, bytes, (size_t)got);
    }
}

static void command_readfile(const struct command *command)
{
    static char bytes[PROBE_LINE_SIZE / 4];
    size_t length = 0;
    ssize_t got = 0;
    const int fd = open(command->words[1], O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (got = read(fd, bytes + length, sizeof bytes - length)) > 0) {
        length += (size_t)got;
    }
    const int error = errno;
    if (fd >= 0) {
        close(fd); /* before the answer: closing its own pid file costs a daemon its record lock */
    }
    if (fd < 0 || got < 0) {
        answer_error(command, error);
    } else {
        answer_bytes(command, bytes, length);
    }
}

static void command_writefile(const struct command *command)
{
    const int fd = open(command->words[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        answer_error(command, errno);
        return;
    }
    answer_result(command, (int)write(fd, command->words[2], strlen(command->words[2])));
    close(fd);
}

static void command_readlink(const struct command *command)
{
    char target[4096];
    const ssize_t length = readlink(command->words[1], target, sizeof target);
    if (length < 0) {
        answer_error(command, errno);
    } else {
        answer_bytes(command, target, (size_t)length);
    }
}

/* Names parted by commas; of /proc/self/fd the listing's own descriptor is among them. */
static void command_listdir(const struct command *command)
{
    static char names[PROBE_LINE_SIZE / 4];
    DIR *directory = opendir(command->words[1]);
    if (directory == NULL) {
        answer_error(command, errno);
        return;
    }
    names[0] = '\0';
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strlen(names) + strlen(entry->d_name) + 2 < sizeof names && entry->d_name[0] != '.') {
            strcat(names, names[0] != '\0' ? "," : "");
            strcat(names, entry->d_name);
        }
    }
    closedir(directory);
    answer_text(command, "value", names);
}

/* Without O_NOCTTY: a session leader without a terminal would get this one. */
static void command_opentty(const struct command *command)
{
    answer_result(command, open(command->words[1], O_RDWR));
}

const struct command_entry descriptor_commands[] = {
    {"hold", command_hold, 2, 3},
    {"dup", command_dup, 2, 2},
    {"pipe", command_pipe, 2, 2},
    {"close_fd", command_close_fd, 1, 1},
    {"fill", command_fill, 1, 1},
    {"cloexec", command_cloexec, 2, 2},
    {"seek", command_seek, 2, 2},
    {"write", command_write, 2, 2},
    {"read", command_read, 2, 2},
    {"readfile", command_readfile, 1, 1},
    {"writefile", command_writefile, 2, 2},
    {"readlink", command_readlink, 1, 1},
    {"listdir", command_listdir, 1, 1},
    {"opentty", command_opentty, 1, 1},
    {NULL, NULL, 0, 0},
};
