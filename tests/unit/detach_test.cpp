// Is detaching required? The rules that can be met in this process; the others are met by real cases in the daemon
// tests.
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "support/context.hpp"

namespace {

// An environment variable with another value (nullptr: without) for the length of a scope.
class Environment {
  public:
    Environment(const char *name, const char *value) : name_(name)
    {
        const char *before = getenv(name);
        had_ = before != nullptr;
        before_ = had_ ? before : "";
        value == nullptr ? unsetenv(name) : setenv(name, value, 1);
    }
    ~Environment() { had_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;

  private:
    const char *name_;
    bool had_;
    std::string before_;
};

// Nothing in the environment speaks against detaching.
struct PlainEnvironment {
    Environment listen_pid{"LISTEN_PID", nullptr};
    Environment exec_pid{"SYSTEMD_EXEC_PID", nullptr};
    Environment notify_socket{"NOTIFY_SOCKET", nullptr};
};

bool has_terminal()
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

struct Answer {
    int32_t required;
    uint32_t reason;
};

Answer ask()
{
    Answer answer{-1, 99};
    answer.required = daemonctx_is_detach_required(&answer.reason);
    CHECK(daemonctx_is_detach_required(nullptr) == answer.required);
    return answer;
}

uint32_t reason_of(daemonctx_context_t *ctx)
{
    uint32_t reason = 99;
    REQUIRE(daemonctx_detach_reason(ctx, &reason) == DAEMONCTX_OK);
    return reason;
}

// A connection over the loopback, as inetd would hand it over; -1 where there is no network.
int connected_socket()
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int server = -1;
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), length) == 0 && listen(listener, 1) == 0 &&
        getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length) == 0 &&
        connect(client, reinterpret_cast<sockaddr *>(&address), length) == 0) {
        server = accept(listener, nullptr, nullptr);
    }
    close(listener);
    close(client);
    return server;
}

// Asks while descriptors 0 and 1 are `fd`. Nothing is printed meanwhile.
Answer ask_with_streams(int fd)
{
    int input = dup(STDIN_FILENO);
    int output = dup(STDOUT_FILENO);
    Answer answer{-1, 99};
    std::cout.flush();
    if (dup2(fd, STDIN_FILENO) == STDIN_FILENO && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO) {
        answer.required = daemonctx_is_detach_required(&answer.reason);
    }
    (void)dup2(input, STDIN_FILENO);
    (void)dup2(output, STDOUT_FILENO);
    close(input);
    close(output);
    return answer;
}

} // namespace

TEST_CASE("A program started from a shell is to detach", "[H01]")
{
    PlainEnvironment plain;
    if (getppid() == 1 || getpid() == 1) {
        std::cout << "SKIPPED: this process is PID 1 or its child\n";
        return;
    }
    Answer answer = ask();
    CHECK(answer.required == 1);
    CHECK(answer.reason == DAEMONCTX_DETACH_REASON_REQUIRED);
}

TEST_CASE("A context is given its reason when it is made, whatever the environment says later", "[H01]")
{
    PlainEnvironment plain;
    Context context;
    const uint32_t reason = reason_of(context);
    CHECK(reason == ask().reason);
    Environment named("LISTEN_PID", std::to_string(getpid()).c_str());
    CHECK(reason_of(context) == reason);
}

TEST_CASE("A service manager that names this process keeps it from detaching", "[H01]")
{
    if (getpid() == 1) {
        std::cout << "SKIPPED: this process is PID 1\n";
        return;
    }
    for (const char *name : {"LISTEN_PID", "SYSTEMD_EXEC_PID"}) {
        INFO(name);
        PlainEnvironment plain;
        Environment named(name, std::to_string(getpid()).c_str());
        Answer answer = ask();
        CHECK(answer.required == 0);
        CHECK(answer.reason == DAEMONCTX_DETACH_REASON_LISTEN_PID);
        Context context;
        CHECK(reason_of(context) == DAEMONCTX_DETACH_REASON_LISTEN_PID);
    }
}

TEST_CASE("A service manager's variable that names another process, or none, changes nothing", "[H01]")
{
    PlainEnvironment plain;
    const Answer without = ask();
    const std::string self = std::to_string(getpid());
    for (const char *name : {"LISTEN_PID", "SYSTEMD_EXEC_PID"}) {
        for (const std::string &value : {std::to_string(getppid()), std::string(), std::string("0"), std::string("-1"),
                                         self + "x", " " + self, self + " ", std::string("99999999999999999999")}) {
            INFO(name << "='" << value << "'");
            Environment given(name, value.c_str());
            CHECK(ask().required == without.required);
            CHECK(ask().reason == without.reason);
        }
    }
}

TEST_CASE("A notify socket keeps a process without a terminal from detaching", "[H01]")
{
    PlainEnvironment plain;
    if (getpid() == 1 || getppid() == 1) {
        std::cout << "SKIPPED: this process is PID 1 or its child\n";
        return;
    }
    Environment notify("NOTIFY_SOCKET", "@example");
    Answer answer = ask();
    CHECK(answer.required == (has_terminal() ? 1 : 0));
    CHECK(answer.reason == (has_terminal() ? DAEMONCTX_DETACH_REASON_REQUIRED : DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET));
}

TEST_CASE("The same network socket on descriptors 0 and 1 means inetd, a local socket does not", "[H01]")
{
    PlainEnvironment plain;
    int network = connected_socket();
    if (network < 0 || getpid() == 1 || getppid() == 1) {
        std::cout << "SKIPPED: no loopback, or this process is PID 1 or its child\n";
        return;
    }
    Answer answer = ask_with_streams(network);
    close(network);
    CHECK(answer.required == 0);
    CHECK(answer.reason == DAEMONCTX_DETACH_REASON_INETD);

    int local[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, local) == 0);
    answer = ask_with_streams(local[0]);
    close(local[0]);
    close(local[1]);
    CHECK(answer.required == 1);
    CHECK(answer.reason == DAEMONCTX_DETACH_REASON_REQUIRED);
}
