// options_open_context_test.cpp: on an open or opening context every setter is refused and changes nothing (A04).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

namespace {

struct Setter {
    std::string option;  // sets or unsets
    std::string getters; // what must stay, parted by commas; empty: it has none
};

const std::vector<Setter> setters = {
    {"files_preserve=7", "files_preserve"},
    {"files_preserve=", "files_preserve"},
    {"chroot_directory=/usr", "chroot_directory"},
    {"chroot_directory=none", "chroot_directory"},
    {"working_directory=/usr", "working_directory"},
    {"umask=077", "umask"},
    {"umask=inherit", "umask"},
    {"pidfile=/tmp/daemonctx-test-never-made", "pidfile"},
    {"pidfile=none", "pidfile"},
    {"pidfile_manager=report,report", "pidfile"},
    {"detach_process=auto", "detach_process"},
    {"method=unchecked", "method"},
    {"ready_mode=manual", "ready_mode"},
    {"ready_timeout=5", "ready_timeout"},
    {"stream_switch=at_ready", "stream_switch"},
    {"signal_reset=all", "signal_reset"},
    {"uid=65533", "uid,user"},
    {"uid=none", "uid,user"},
    {"gid=65533", "gid,group"},
    {"gid=none", "gid,group"},
    {"user=nobody", "uid,user"},
    {"user=none", "uid,user"},
    {"group=nogroup", "gid,group"},
    {"group=none", "gid,group"},
    {"groups=65533", "groups"},
    {"groups=none", "groups"},
    {"prevent_core=0", "prevent_core"},
    {"no_new_privs=1", "no_new_privs"},
    {"capabilities=1024", "capabilities"},
    {"close_at_exit=0", "close_at_exit"},
    {"stdin=null", "stdin_kind"},
    {"stdin=inherit", "stdin_kind"},
    {"stdin=fd:9", "stdin_kind"},
    {"stdin=path:/dev/zero", "stdin_kind"},
    {"stdout=null", "stdout_kind"},
    {"stdout=inherit", "stdout_kind"},
    {"stdout=fd:9", "stdout_kind"},
    {"stdout=path:/dev/null", "stdout_kind"},
    {"stderr=null", "stderr_kind"},
    {"stderr=inherit", "stderr_kind"},
    {"stderr=fd:9", "stderr_kind"},
    {"stderr=path:/dev/null", "stderr_kind"},
    {"signal=USR1:ignore", "signal USR1"},
    {"signal=USR1:default", "signal USR1"},
    {"signal=TERM:handler", "signal TERM"},
    {"signal=TERM:async", "signal TERM"},
    {"signal=TERM:unset", "signal TERM"},
    {"signal=clear", "signal TERM,signal TTIN"},
    {"prepare_hook=report", ""},
    {"prepare_hook=none", ""},
    {"launcher_hook=report", ""},
    {"daemon_hook=report", ""},
    {"privileged_hook=report", ""},
    {"trace=1", ""},
    {"trace=0", ""},
};

std::string values(const Process &process, const std::string &getters)
{
    std::string all;
    for (const auto &getter : split(getters, ',')) {
        all += getter.empty() ? "" : process.value("get " + getter) + ';';
    }
    return all;
}

void check_setters_are_refused(const Process &process)
{
    for (const auto &setter : setters) {
        CAPTURE(setter.option);
        const std::string before = values(process, setter.getters);
        const Report report = process.ask(setter.option);
        CHECK(report.word == "failed");
        CHECK(report.status() == DAEMONCTX_ERR_STATE);
        CHECK(report.number("error_status") == DAEMONCTX_ERR_STATE);
        CHECK_FALSE(report.text("message").empty());
        CHECK(values(process, setter.getters) == before);
    }
}

// Something that is not a default everywhere, so that setting a default would be seen.
const std::vector<std::string> own_values = {"umask=027", "ready_timeout=20000", "signal=USR1:handler",
                                             "stdout=inherit", "working_directory=/tmp"};

} // namespace

TEST_CASE("every setter on an open context is refused and changes nothing", "[A04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, own_values));
    const Process daemon = probe.opened();
    const std::string before = daemon.value("dispositions");
    check_setters_are_refused(daemon);
    CHECK(daemon.value("dispositions") == before);
    CHECK(daemon.proc().umask() == 027);
    CHECK(daemon.proc().working_directory() == "/tmp");
    CHECK(daemon.ask("preserve 7").status() == DAEMONCTX_ERR_STATE);
    CHECK(daemon.ask("check").status() == DAEMONCTX_ERR_STATE);
    CHECK(daemon.ask("open").word == "opened"); // is allowed, and does nothing
    CHECK(daemon.value("is_open") == "1");
}

TEST_CASE("every setter in every hook is refused and changes nothing", "[A04][G07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_called(method)));
    CAPTURE(method, hook);
    auto commands = own_values;
    commands.push_back(hook + "=pause");
    Probe probe(opening(method, commands));
    const Report paused = probe.await({"hook"});
    const bool in_daemon = !is_in_place(method) && (hook == "daemon_hook" || hook == "privileged_hook");
    const Process process = probe.process(in_daemon ? 1 : 0, paused.sender);
    check_setters_are_refused(process);
    for (const char *call : {"open", "launch", "close"}) {
        CAPTURE(call);
        CHECK(process.ask(call).status() == DAEMONCTX_ERR_STATE);
    }
    CHECK(process.value("is_open") == "0");
    process.tell("return 0");
    const Process daemon = probe.opened(); // what was refused does not harm this launch
    CHECK(daemon.proc().umask() == 027);
    CHECK(daemon.proc().working_directory() == "/tmp");
    CHECK(daemon.proc().caught() == SignalSet{10, 15});
    CHECK(probe.take("hook").empty());
    CHECK(probe.take("trace").empty());
}

TEST_CASE("setters in a pid file manager's callbacks are refused", "[A04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"umask=027", "pidfile_manager=pause,pause"}));
    const Report enter = probe.await({"hook"});
    const Process entering = probe.process(is_in_place(method) ? 0 : 1, enter.sender);
    CHECK(entering.ask("umask=077").status() == DAEMONCTX_ERR_STATE);
    CHECK(entering.ask("pidfile=none").status() == DAEMONCTX_ERR_STATE);
    entering.tell("return 0");
    const Process daemon = probe.opened();
    daemon.tell("close");
    daemon.event("hook");
    CHECK(daemon.ask("umask=077").status() == DAEMONCTX_ERR_STATE);
    CHECK(daemon.value("get umask") == "23");
    daemon.tell("return 0");
    CHECK(daemon.answer().status() == DAEMONCTX_OK);
}

TEST_CASE("preserve is allowed in the hooks before the drop, where the descriptor then stays open", "[A04]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    CAPTURE(method, hook);
    Probe probe(opening(method, {"signal=clear", "hold 30 /dev/zero", "hold 31 /dev/zero",
                                 option(hook, "run:hold 32 /dev/null;preserve 32")}));
    const auto numbers = probe.opened().proc().descriptor_numbers();
    CHECK(numbers == std::set<int>{0, 1, 2, 32});
}

TEST_CASE("a setter that was refused because the context was open is remembered after close", "[A04][A10]")
{
    Probe probe(opening(Method::in_place));
    const Process process = probe.opened();
    CHECK(process.ask("umask=077").status() == DAEMONCTX_ERR_STATE);
    process.ask_ok("close");
    CHECK(process.ask("open").status() == DAEMONCTX_ERR_STATE);
    process.ask_ok("umask=077");
    CHECK(process.ask("open").word == "opened");
    CHECK(process.proc().umask() == 077);
}
