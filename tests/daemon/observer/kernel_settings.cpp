// kernel_settings.cpp: see kernel_settings.hpp.
#include "kernel_settings.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace observer {

static std::string file_of(const std::string &name)
{
    return "/proc/sys/" + name;
}

KernelLock::KernelLock() : directory_(open_file("/proc/sys/kernel", O_RDONLY | O_DIRECTORY))
{
    while (flock(directory_.get(), LOCK_EX) < 0) {
        if (errno != EINTR) {
            throw Failure("no lock on the kernel's settings: " + std::string(std::strerror(errno)));
        }
    }
}

std::string kernel_setting(const std::string &name)
{
    std::string text = read_file(file_of(name));
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

std::string no_kernel_setting(const std::string &name)
{
    return access(file_of(name).c_str(), W_OK) == 0 ? "" : "needs a writable " + file_of(name);
}

struct Pipe {
    Pipe()
    {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0) {
            throw Failure("no pipe");
        }
        read_end = Fd(ends[0]);
        write_end = Fd(ends[1]);
    }
    Fd read_end;
    Fd write_end;
};

// The shell ends at once; the guardian, its orphan, goes to init: for that moment the observer is no subreaper.
static void start_guardian(const std::vector<std::string> &settings, const Conditions &conditions)
{
    const std::string script =
        "{ read line <&4; while [ $# -gt 0 ]; do printf '%s\\n' \"$2\" > \"$1\"; shift 2; done; } &";
    std::vector<std::string> arguments = {"-c", script, "guardian"};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    const pid_t shell = spawn(arguments, conditions);
    const Ended ended = Reaper::instance().wait(shell);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (!ended.exited_with(0)) {
        throw Failure("no guardian of the kernel's settings: " + describe(ended));
    }
}

KernelSettings::KernelSettings(const Values &values)
{
    const KernelLock lock; // the guardian's copy keeps it until the guardian's end
    Pipe leash;
    Pipe life;
    std::vector<std::string> settings;
    for (const auto &value : values) {
        before_[value.first] = kernel_setting(value.first);
        settings.push_back(file_of(value.first));
        settings.push_back(before_[value.first]);
    }
    Conditions conditions;
    conditions.program = "/bin/sh";
    conditions.own_session = true;
    conditions.descriptors = {{3, lock.get()}, {4, leash.read_end.get()}, {5, life.write_end.get()}};
    start_guardian(settings, conditions);
    leash_ = std::move(leash.write_end);
    guardian_ = std::move(life.read_end);
    for (const auto &[name, value] : values) {
        write_file(file_of(name), value + '\n');
    }
}

KernelSettings::~KernelSettings()
{
    leash_.reset();
    pollfd event = {guardian_.get(), POLLIN, 0};
    const Deadline deadline;
    while (poll(&event, 1, deadline.milliseconds_left()) < 0 && errno == EINTR) {
    }
}

} // namespace observer
