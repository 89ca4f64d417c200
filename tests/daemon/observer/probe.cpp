// probe.cpp: see probe.hpp.
#include "probe.hpp"

#include "../catch.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace observer {

static int probes_alive = 0;

Probe::Probe(const std::vector<std::string> &commands, const Conditions &conditions) : commands_(commands)
{
    Conditions given = conditions;
    std::array<Fd, channel_count> probe_ends;
    for (int channel = 0; channel < channel_count; ++channel) {
        int ends[2];
        const int on = 1;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
            throw Failure("no socket pair: " + std::string(std::strerror(errno)));
        }
        const auto index = static_cast<std::size_t>(channel);
        channels_[index] = Fd(ends[0]);
        probe_ends[index] = Fd(ends[1]);
        setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
        given.descriptors[first_channel + channel] = ends[1];
    }
    pid_ = spawn(commands, given);
    ++probes_alive;
}

Probe::~Probe()
{
    const bool ended = let_go();
    --probes_alive;
    if (!ended) {
        FAIL_CHECK("the probe " << seen() << " left a process behind that did not end with its leash");
    }
    if (probes_alive == 0) {
        Reaper::instance().forget_all();
    }
}

bool Probe::is_silent() const
{
    return std::all_of(channels_.begin(), channels_.end(), [](const Fd &channel) { return channel.get() < 0; });
}

// With the number of the sender, which the kernel tells in our own pid namespace.
bool Probe::receive_from(int channel)
{
    Fd &fd = channels_[static_cast<std::size_t>(channel)];
    static char text[1 << 17];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
    iovec part = {text, sizeof text};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t length = recvmsg(fd.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length <= 0) {
        if (length == 0 || errno != EAGAIN) {
            fd.reset();
        }
        return false;
    }
    Report report = parse_report(std::string(text, static_cast<std::size_t>(length)));
    report.channel = channel;
    const cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_type == SCM_CREDENTIALS) {
        ucred credentials;
        std::memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
        report.sender = credentials.pid;
    }
    senders_.insert(report.sender);
    reports_.push_back(report);
    return true;
}

bool Probe::receive(const Deadline &deadline)
{
    std::vector<pollfd> events;
    std::vector<int> numbers;
    for (int channel = 0; channel < channel_count; ++channel) {
        const int fd = channels_[static_cast<std::size_t>(channel)].get();
        if (fd >= 0) {
            events.push_back({fd, POLLIN, 0});
            numbers.push_back(channel);
        }
    }
    int ready = 0;
    do {
        ready = events.empty() ? 0 : poll(events.data(), events.size(), deadline.milliseconds_left());
    } while (ready < 0 && errno == EINTR);
    for (std::size_t i = 0; ready > 0 && i < events.size(); ++i) {
        if (events[i].revents != 0) {
            receive_from(numbers[i]);
        }
    }
    return ready > 0;
}

std::string Probe::seen() const
{
    std::string text = "[";
    for (const auto &word : commands_) {
        text += (text.size() > 1 ? ", " : "") + word;
    }
    text += "]; untaken reports:";
    for (const auto &report : reports_) {
        text += "\n  " + std::to_string(report.channel) + ": " + report.line;
    }
    return text;
}

Report Probe::await(const std::function<bool(const Report &)> &wanted, const std::string &what)
{
    const Deadline deadline;
    for (;;) {
        const auto found = std::find_if(reports_.begin(), reports_.end(), wanted);
        if (found != reports_.end()) {
            Report report = *found;
            reports_.erase(found);
            return report;
        }
        if (!receive(deadline)) {
            throw Failure((is_silent() ? "every process of the probe has ended; waited for "
                                       : "nothing came in time; waited for ") +
                          what + " from " + seen());
        }
    }
}

Report Probe::await(const std::set<std::string> &words, int channel)
{
    std::string what;
    for (const auto &word : words) {
        what += (what.empty() ? "" : "|") + word;
    }
    return await(
        [&](const Report &report) {
            return words.count(report.word) != 0 && (channel == any_channel || channel == report.channel);
        },
        what);
}

std::vector<Report> Probe::take(const std::string &word)
{
    for (int channel = 0; channel < channel_count; ++channel) {
        while (channels_[static_cast<std::size_t>(channel)].get() >= 0 && receive_from(channel)) {
        }
    }
    std::vector<Report> taken;
    for (auto report = reports_.begin(); report != reports_.end();) {
        if (report->word == word) {
            taken.push_back(*report);
            report = reports_.erase(report);
        } else {
            ++report;
        }
    }
    return taken;
}

Process Probe::opened()
{
    const Report report = await({"opened", "failed", "error"});
    if (report.word != "opened") {
        throw Failure("no daemon: " + report.line + (report.has("message") ? "\n  " + report.text("message") : ""));
    }
    return {*this, report.channel, report.sender};
}

Process Probe::daemon()
{
    const Process process = opened();
    const bool settled = process.channel() == 0 || Reaper::instance().wait_until([&] {
        return !process_exists(process.pid()) || process.proc().parent() == getpid();
    });
    if (!settled) {
        throw Failure("the daemon's parent is " + std::to_string(process.proc().parent()) + ", not the subreaper");
    }
    return process;
}

Report Probe::failed()
{
    Report report = await({"opened", "launched", "failed", "error"});
    if (report.word != "failed") {
        throw Failure("open did not fail: " + report.line);
    }
    return report;
}

Process Probe::forked(int channel)
{
    return {*this, channel, await({"forked"}, channel).sender};
}

Process Probe::started(int channel)
{
    return {*this, channel, await({"started"}, channel).sender};
}

void Probe::send(int channel, const std::string &line)
{
    const int fd = channels_[static_cast<std::size_t>(channel)].get();
    if (fd < 0 || ::send(fd, line.data(), line.size(), MSG_NOSIGNAL) < 0) {
        throw Failure("nobody obeys channel " + std::to_string(channel) + ": '" + line + "' of " + seen());
    }
}

bool Probe::wait_for_silence(std::chrono::milliseconds span)
{
    const Deadline deadline(span);
    while (!is_silent() && receive(deadline)) {
    }
    return is_silent();
}

// All that the observer knows of: what it started, what reported, and, for its last probe, every child it has.
void Probe::kill_left()
{
    std::set<pid_t> left = senders_;
    left.insert(pid_);
    for (const pid_t pid : left) {
        if (pid > 1 && !Reaper::instance().has_ended(pid)) {
            ::kill(pid, SIGKILL);
        }
    }
    for (int round = 0; probes_alive == 1 && round < 8;
         ++round) { // what a killed one leaves becomes the observer's child
        if (Reaper::instance().wait_for_all(std::chrono::milliseconds(500))) {
            return;
        }
        for (const pid_t pid : Reaper::instance().children()) {
            ::kill(pid, SIGKILL);
        }
    }
}

bool Probe::let_go()
{
    constexpr auto grace = std::chrono::seconds(10);
    if (gone_) {
        return true;
    }
    gone_ = true;
    for (const auto &channel : channels_) {
        if (channel.get() >= 0) {
            shutdown(channel.get(), SHUT_WR);
        }
    }
    bool ended = wait_for_silence(grace);
    if (ended && probes_alive == 1) {
        ended = Reaper::instance().wait_for_all(grace);
    } else if (ended) {
        ended = Reaper::instance().wait_until([this] { return Reaper::instance().has_ended(pid_); }, grace);
    }
    if (!ended) {
        kill_left();
    }
    return ended;
}

} // namespace observer
