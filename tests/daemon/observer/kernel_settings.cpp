// kernel_settings.cpp: see kernel_settings.hpp.
#include "kernel_settings.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

KernelSettings::KernelSettings(const Values &values)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        throw Failure("no pipe");
    }
    const KernelLock lock; // the guardian's copy keeps it until the guardian's end
    const Fd read_end(ends[0]);
    leash_ = Fd(ends[1]);
    Conditions conditions;
    conditions.program = "/bin/sh";
    conditions.descriptors = {{0, read_end.get()}, {3, lock.get()}};
    std::vector<std::string> arguments = {
        "-c", "read line; while [ $# -gt 0 ]; do printf '%s\\n' \"$2\" > \"$1\"; shift 2; done", "guardian"};
    for (const auto &value : values) {
        before_[value.first] = kernel_setting(value.first);
        arguments.push_back(file_of(value.first));
        arguments.push_back(before_[value.first]);
    }
    guardian_ = spawn(arguments, conditions);
    Reaper::instance().set_apart(guardian_);
    for (const auto &[name, value] : values) {
        write_file(file_of(name), value + '\n');
    }
}

KernelSettings::~KernelSettings()
{
    leash_.reset();
    try {
        Reaper::instance().wait(guardian_);
        Reaper::instance().set_apart_no_more(guardian_);
    } catch (const Failure &) { // it still holds the settings, and will write them
    }
}

} // namespace observer
