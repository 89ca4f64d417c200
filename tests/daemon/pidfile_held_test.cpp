// pidfile_held_test.cpp: a second start while somebody holds the pid file; many starts at once (E02, E04).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"
#include "observer/rounds.hpp"

#include <algorithm>
#include <csignal>
#include <list>

using namespace observer;

namespace {

constexpr int already_running = -7;
constexpr int plan_step = 1;

// A hook of the first start, and the channel of the process that is stopped in it.
struct Stop {
    const char *hook;
    int channel;
};

std::vector<Stop> stops(Method method)
{
    return is_by_reexec(method)
               ? std::vector<Stop>{{"privileged_hook", 1}}
               : std::vector<Stop>{
                     {"prepare_hook", 0}, {"launcher_hook", 0}, {"daemon_hook", 1}, {"privileged_hook", 1}};
}

bool says(const Report &report, const std::string &text)
{
    return report.text("message").find(text) != std::string::npos;
}

} // namespace

TEST_CASE("a second start is refused in the launcher with the holder's pid, and the file is untouched", "[E02][B12]")
{
    const Method first_method = GENERATE(from_range(all_methods()));
    const Method second_method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "launch", "check");
    CAPTURE(first_method, second_method, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(first_method, {option("pidfile", path)}));
    const Process holder = first.daemon();
    const FileState before = file_state(path);

    Probe second(
        opening(second_method, {option("pidfile", path), "prepare_hook=report", "privileged_hook=report"}, call));
    const Report refused = second.failed();
    CHECK(refused.sender == second.pid());
    CHECK(refused.status() == already_running);
    CHECK(refused.number("step") == plan_step);
    CHECK(refused.number("pid") == holder.pid());
    CHECK(says(refused, std::to_string(holder.pid())));
    CHECK(says(refused, path));
    CHECK(second.take("hook").empty()); // nothing of the launch has happened
    CHECK(second.launcher().proc().descriptor_numbers() == std::set<int>{0, 1, 2});

    CHECK(file_state(path) == before);
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == holder.pid());
}

TEST_CASE("a second start while the first is starting is refused without a pid", "[E02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Stop stop = GENERATE_COPY(from_range(stops(method)));
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, stop.hook, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path), "ready_mode=manual", std::string(stop.hook) + "=pause"}));
    first.await({"hook"});
    const bool daemon_goes_on = std::string(stop.hook) == "launcher_hook";
    const Process daemon = daemon_goes_on ? first.opened() : first.process(1, 0);

    Probe second(opening(method, {option("pidfile", path)}, call));
    const Report refused = second.failed();
    CHECK(refused.status() == already_running);
    CHECK(refused.number("pid") == (daemon_goes_on ? daemon.pid() : 0));
    CHECK(says(refused, path));
    CHECK(is_locked(path));

    first.send(stop.channel, "return 0");
    const Process started = daemon_goes_on ? daemon : first.opened();
    CHECK(read_file(path) == pid_line(started.pid()));
    started.ask_ok("notify_ready");
}

TEST_CASE("a second start before the first is ready is refused with the pid of the daemon that will be", "[E02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path), "ready_mode=manual"}));
    const Process daemon = first.opened();
    Probe second(opening(method, {option("pidfile", path)}));
    const Report refused = second.failed();
    CHECK(refused.status() == already_running);
    CHECK(refused.number("pid") == daemon.pid());

    daemon.ask_ok("notify_failed 3 no"); // then the file is free at once
    second.launcher().tell("open");
    const Process other = second.opened();
    daemon.tell("exit 3");
    CHECK(first.failed().status() == -13);
    CHECK(read_file(path) == pid_line(other.pid()));
}

TEST_CASE("a launcher that goes on cannot launch a second daemon with the same pid file", "[E02][G05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}, "launch"));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    probe.launcher().tell("launch 2");
    const Report refused = probe.failed();
    CHECK(refused.status() == already_running);
    CHECK(refused.number("pid") == daemon.pid());
    daemon.kill(SIGTERM);
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    probe.launcher().tell("launch 2"); // nothing in the launcher keeps the lock
    CHECK(read_file(path) == pid_line(probe.opened().pid()));
}

TEST_CASE("500 starts at once, 20 times: exactly one daemon, and every other one knows why", "[E04][E02]")
{
    constexpr int rounds = 20;
    constexpr int starts = 500;
    const Rounds counts = run_rounds({{"daemonctx_start_storm", std::to_string(starts), rounds}}).front();
    INFO(counts.tally.line << "\n" << counts.first_wrong);
    CHECK(counts.number("wrong") == 0); // nor a pid file that names another, a process that is left, a daemon's failure
    CHECK(counts.number("daemons") == rounds);
    CHECK(counts.number("launched") == rounds);
    CHECK(counts.number("already_running") == rounds * (starts - 1));
    CHECK(counts.number("other") == 0);
}

TEST_CASE("twenty starts at once: exactly one daemon, and every other one knows why", "[E02][E04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const bool stale = GENERATE(false, true);
    CAPTURE(method, stale);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    if (stale) {
        write_file(path, "1\n");
    }
    std::list<Probe> probes;
    for (int i = 0; i < 20; ++i) {
        auto commands = opening(method, {option("pidfile", path)});
        commands.pop_back(); // open, which all get at once
        probes.emplace_back(commands);
        probes.back().launcher().ask_ok("getpid");
    }
    for (auto &probe : probes) {
        probe.send(0, "open");
    }
    std::vector<Report> opened;
    std::vector<Report> refused;
    for (auto &probe : probes) {
        const Report report = probe.await({"opened", "failed"});
        (report.word == "opened" ? opened : refused).push_back(report);
    }
    REQUIRE(opened.size() == 1);
    const pid_t daemon = opened.front().sender;
    for (const auto &report : refused) {
        CHECK(report.status() == already_running);
        CHECK((report.number("pid") == daemon || report.number("pid") == 0));
    }
    CHECK(read_file(path) == pid_line(daemon));
    CHECK(attested_pid(path) == daemon);
}

TEST_CASE("starts in the moment in which the holder closes: one daemon at most, with a file and a lock of its own",
          "[E02][E04][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process holder = first.daemon();
    std::list<Probe> probes;
    for (int i = 0; i < 10; ++i) {
        auto commands = opening(method, {option("pidfile", path)});
        commands.pop_back();
        probes.emplace_back(commands);
        probes.back().launcher().ask_ok("getpid");
    }
    for (auto probe = probes.begin(); probe != probes.end(); ++probe) {
        if (std::distance(probes.begin(), probe) == 5) {
            holder.tell("close");
        }
        probe->send(0, "open");
    }
    std::vector<pid_t> daemons;
    for (auto &probe : probes) {
        const Report report = probe.await({"opened", "failed"});
        if (report.word == "opened") {
            daemons.push_back(report.sender);
        } else {
            CHECK(report.status() == already_running);
        }
    }
    CHECK(holder.answer().status() == 0);
    REQUIRE(daemons.size() <= 1);
    CHECK(exists(path) == (daemons.size() == 1));
    for (const pid_t daemon : daemons) {
        CHECK(read_file(path) == pid_line(daemon));
        CHECK(attested_pid(path) == daemon);
    }
}

// In place, so that a process opens and closes as fast as it can: while it is open, the file is its own.
TEST_CASE("programs that open and close against each other are never open at once", "[E02][E04][B12]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::vector<std::string> steps = {"open", command("readfile", {path}), "close"};
    constexpr int rounds = 20; // no more than a socket holds
    std::list<Probe> probes;
    for (int i = 0; i < 4; ++i) {
        probes.emplace_back(std::vector<std::string>{"detach_process=no", option("pidfile", path)});
        probes.back().launcher().ask_ok("getpid");
    }
    int opened = 0;
    for (int batch = 0; batch < 10; ++batch) {
        for (int round = 0; round < rounds; ++round) {
            for (auto &probe : probes) {
                std::for_each(steps.begin(), steps.end(), [&](const std::string &step) { probe.send(0, step); });
            }
        }
        for (auto &probe : probes) {
            for (int round = 0; round < rounds; ++round) {
                const Report open = probe.launcher().answer();
                const Report read = probe.launcher().answer();
                const Report close = probe.launcher().answer();
                const bool is_open = open.word == "opened";
                REQUIRE((is_open || open.status() == already_running));
                REQUIRE((!is_open || (read.word == "ok" && read.text("value") == pid_line(probe.pid()))));
                REQUIRE(close.status() == 0);
                opened += is_open ? 1 : 0;
            }
        }
    }
    CHECK(opened > 0);
    CHECK_FALSE(exists(path));
}
