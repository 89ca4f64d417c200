// without_exceptions.cpp: a daemon without exceptions and run-time type information.
//
//   without_exceptions PIDFILE
#include <daemonctx/daemonctx.hpp>

#include <cstdio>

int main(int argc, char **argv)
{
    daemonctx::options given;
    given.pidfile = argc > 1 ? argv[1] : "";
    given.detach_process = daemonctx::detach_process::yes;
    auto context = daemonctx::DaemonContext::try_create(given);
    if (!context) {
        std::fputs(context.error().message.c_str(), stderr);
        return 2;
    }
    if (const auto opened = context->try_open(); !opened) {
        std::fputs(opened.error().message.c_str(), stderr);
        return 3;
    }
    for (;;) {
        const auto came = context->try_wait_events();
        if (!came || *came == daemonctx::event::terminated) {
            return came && context->try_close() ? 6 : 1;
        }
    }
}
