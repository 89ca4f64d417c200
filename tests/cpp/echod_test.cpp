// The example in C++: it starts, echoes, opens its log anew, tells of a port in use, and ends.
#include "catch.hpp"
#include "launched.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>
#include <cstdio>

namespace {

sockaddr_in loopback(int port)
{
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return where;
}

// A port that is free, because it was a moment ago; bound, unless `keep` is not null, no longer.
int some_port(observer::Fd *keep)
{
    observer::Fd bound(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where = loopback(0);
    socklen_t length = sizeof where;
    REQUIRE(::bind(bound.get(), reinterpret_cast<sockaddr *>(&where), sizeof where) == 0);
    REQUIRE(::listen(bound.get(), 1) == 0);
    REQUIRE(::getsockname(bound.get(), reinterpret_cast<sockaddr *>(&where), &length) == 0);
    if (keep != nullptr) {
        *keep = std::move(bound);
    }
    return ntohs(where.sin_port);
}

observer::Fd connect_to(int port)
{
    observer::Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in where = loopback(port);
    REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr *>(&where), sizeof where) == 0);
    return client;
}

std::string echoed(const observer::Fd &client, const std::string &text)
{
    REQUIRE(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    std::string back(text.size(), '\0');
    REQUIRE(::recv(client.get(), back.data(), back.size(), MSG_WAITALL) == static_cast<ssize_t>(text.size()));
    return back;
}

} // namespace

TEST_CASE("The example in C++ echoes, opens its log anew on SIGHUP, and ends on SIGTERM", "[cpp][C05]")
{
    const int port = some_port(nullptr);
    Launched example(DAEMONCTX_CPP_EXAMPLE, {std::to_string(port), "PIDFILE", "LOG"});
    INFO(example.error());
    REQUIRE(example.launcher.exited_with(0));
    REQUIRE(example.holder);
    const observer::Fd one = connect_to(port);
    const observer::Fd other = connect_to(port);
    CHECK(echoed(one, "hello") == "hello");
    CHECK(echoed(other, std::string(100000, 'x')) == std::string(100000, 'x'));
    REQUIRE(std::rename(example.log.c_str(), (example.log + ".old").c_str()) == 0);
    daemonctx::pidfile::signal(example.pidfile, SIGHUP);
    CHECK(echoed(one, "again") == "again"); // the signal came before these bytes, and both are served in one round
    CHECK(example.end_by(SIGTERM).exited_with(0));
    CHECK_FALSE(observer::exists(example.pidfile));
    CHECK_THAT(observer::read_file(example.log + ".old"), Catch::Matchers::Contains("listening"));
    CHECK(observer::read_file(example.log) == "echod: stopped\n");
}

TEST_CASE("The example in C++ tells of a port in use on the terminal", "[cpp][G04]")
{
    observer::Fd kept;
    const int port = some_port(&kept);
    Launched example(DAEMONCTX_CPP_EXAMPLE, {std::to_string(port), "PIDFILE", "LOG"});
    CHECK(example.launcher.exited_with(1));
    CHECK(example.error() == "echod: cannot listen on port " + std::to_string(port) + ": Address already in use\n");
    CHECK_FALSE(observer::exists(example.pidfile));
}
