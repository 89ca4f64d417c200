// echod: a TCP echo server (RFC 862) that is a well-behaved daemon, in C++20. Copy from it.
//
//   echod PORT PIDFILE LOG
//
// The daemon binds its port while the launcher waits: "Address already in use" appears in the terminal.
#include <daemonctx/daemonctx.hpp>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {
// A socket, closed in the end.
class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket &operator=(Socket &&other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Socket()
    {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

Socket listen_on(std::uint16_t port)
{
    Socket listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int reuse = 1;
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener.get() < 0 || ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse) != 0 ||
        ::bind(listener.get(), reinterpret_cast<const sockaddr *>(&where), sizeof where) != 0 ||
        ::listen(listener.get(), SOMAXCONN) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot listen on port " + std::to_string(port));
    }
    return listener;
}

struct Client {
    Socket socket;
    std::string pending; // read, and not sent yet: nothing more is read until it has gone out
};

const auto is_passing = [](int error) {
    return error == EAGAIN || error == EINTR;
};

// False: the client has gone.
bool echo(Client &client)
{
    if (client.pending.empty()) {
        char bytes[4096];
        const ssize_t got = ::recv(client.socket.get(), bytes, sizeof bytes, 0);
        if (got <= 0) {
            return got < 0 && is_passing(errno);
        }
        client.pending.assign(bytes, static_cast<std::size_t>(got));
    }
    const ssize_t sent = ::send(client.socket.get(), client.pending.data(), client.pending.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        return is_passing(errno);
    }
    client.pending.erase(0, static_cast<std::size_t>(sent));
    return true;
}

void serve(daemonctx::DaemonContext &context, std::uint16_t port)
{
    const Socket listener = listen_on(port);
    const int signals = context.signal_fd();
    std::vector<Client> clients;
    context.notify_ready();
    std::cout << "echod: listening on port " << port << std::endl;
    do {
        std::vector<pollfd> polls{{signals, POLLIN, 0}, {listener.get(), POLLIN, 0}};
        for (const Client &client : clients) {
            polls.push_back({client.socket.get(), static_cast<short>(client.pending.empty() ? POLLIN : POLLOUT), 0});
        }
        if (::poll(polls.data(), polls.size(), -1) <= 0) {
            continue;
        }
        for (std::size_t i = clients.size(); i-- > 0;) {
            if (polls[2 + i].revents != 0 && !echo(clients[i])) {
                clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        Socket accepted(
            polls[1].revents != 0 ? ::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1);
        if (accepted.get() >= 0) {
            clients.push_back({std::move(accepted), {}});
        }
    } while (context.dispatch() != daemonctx::event::terminated);
    std::cout << "echod: stopped" << std::endl;
}

std::uint16_t port_of(const std::string &text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument("the port is not a number from 0 to 65535");
    }
    return port;
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc != 4) {
        throw std::invalid_argument("usage: echod PORT PIDFILE LOG");
    }
    const std::uint16_t port = port_of(argv[1]);
    daemonctx::DaemonContext context{{}, daemonctx::defer_open};
    context.configure({.pidfile = argv[2],
                       .signal_map = {{SIGHUP,
                                       [&context] {
                                           context.reopen_streams();
                                       }}},
                       .stdout_stream = daemonctx::stream::path(argv[3]),
                       .ready_mode = daemonctx::ready_mode::manual});
    context.open();
    context.run([&] { serve(context, port); });
} catch (const std::exception &failed) {
    std::cerr << "echod: " << failed.what() << '\n';
    return 1;
}
