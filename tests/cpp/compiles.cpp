// compiles.cpp: what a program writes, in C++17 and, with the options by name, in C++20; with and without exceptions.
#include <daemonctx/daemonctx.hpp>

#include <csignal>

int main()
{
    using namespace std::chrono_literals;
#if __cplusplus > 201703L
    const daemonctx::options given{.files_preserve = {3},
                                   .working_directory = "/var/lib/foo",
                                   .umask = 022,
                                   .pidfile = "/run/foo.pid",
                                   .signal_map = {{SIGHUP,
                                                   [] {
                                                   }},
                                                  {SIGPIPE, daemonctx::signal_action::ignore}},
                                   .stdout_stream = daemonctx::stream::path("/var/log/foo"),
                                   .ready_timeout = 5s,
                                   .prepare_hook = [](daemonctx::hook_context &) {
                                       return 0;
                                   }};
#else
    daemonctx::options given;
    given.pidfile = "/run/foo.pid";
    given.ready_timeout = 5s;
#endif
#if DAEMONCTX_CPP_EXCEPTIONS
#if __cplusplus > 201703L
    daemonctx::DaemonContext named{{.working_directory = "/var/lib/foo", .pidfile = "/run/foo.pid"}};
#endif
    daemonctx::DaemonContext context{given};
    auto moved = std::move(context);
    moved.run([](daemonctx::DaemonContext &opened) { opened.notify_ready(); });
    return moved.wait_events(1s) == daemonctx::event::terminated ? 0 : 1;
#else
    auto context = daemonctx::DaemonContext::try_create(given);
    return context && context->try_open() ? 0 : 1;
#endif
}
