// process_sysv_test.cpp: the steps of daemon(7) for SysV daemons, seen in one daemon (B16). sysv_steps.md maps all of
// them to rows.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/terminal.hpp"

#include <unistd.h>

#include <csignal>

using namespace observer;

TEST_CASE("a daemon has gone through the steps of daemon(7)", "[B16]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    const Terminal terminal;
    const std::string pidfile = directory / "pid";
    Conditions conditions;
    conditions.wrapper = terminal.session_wrapper();
    conditions.environment = {"DAEMONCTX_TEST_VARIABLE=kept"};
    Probe probe(opening(method, {"fill 30", "sigaction USR1 report", "sigmask block HUP,USR1", "signal_reset=all",
                                 "set_umask 077", command("chdir", {directory.path()}), option("pidfile", pidfile),
                                 "ready_mode=manual"}),
                conditions);
    const Process daemon = probe.opened();
    CHECK(daemon.ask_ok("notify_ready").status() == 0);    // 14
    CHECK(probe.launcher().wait_for_end().exited_with(0)); // 15
    REQUIRE(Reaper::instance().wait_until([&] { return daemon.proc().parent() == getpid(); }));

    const Procfs proc = daemon.proc();
    const auto descriptors = proc.descriptors();
    std::set<std::string> others;
    for (const auto &[number, descriptor] : descriptors) {
        if (number > 2) {
            CHECK(descriptor.close_on_exec);
            others.insert(descriptor.target);
        }
    }
    CHECK(others == std::set<std::string>{"anon_inode:[eventfd]", pidfile}); // 1: none but the library's own
    CHECK(proc.caught() == SignalSet{SIGTERM});                              // 2
    CHECK(proc.blocked().empty());                                           // 3
    CHECK(daemon.value("getenv DAEMONCTX_TEST_VARIABLE") == "kept");         // 4: left to the program
    CHECK(daemon.pid() != probe.pid());                                      // 5
    CHECK(proc.session() != getsid(0));                                      // 6
    CHECK(proc.terminal() == 0);
    CHECK(proc.session() != daemon.pid());          // 7: it leads no session
    CHECK_FALSE(process_exists(proc.session()));    // 8: the intermediate that does has ended
    CHECK(descriptors.at(0).target == "/dev/null"); // 9
    CHECK(descriptors.at(1).target == "/dev/null");
    CHECK(descriptors.at(2).target == "/dev/null");
    CHECK(proc.umask() == 0);                                         // 10
    CHECK(proc.working_directory() == "/");                           // 11
    CHECK(read_file(pidfile) == std::to_string(daemon.pid()) + '\n'); // 12
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK_FALSE(exists(pidfile));
}

TEST_CASE("the launcher ends only after the daemon's word, as daemon(7)'s steps 14 and 15", "[B16]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"ready_mode=manual"}));
    const Process daemon = probe.opened();
    daemon.tell(command("notify_failed", {"3", "not today"})); // a launcher that had ended could not hear it
    daemon.tell("_exit 3");
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.number("exit_code") == 3);
    CHECK(failed.text("message") == "not today");
}

TEST_CASE("privileges are dropped when asked to, as daemon(7)'s step 13", "[B16][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(detaching_methods()));
    Probe probe(opening(method, {"uid=65534", "gid=65534"}));
    const Identity identity = probe.daemon().proc().identity();
    CHECK(identity.uids == std::vector<long>(4, 65534));
    CHECK(identity.gids == std::vector<long>(4, 65534));
}
