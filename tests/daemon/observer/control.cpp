// control.cpp: see control.hpp.
#include "control.hpp"

#include "signals.hpp"

#include "../catch.hpp"

#include <csignal>

namespace observer {

std::vector<std::string> watchful()
{
    return for_every_signal("sigaction ", " report");
}

std::vector<int> signals_at(Probe &probe, const Process &process)
{
    process.ask_ok("getpid"); // what was sent before has been reported when this is answered
    std::vector<int> signals;
    for (const Report &report : probe.take("signal")) {
        if (report.sender == process.pid()) {
            signals.push_back(static_cast<int>(report.number("signum")));
        }
    }
    return signals;
}

// Under a wrapper that forks, the process is not what was spawned.
static Process first_process(Probe &probe)
{
    return probe.process(0, probe.launcher().ask_ok("getpid").sender);
}

Caller::Caller(const Conditions &conditions, const std::vector<std::string> &commands)
    : probe_(commands, conditions), process_(first_process(probe_)), descriptors_(process_.proc().descriptor_numbers())
{
}

void Caller::begin(const std::string &name, const std::vector<std::string> &arguments)
{
    process_.tell(command(name, arguments));
}

Answer Caller::finish()
{
    const Report report = process_.answer();
    if (report.word != "ok") {
        throw Failure("not an answer of a control function: " + report.line);
    }
    CHECK(process_.proc().descriptor_numbers() == descriptors_);
    return {report.status(), static_cast<pid_t>(report.has("pid") ? report.number("pid") : -1),
            static_cast<int>(report.number("errno"))};
}

bool Caller::is_at_it()
{
    const auto answers = probe_.take("ok");
    if (!answers.empty()) {
        UNSCOPED_INFO("the answer was " << answers.front().line);
    }
    return answers.empty();
}

Answer Caller::query(const std::string &path)
{
    begin("query", {path});
    return finish();
}

Answer Caller::signal(const std::string &path, const std::string &signum)
{
    begin("pidfile_signal", {path, signum});
    return finish();
}

Answer Caller::stop(const std::string &path, int kill_after_ms)
{
    begin("pidfile_stop", {path, std::to_string(kill_after_ms)});
    return finish();
}

Answer Caller::wait(const std::string &path, int timeout_ms)
{
    begin("pidfile_wait", {path, std::to_string(timeout_ms)});
    return finish();
}

Sentinel::Sentinel(const Conditions &conditions) : probe_(watchful(), conditions), process_(first_process(probe_)) {}

bool Sentinel::was_left_alone()
{
    const char state = process_exists(pid()) ? process_.proc().state() : 'X';
    if (state == 'X' || state == 'Z' || state == 'T') {
        UNSCOPED_INFO("the sentinel is in state " << state);
        return false;
    }
    const std::vector<int> signals = signals_at(probe_, process_);
    for (const int signum : signals) {
        UNSCOPED_INFO("the sentinel got signal " << signum);
    }
    return signals.empty();
}

std::vector<std::string> with_pid(pid_t pid)
{
    return {helper_path("daemonctx_with_pid"), std::to_string(pid)};
}

std::string no_with_pid()
{
    if (!no_root().empty()) {
        return no_root();
    }
    static const std::string reason = [] {
        Conditions conditions;
        conditions.wrapper = with_pid(dead_pid());
        conditions.program = "true";
        return Reaper::instance().wait(spawn({}, conditions)).exited_with(0)
                   ? std::string()
                   : "needs the right to choose a process's number (clone3 with set_tid)";
    }();
    return reason;
}

} // namespace observer
