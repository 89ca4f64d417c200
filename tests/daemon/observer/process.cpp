// process.cpp: one process of a probe (declared in probe.hpp).
#include "probe.hpp"

#include <csignal>

namespace observer {

Procfs Process::proc() const
{
    const Process self = *this;
    return Procfs(pid_, [self](const std::string &kind, const std::string &path) -> std::optional<std::string> {
        const Report report = self.ask(command(kind, {path}));
        return report.word == "ok" ? std::optional<std::string>(report.text("value")) : std::nullopt;
    });
}

void Process::tell(const std::string &command) const
{
    probe_->send(channel_, command);
}

Report Process::answer() const
{
    return probe_->await({"ok", "failed", "error", "opened", "launched"}, channel_);
}

Report Process::ask(const std::string &command) const
{
    tell(command);
    return answer();
}

Report Process::ask_ok(const std::string &command) const
{
    Report report = ask(command);
    if (report.word != "ok") {
        throw Failure("'" + command + "' was answered with '" + report.line + "'");
    }
    return report;
}

std::string Process::value(const std::string &command) const
{
    return ask_ok(command).text("value");
}
Report Process::event(const std::string &word) const
{
    return probe_->await({word}, channel_);
}
Ended Process::wait_for_end() const
{
    return Reaper::instance().wait(pid_);
}
void Process::kill(int signum) const
{
    ::kill(pid_, signum);
}

} // namespace observer
