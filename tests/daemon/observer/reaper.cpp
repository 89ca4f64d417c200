// reaper.cpp: see reaper.hpp.
#include "reaper.hpp"

#include "report.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace observer {

std::chrono::milliseconds patience()
{
    const char *seconds = std::getenv("DAEMONCTX_TEST_PATIENCE");
    return std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 20);
}

int Deadline::milliseconds_left() const
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::string describe(const Ended &ended)
{
    return ended.signal >= 0 ? "died by signal " + std::to_string(ended.signal)
                             : "exited with " + std::to_string(ended.exit_code);
}

Reaper &Reaper::instance()
{
    static Reaper reaper;
    return reaper;
}

static void close_inherited_at_exec()
{
    DIR *directory = opendir("/proc/self/fd");
    while (const dirent *entry = directory != nullptr ? readdir(directory) : nullptr) {
        const int fd = std::atoi(entry->d_name);
        if (fd > 2) {
            fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    if (directory != nullptr) {
        closedir(directory);
    }
}

void Reaper::prepare()
{
    close_inherited_at_exec();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signal_fd_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signal_fd_ < 0) {
        throw Failure("signalfd failed");
    }
}

bool Reaper::collect()
{
    for (;;) {
        int status = 0;
        const pid_t pid = waitpid(-1, &status, WNOHANG | __WALL);
        if (pid <= 0) {
            return pid == 0;
        }
        Ended ended;
        ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
        ended.core_dumped = WIFSIGNALED(status) && WCOREDUMP(status);
        ended_[pid] = ended;
    }
}

bool Reaper::wait_until(const std::function<bool()> &condition, std::chrono::milliseconds span)
{
    const Deadline deadline(span);
    for (;;) {
        signalfd_siginfo discarded;
        while (read(signal_fd_, &discarded, sizeof discarded) > 0) { // before collecting, so that no end is missed
        }
        collect();
        if (condition()) {
            return true;
        }
        pollfd event = {signal_fd_, POLLIN, 0};
        if (poll(&event, 1, deadline.milliseconds_left()) == 0) {
            return false;
        }
    }
}

bool Reaper::has_ended(pid_t pid)
{
    collect();
    return ended_.count(pid) != 0;
}

Ended Reaper::wait(pid_t pid, std::chrono::milliseconds span)
{
    if (!wait_until([&] { return ended_.count(pid) != 0; }, span)) {
        throw Failure("process " + std::to_string(pid) + " did not end");
    }
    return ended_[pid];
}

bool Reaper::wait_for_all(std::chrono::milliseconds span)
{
    return wait_until([this] { return !collect() || (!apart_.empty() && children().empty()); }, span);
}

void Reaper::forget(pid_t pid)
{
    ended_.erase(pid);
}

// By /proc as a whole: the kernel's own list of children may leave some out while others end.
std::vector<pid_t> Reaper::children() const
{
    std::vector<pid_t> children;
    DIR *directory = opendir("/proc");
    while (const dirent *entry = directory != nullptr ? readdir(directory) : nullptr) {
        const pid_t pid = std::atoi(entry->d_name);
        std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
        std::string text;
        if (pid > 1 && apart_.count(pid) == 0 && std::getline(file, text)) {
            std::istringstream fields(text.substr(text.rfind(')') + 1)); // state, parent
            char state = 0;
            pid_t parent = 0;
            fields >> state >> parent;
            if (parent == getpid() && state != 'Z') {
                children.push_back(pid);
            }
        }
    }
    if (directory != nullptr) {
        closedir(directory);
    }
    return children;
}

} // namespace observer
