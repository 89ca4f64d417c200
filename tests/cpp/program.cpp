// program.cpp: small daemons in C++, one for each name; the tests look at them from outside.
//
//   program NAME PIDFILE
//
// 3 is the exit status of a launch that failed, with its sentence on standard error.
#include <daemonctx/daemonctx.hpp>

#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

using daemonctx::DaemonContext;
using daemonctx::event;

namespace {

daemonctx::options with_pidfile(const std::string &path)
{
    daemonctx::options given;
    given.pidfile = path;
    given.detach_process = daemonctx::detach_process::yes;
    return given;
}

// Has a destructor that only a normal end runs.
struct Witness {
    std::string path;
    ~Witness()
    {
        if (std::FILE *file = std::fopen(path.c_str(), "w")) {
            std::fclose(file);
        }
    }
};

int loop(DaemonContext &context)
{
    while (context.wait_events() != event::terminated) {
    }
    return 7;
}

int opens(const std::string &path)
{
    Witness witness{path + ".destroyed"};
    DaemonContext context(with_pidfile(path));
    return loop(context);
}

[[noreturn]] void trouble()
{
    throw std::runtime_error("no database in '/srv'");
}

int hook_throws(daemonctx::hook daemonctx::options::*which, const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.*which = trouble;
    DaemonContext context(given);
    return loop(context);
}

int prepare_throws(const std::string &path)
{
    return hook_throws(&daemonctx::options::prepare_hook, path);
}

int launcher_throws(const std::string &path)
{
    return hook_throws(&daemonctx::options::launcher_hook, path);
}

int daemon_throws(const std::string &path)
{
    return hook_throws(&daemonctx::options::daemon_hook, path);
}

int privileged_throws(const std::string &path)
{
    return hook_throws(&daemonctx::options::privileged_hook, path);
}

int manager_throws(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.pidfile = daemonctx::pidfile_manager{trouble, [] {
                                               }};
    DaemonContext context(given);
    return loop(context);
}

int trace_throws(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.trace = [](daemonctx::step, daemonctx::status) {
        trouble();
    };
    DaemonContext context(given);
    return loop(context);
}

// In place and after the last chance to fail the launch: the context is closed, and the exception is thrown.
int trace_throws_late(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.detach_process = daemonctx::detach_process::no;
    given.stderr_stream = daemonctx::stream::inherit();
    given.trace = [](daemonctx::step reached, daemonctx::status) {
        if (reached == daemonctx::step::open) {
            trouble();
        }
    };
    DaemonContext context(given, daemonctx::defer_open);
    try {
        context.open();
    } catch (const std::runtime_error &) {
        if (!context.is_open()) {
            throw;
        }
    }
    return 1;
}

int hook_returns(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.daemon_hook = [](daemonctx::hook_context &context) {
        context.fail(42, "the answer is not here");
        return 0;
    };
    try {
        DaemonContext context(given);
    } catch (const daemonctx::error &failed) {
        if (failed.status() != daemonctx::status::callback || failed.exit_code() != 42 ||
            failed.step() != daemonctx::step::detach) {
            return 1;
        }
        throw;
    }
    return 0;
}

int handler_throws(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.signal_map.emplace(SIGUSR1, [] { trouble(); });
    DaemonContext context(given);
    try {
        return loop(context);
    } catch (const std::runtime_error &thrown) {
        return std::string(thrown.what()) == "no database in '/srv'" && context.is_open() ? 9 : 1;
    }
}

int moved(const std::string &path)
{
    struct Application {
        std::optional<DaemonContext> context;
    };
    bool told = false;
    daemonctx::options given = with_pidfile(path);
    given.signal_map.emplace(SIGUSR1, [&told](int signum) { told = signum == SIGUSR1; });
    DaemonContext first(given);
    auto application = std::make_unique<Application>();
    application->context.emplace(std::move(first));
    DaemonContext second(std::move(*application->context));
    application.reset();
    while (!told) {
        second.wait_events();
    }
    return second.is_open() && first.native_handle() == nullptr ? 5 : 1;
}

int destroyed_in_handler(const std::string &path)
{
    bool gone = false;
    std::optional<DaemonContext> context;
    daemonctx::options given = with_pidfile(path);
    given.signal_map.emplace(SIGUSR1, [&context, &path, &gone] {
        context.reset();
        gone = !daemonctx::pidfile::query(path);
    });
    context.emplace(given);
    while (context) {
        context->wait_events();
    }
    return gone ? 4 : 1;
}

int run_throws(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.ready_mode = daemonctx::ready_mode::manual;
    return daemonctx::run(given, [](DaemonContext &) -> int { trouble(); });
}

int unwinds(const std::string &path)
{
    daemonctx::options given = with_pidfile(path);
    given.ready_mode = daemonctx::ready_mode::manual;
    DaemonContext context(given);
    trouble();
}

int launches(const std::string &path)
{
    auto outcome = DaemonContext::launch(with_pidfile(path));
    if (const auto *launched = std::get_if<daemonctx::launched>(&outcome)) {
        return daemonctx::pidfile::query(path).pid == launched->pid ? 0 : 1;
    }
    return loop(std::get<DaemonContext>(outcome));
}

struct Waiter {
    DaemonContext *context;
    bool destroyed; // what the waiting function had
};

void *wait_forever(void *data)
{
    struct Guard {
        bool *destroyed;
        ~Guard() { *destroyed = true; }
    };
    auto *waiter = static_cast<Waiter *>(data);
    const Guard guard{&waiter->destroyed};
    (void)loop(*waiter->context);
    return nullptr;
}

// A cancelled thread ends with the destructors of all functions it is in: those above the library too. The context can
// be waited for by another thread then.
int cancelled(const std::string &path)
{
    DaemonContext context(with_pidfile(path));
    Waiter waiter{&context, false};
    pthread_t thread{};
    void *result = nullptr;
    if (pthread_create(&thread, nullptr, wait_forever, &waiter) != 0 || pthread_cancel(thread) != 0 ||
        pthread_join(thread, &result) != 0) {
        return 1;
    }
    const int end = loop(context);
    return result == PTHREAD_CANCELED && waiter.destroyed ? end : 2;
}

// What lies in the buffers of C++ comes out once: before the launch, and after each hook in the process that wrote it.
int prints(const std::string &path)
{
    std::ios::sync_with_stdio(false);
    std::cout << "before\n";
    daemonctx::options given = with_pidfile(path);
    given.stdout_stream = daemonctx::stream::inherit();
    given.prepare_hook = [] {
        std::cout << "prepare\n";
    };
    given.launcher_hook = [] {
        std::cout << "launcher\n";
    };
    DaemonContext context(given);
    return loop(context);
}

using Program = int (*)(const std::string &);
const std::map<std::string, Program> programs{
    {"opens", opens},
    {"prepare_throws", prepare_throws},
    {"launcher_throws", launcher_throws},
    {"daemon_throws", daemon_throws},
    {"privileged_throws", privileged_throws},
    {"manager_throws", manager_throws},
    {"trace_throws", trace_throws},
    {"trace_throws_late", trace_throws_late},
    {"hook_returns", hook_returns},
    {"handler_throws", handler_throws},
    {"moved", moved},
    {"destroyed_in_handler", destroyed_in_handler},
    {"run_throws", run_throws},
    {"unwinds", unwinds},
    {"launches", launches},
    {"cancelled", cancelled},
    {"prints", prints},
};

} // namespace

int main(int argc, char **argv)
try {
    return argc == 3 ? programs.at(argv[1])(argv[2]) : 2;
} catch (const std::exception &failed) {
    std::cerr << failed.what();
    return 3;
}
