// inetd.cpp: see inetd.hpp.
#include "inetd.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace observer {

static sockaddr_in loopback(int port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Bound to a free port of the loopback, which is told.
static Fd bound_socket(int &ret_port)
{
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (bind(fd.get(), reinterpret_cast<sockaddr *>(&address), length) < 0 ||
        getsockname(fd.get(), reinterpret_cast<sockaddr *>(&address), &length) < 0) {
        throw Failure("no port on the loopback: " + std::string(std::strerror(errno)));
    }
    ret_port = ntohs(address.sin_port);
    return fd;
}

static Fd connected_to(int port)
{
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (connect(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) < 0) {
        fd.reset();
    }
    return fd;
}

Connection connect_over_loopback()
{
    int port = 0;
    const Fd listener = bound_socket(port);
    Connection connection;
    if (listen(listener.get(), 1) == 0) {
        connection.here = connected_to(port);
        connection.there = Fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    if (connection.here.get() < 0 || connection.there.get() < 0) {
        throw Failure("no connection over the loopback: " + std::string(std::strerror(errno)));
    }
    return connection;
}

static std::string inetd_path()
{
    for (const char *path : {"/usr/sbin/inetd", "/sbin/inetd", "/usr/libexec/inetd"}) {
        if (access(path, X_OK) == 0) {
            return path;
        }
    }
    return "";
}

std::string no_inetd()
{
    if (inetd_path().empty()) {
        return "needs inetd (openbsd-inetd)";
    }
    return no_program("setpriv");
}

// The port is free at the time of asking; should another process take it, no one answers and the test tells.
Inetd::Inetd(const std::string &kind, const std::vector<std::string> &command)
{
    int port = 0;
    bound_socket(port).reset();
    port_ = std::to_string(port);
    const passwd *user = getpwuid(geteuid());
    std::string line = "127.0.0.1:" + port_ + ' ' + kind + ' ' + (user != nullptr ? user->pw_name : "root");
    line += ' ' + command.front();
    for (const auto &word : command) {
        line += ' ' + word;
    }
    write_file(directory_ / "inetd.conf", line + '\n');
    Conditions conditions;
    conditions.wrapper = {"setpriv", "--pdeathsig", "KILL"}; // it ends with the observer, whatever becomes of that
    conditions.program = inetd_path();
    pid_ = spawn({"-i", directory_ / "inetd.conf"}, conditions);
    Reaper::instance().set_apart(pid_);
}

Inetd::~Inetd()
{
    kill(pid_, SIGKILL);
    try {
        Reaper::instance().wait(pid_);
        Reaper::instance().set_apart_no_more(pid_);
    } catch (const Failure &) { // it was killed, and stays the reaper's
    }
}

// It listens some time after it was started: asked again until it answers.
Fd Inetd::connect() const
{
    const Deadline deadline;
    while (deadline.milliseconds_left() > 0 && !Reaper::instance().has_ended(pid_)) {
        Fd connection = connected_to(std::stoi(port_));
        if (connection.get() >= 0) {
            return connection;
        }
        poll(nullptr, 0, 1);
    }
    throw Failure("inetd does not answer on port " + port_);
}

std::string read_line(const Fd &connection)
{
    const Deadline deadline;
    std::string line;
    for (;;) {
        char c = 0;
        pollfd event = {connection.get(), POLLIN, 0};
        if (poll(&event, 1, deadline.milliseconds_left()) != 1 || read(connection.get(), &c, 1) != 1) {
            throw Failure("no line came, but '" + line + "'");
        }
        if (c == '\n') {
            return line;
        }
        line += c;
    }
}

} // namespace observer
