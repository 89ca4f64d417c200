/* pty_session.c: becomes a session leader on a terminal and runs a command in the terminal's foreground group.
 *
 *     pty_session TERMINAL COMMAND ARGUMENTS...
 *
 * It ends with the command's exit status as soon as the command ends, as a shell does that was given one command; the
 * kernel then hangs up the terminal's foreground group. Killed, it ends at once. TERMINAL is the slave side of a
 * pseudo-terminal whose master the observer holds. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors 0-2 become the terminal, which becomes the session's. */
static int take_terminal(const char *path)
{
    if (setsid() < 0) {
        return -1;
    }
    const int terminal = open(path, O_RDWR | O_NOCTTY);
    if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0) {
        return -1;
    }
    for (int stream = 0; stream < 3; stream++) {
        if (dup2(terminal, stream) < 0) {
            return -1;
        }
    }
    return terminal > 2 ? close(terminal) : 0;
}

/* In the child: its own group, in the foreground, then the command. */
static void run_in_foreground(char **command)
{
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN); /* a background group that calls tcsetpgrp would be stopped */
    tcsetpgrp(0, getpid());
    signal(SIGTTOU, SIG_DFL);
    execvp(command[0], command);
    _exit(127);
}

/* Only the command shall hold the probe's channels (descriptors from 250 on): they tell when its processes have ended.
 */
static void close_channels(void)
{
    for (int fd = 3; fd < 300; fd++) {
        close(fd);
    }
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 3 || take_terminal(argv[1]) < 0) {
        perror("pty_session");
        return 126;
    }
    const pid_t child = fork();
    if (child == 0) {
        run_in_foreground(argv + 2);
    }
    close_channels();
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        return 126;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
