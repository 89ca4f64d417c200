/*
 * echod: a TCP echo server (RFC 862) that is a well-behaved daemon. Copy from it.
 *
 * The launcher reads the command line and the settings, so that mistakes are told on the terminal. The daemon binds its
 * port with the launcher's privileges (the privileged hook), gives them up, says where it listens while it still has
 * the terminal, and lets the launcher end: with status 0, or with 1 and the sentence of whatever went wrong in the
 * daemon.
 */
#define _GNU_SOURCE /* accept4 */
#include <daemonctx/daemonctx.h>

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 64, BUFFER = 16384, EXIT_USAGE = 2 };

static const char usage[] =
    "usage: echod [OPTION]...\n"
    "  -a, --address ADDRESS   listen on this numeric address (default 127.0.0.1)\n"
    "  -p, --port PORT         listen on this port (default 7; 0: any that is free)\n"
    "  -c, --config FILE       settings: `greeting = TEXT` (default none), `max-clients = 1..64`\n"
    "                          (default 64); SIGHUP reads them again and reopens the log\n"
    "  -P, --pidfile FILE      keep the daemon's pid there, and refuse a second start\n"
    "  -u, --user NAME         become this user once the port is bound\n"
    "  -l, --log FILE          append messages to this file\n"
    "  -f, --foreground        do not detach\n"
    "  -h, --help              show this\n";

struct settings {
    long max_clients;
    char greeting[200]; /* a line sent to each new client */
};

struct client {
    int fd;
    size_t start, end; /* of the bytes that were taken in and have not gone out */
    char bytes[BUFFER];
};

struct server {
    const char *address, *port, *config, *pidfile, *user, *log; /* config is absolute: a daemon's directory is "/" */
    int foreground;
    struct addrinfo *where;
    struct settings settings;
    int listener;
    int accepting; /* 0 for a second after accept() ran out of something */
    int count;
    struct client clients[CLIENTS];
};

static int is_number(const char *text, long low, long high, long *ret_value)
{
    char *end = NULL;
    *ret_value = strtol(text, &end, 10);
    return end != text && *end == '\0' && *ret_value >= low && *ret_value <= high;
}

/* All or nothing: after a mistake, which is told on stderr, the settings are what they were. */
static int read_settings(const char *path, struct settings *settings)
{
    struct settings read = {.max_clients = CLIENTS};
    char line[256];
    char number[sizeof line];
    int mistakes = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        warn("cannot read %s", path);
        return -1;
    }
    for (int at = 1; fgets(line, sizeof line, file) != NULL; at++) {
        int is_known =
            line[0] == '#' || line[strspn(line, " \t\n")] == '\0' ||
            sscanf(line, " greeting = %199[^\n]", read.greeting) == 1 ||
            (sscanf(line, " max-clients = %255s", number) == 1 && is_number(number, 1, CLIENTS, &read.max_clients));
        if (!is_known) {
            warnx("%s:%d is neither 'greeting = TEXT' nor 'max-clients = 1..%d'", path, at, CLIENTS);
            mistakes++;
        }
    }
    fclose(file);
    if (mistakes > 0) {
        return -1;
    }
    *settings = read;
    return 0;
}

/* The deferred handler of SIGHUP: daemonctx_dispatch() calls it, so that it may do whatever a program may. */
static void reload(daemonctx_context_t *ctx, int32_t signum, void *user_data)
{
    struct server *server = user_data;
    (void)signum;
    if (daemonctx_reopen_streams(ctx) != DAEMONCTX_OK) {
        warnx("%s", daemonctx_error_message(ctx));
    }
    if (server->config != NULL) {
        const char *what = read_settings(server->config, &server->settings) == 0 ? "read again" : "kept";
        warnx("settings %s: greeting = %s, max-clients = %ld", what, server->settings.greeting,
              server->settings.max_clients);
    }
}

/* ---- Clients ---------------------------------------------------------------------------------------------- */

static int is_passing(int error)
{
    return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

static void welcome(struct server *server)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        server->accepting = is_passing(errno);
        return;
    }
    struct client *client = &server->clients[server->count++];
    const char *greeting = server->settings.greeting;
    client->fd = fd;
    client->start = 0;
    client->end = greeting[0] == '\0' ? 0 : (size_t)snprintf(client->bytes, BUFFER, "%s\r\n", greeting);
}

static void dismiss(struct server *server, int which)
{
    close(server->clients[which].fd);
    server->clients[which] = server->clients[--server->count];
}

/* Takes in only when all that came before has gone out: a client that does not read costs one buffer and no more. */
static int echo(struct client *client)
{
    if (client->start == client->end) {
        ssize_t got = recv(client->fd, client->bytes, BUFFER, 0);
        if (got <= 0) {
            return got < 0 && is_passing(errno) ? 0 : -1;
        }
        client->start = 0;
        client->end = (size_t)got;
    }
    ssize_t sent = send(client->fd, client->bytes + client->start, client->end - client->start, 0);
    if (sent < 0) {
        return is_passing(errno) ? 0 : -1;
    }
    client->start += (size_t)sent;
    return 0;
}

/* One round of the poll loop: OK to go on, TERMINATED when a signal asked for the end. */
static daemonctx_status_t serve(daemonctx_context_t *ctx, struct server *server, int signals)
{
    int has_room = server->accepting && server->count < server->settings.max_clients;
    struct pollfd polls[2 + CLIENTS] = {{.fd = signals, .events = POLLIN},
                                        {.fd = server->listener, .events = has_room ? POLLIN : 0}};
    for (int i = 0; i < server->count; i++) {
        const struct client *client = &server->clients[i];
        polls[2 + i].fd = client->fd;
        polls[2 + i].events = client->start == client->end ? POLLIN : POLLOUT;
    }
    int ready = poll(polls, 2 + (nfds_t)server->count, server->accepting ? -1 : 1000);
    server->accepting = 1;
    if (ready <= 0) {
        return DAEMONCTX_OK;
    }
    /* Backwards: dismiss() fills the gap with the last client, which then has had its turn. */
    for (int i = server->count - 1; i >= 0; i--) {
        if (polls[2 + i].revents != 0 && echo(&server->clients[i]) != 0) {
            dismiss(server, i);
        }
    }
    if (polls[1].revents != 0) {
        welcome(server);
    }
    return polls[0].revents != 0 ? daemonctx_dispatch(ctx) : DAEMONCTX_OK;
}

/* ---- The daemon ------------------------------------------------------------------------------------------- */

/* The privileged hook: runs in the daemon before it gives up privileges, so that ports below 1024 can be bound. */
static int32_t bind_port(daemonctx_context_t *ctx, void *user_data)
{
    struct server *server = user_data;
    const struct addrinfo *where = server->where;
    int fd = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
        bind(fd, where->ai_addr, where->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        char sentence[200];
        snprintf(sentence, sizeof sentence, "cannot listen on %s port %s: %s", server->address, server->port,
                 strerror(errno));
        daemonctx_notify_failed(ctx, EXIT_FAILURE, sentence);
        return EXIT_FAILURE;
    }
    server->listener = fd;
    return daemonctx_preserve(ctx, fd);
}

/* Says where it listens: the launcher still waits, so this goes to the terminal. */
static void announce(const struct server *server)
{
    struct sockaddr_storage bound = {0};
    char port[NI_MAXSERV] = "?";
    getsockname(server->listener, (struct sockaddr *)&bound, &(socklen_t){sizeof bound});
    getnameinfo((struct sockaddr *)&bound, sizeof bound, NULL, 0, port, sizeof port, NI_NUMERICSERV);
    printf("echod: listening on %s port %s, pid %d\n", server->address, port, (int)getpid());
    fflush(stdout);
}

static int run(daemonctx_context_t *ctx, struct server *server)
{
    int32_t signals = -1;
    daemonctx_status_t status = daemonctx_signal_fd(ctx, &signals);
    if (status == DAEMONCTX_OK) {
        announce(server);
        status = daemonctx_notify_ready(ctx);
    }
    while (status == DAEMONCTX_OK) {
        status = serve(ctx, server, signals);
    }
    if (status != DAEMONCTX_TERMINATED) {
        warnx("%s", daemonctx_error_message(ctx));
    }
    close(server->listener);
    while (server->count > 0) {
        dismiss(server, server->count - 1);
    }
    return status == DAEMONCTX_TERMINATED ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* No call is checked: a refused value is remembered, and daemonctx_open() then returns its status and sentence. */
static void set_options(daemonctx_context_t *ctx, struct server *server)
{
    daemonctx_set_ready_mode(ctx, DAEMONCTX_READY_MODE_MANUAL);
    daemonctx_set_stream_switch(ctx, DAEMONCTX_STREAM_SWITCH_AT_READY);
    daemonctx_set_privileged_hook(ctx, bind_port, server);
    daemonctx_set_signal_handler(ctx, SIGHUP, reload, server);
    daemonctx_set_signal_action(ctx, SIGINT, DAEMONCTX_SIGNAL_ACTION_TERMINATE); /* SIGTERM is so by default */
    daemonctx_set_signal_action(ctx, SIGPIPE, DAEMONCTX_SIGNAL_ACTION_IGNORE);
    if (server->foreground) {
        daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_NO);
        daemonctx_set_stderr_inherit(ctx);
    }
    if (server->log != NULL) {
        daemonctx_set_stderr_path(ctx, server->log, 0640);
    }
    if (server->pidfile != NULL) {
        daemonctx_set_pidfile(ctx, server->pidfile);
    }
    if (server->user != NULL) {
        daemonctx_set_user(ctx, server->user);
    }
}

/* ---- The launcher ----------------------------------------------------------------------------------------- */

static void read_command_line(struct server *server, int argc, char **argv)
{
    static const struct option options[] = {
        {"address", required_argument, NULL, 'a'},
        {"port", required_argument, NULL, 'p'},
        {"config", required_argument, NULL, 'c'},
        {"pidfile", required_argument, NULL, 'P'},
        {"user", required_argument, NULL, 'u'},
        {"log", required_argument, NULL, 'l'},
        {"foreground", no_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char **texts[] = {['a'] = &server->address, ['p'] = &server->port, ['c'] = &server->config,
                            ['P'] = &server->pidfile, ['u'] = &server->user, ['l'] = &server->log};
    for (int option; (option = getopt_long(argc, argv, "a:p:c:P:u:l:fh", options, NULL)) != -1;) {
        if (option == '?' || option == 'h') {
            fputs(usage, option == 'h' ? stdout : stderr);
            exit(option == 'h' ? EXIT_SUCCESS : EXIT_USAGE);
        }
        if (option == 'f') {
            server->foreground = 1;
        } else {
            *texts[option] = optarg;
        }
    }
    if (optind < argc) {
        errx(EXIT_USAGE, "unexpected argument '%s'", argv[optind]);
    }
}

/* What can be wrong in the command line's values is found here, on the terminal. */
static void check_values(struct server *server)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    long port = 0;
    if (!is_number(server->port, 0, 65535, &port)) {
        errx(EXIT_USAGE, "port '%s' is not a number from 0 to 65535", server->port);
    }
    if (getaddrinfo(server->address, server->port, &hints, &server->where) != 0) {
        errx(EXIT_USAGE, "address '%s' is not a numeric address", server->address);
    }
    if (server->config != NULL) {
        const char *absolute = realpath(server->config, NULL);
        if (absolute == NULL) {
            err(EXIT_FAILURE, "cannot read %s", server->config);
        }
        server->config = absolute;
        if (read_settings(server->config, &server->settings) != 0) {
            exit(EXIT_FAILURE);
        }
    }
}

int main(int argc, char **argv)
{
    static struct server server = {
        .address = "127.0.0.1", .port = "7", .accepting = 1, .settings.max_clients = CLIENTS};
    daemonctx_context_t *ctx = NULL;
    int result = EXIT_FAILURE;

    read_command_line(&server, argc, argv);
    check_values(&server);
    if (daemonctx_new(&ctx) != DAEMONCTX_OK) {
        errx(EXIT_FAILURE, "out of memory");
    }
    set_options(ctx, &server);
    if (daemonctx_open(ctx) == DAEMONCTX_OK) {
        result = run(ctx, &server);
        daemonctx_close(ctx);
    } else {
        warnx("%s", daemonctx_error_message(ctx));
    }
    daemonctx_free(ctx);
    freeaddrinfo(server.where);
    return result;
}
