// close_unloaded_test.cpp: a program that loads the library by dlopen and lets it go (C07).
#include "catch.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

namespace {

Conditions dlopen_program()
{
    Conditions conditions;
    conditions.program = helper_path("daemonctx_dlopen_program");
    return conditions;
}

} // namespace

TEST_CASE("after dlclose no signal and no exit leads into nowhere", "[C07][C02][C04]")
{
    SKIP_IF_REASON(sanitized("cannot be loaded late, with the library"));
    const std::string method = GENERATE("fork", "reexec");
    const std::string what = GENERATE("open", "closed");
    const std::string ending = GENERATE("exit", "SIGTERM", "SIGHUP");
    CAPTURE(method, what, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe({DAEMONCTX_LIBRARY, path, what, method}, dlopen_program());
    const Process daemon = probe.daemon();
    CHECK(exists(path) == (what == "open"));
    if (ending == "SIGTERM") {
        daemon.kill(SIGTERM);
        CHECK(daemon.wait_for_end().died_by(SIGTERM));
        CHECK_FALSE(exists(path));
        return;
    }
    if (ending == "SIGHUP") {
        daemon.kill(SIGHUP); // an event that nobody fetches, or by its default action
        if (what == "closed") {
            CHECK(daemon.wait_for_end().died_by(SIGHUP));
            return;
        }
    }
    daemon.tell("exit");
    CHECK(daemon.wait_for_end().exited_with(7));
    CHECK_FALSE(exists(path));
}
