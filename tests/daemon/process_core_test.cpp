// process_core_test.cpp: no core from a daemon with prevent_core, and everything untouched without (B09).
#include "catch.hpp"
#include "observer/core_pattern.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <csignal>

using namespace observer;

TEST_CASE("prevent_core: no core limit and not dumpable", "[B09][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe probe(opening(method), started_by(user));
    const Process daemon = probe.daemon();
    CHECK(daemon.value("dumpable") == "0");
    CHECK(daemon.proc().limit("Max core file size").soft == "0");
    CHECK(daemon.proc().limit("Max core file size").hard == "0");
}

TEST_CASE("prevent_core holds after a change of identity", "[B09][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"uid=65534", "gid=65534"}));
    const Process daemon = probe.daemon();
    CHECK(daemon.value("dumpable") == "0");
    CHECK(daemon.proc().limit("Max core file size").hard == "0");
}

TEST_CASE("prevent_core holds where the kernel makes a process dumpable when its identity changes", "[B09][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_kernel_setting("fs/suid_dumpable"));
    const Method method = GENERATE(from_range(all_methods()));
    const KernelSettings settings(KernelSettings::Values{{"fs/suid_dumpable", "1"}});
    Probe probe(opening(method, {"uid=65534", "gid=65534"}));
    CHECK(probe.daemon().value("dumpable") == "0");
    Probe control({"setresuid 65534 65534 65534"});
    CHECK(control.launcher().value("dumpable") == "1");
}

TEST_CASE("without prevent_core, limit and dumpability are the launcher's", "[B09][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const std::string dumpable = GENERATE("1", "0");
    Probe probe({"prevent_core=0", "limit CORE 0 4096", "dumpable " + dumpable}, started_by(user));
    probe.launcher().ask_ok("getpid"); // the conditions hold by now
    const Limit before = probe.launcher().proc().limit("Max core file size");
    tell_opening(probe.launcher(), method);
    const Process daemon = probe.daemon();
    const Limit after = daemon.proc().limit("Max core file size");
    CHECK(after.soft == before.soft);
    CHECK(after.hard == before.hard);
    CHECK(daemon.value("dumpable") == dumpable);
}

TEST_CASE("a crash leaves no core, even where cores are piped to a program", "[B09][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_core_pattern());
    const Method method = GENERATE(from_range(all_methods()));
    const CorePipe cores;
    const auto crash = [](const std::vector<std::string> &commands) {
        Probe probe(commands);
        const Process daemon = probe.daemon();
        daemon.tell("crash SEGV");
        const Ended ended = daemon.wait_for_end();
        CHECK(ended.died_by(SIGSEGV));
        return std::make_pair(daemon.pid(), ended.core_dumped);
    };
    CHECK_FALSE(crash(opening(method)).second);
    const auto [pid, dumped] = crash(opening(method, {"prevent_core=0"})); // the control: piped whatever the limit
    CHECK(dumped);
    CHECK(cores.next_pid() == pid); // the first core that came
}

TEST_CASE("a crash leaves no core file", "[B09][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_core_pattern());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const CoreFile cores(directory / "core");
    const auto crash = [](const std::vector<std::string> &commands) {
        Probe probe(commands);
        const Process daemon = probe.daemon();
        daemon.tell("crash SEGV");
        CHECK(daemon.wait_for_end().died_by(SIGSEGV));
    };
    crash(opening(method, {"limit CORE -1 -1"}));
    CHECK_FALSE(exists(directory / "core"));
    crash(opening(method, {"limit CORE -1 -1", "prevent_core=0"}));
    CHECK(exists(directory / "core"));
}
