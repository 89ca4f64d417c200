// core_pattern.cpp: see core_pattern.hpp.
#include "core_pattern.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace observer {

static const std::string setting = "/proc/sys/kernel/core_pattern";
static const std::string pid_setting = "/proc/sys/kernel/core_uses_pid";

std::string no_core_pattern()
{
    return access(setting.c_str(), W_OK) == 0 ? "" : "needs a writable " + setting;
}

static std::string without_newline(std::string text)
{
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

CorePattern::CorePattern(const std::string &pattern)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        throw Failure("no pipe");
    }
    const Fd read_end(ends[0]);
    leash_ = Fd(ends[1]);
    Conditions conditions;
    conditions.program = "/bin/sh";
    conditions.descriptors[0] = read_end.get();
    const std::string script =
        "read line; printf '%s\\n' \"$0\" > " + setting + "; printf '%s\\n' \"$1\" > " + pid_setting;
    guardian_ =
        spawn({"-c", script, without_newline(read_file(setting)), without_newline(read_file(pid_setting))}, conditions);
    Reaper::instance().set_apart(guardian_);
    write_file(setting, pattern + '\n');
    write_file(pid_setting, "0\n");
}

CorePattern::~CorePattern()
{
    leash_.reset();
    try {
        Reaper::instance().wait(guardian_);
        Reaper::instance().set_apart_no_more(guardian_);
    } catch (const Failure &) { // it still holds the setting, and will write it
    }
}

static Fd make_fifo(const std::string &path)
{
    if (mkfifo(path.c_str(), 0600) < 0) {
        throw Failure("no FIFO: " + std::string(std::strerror(errno)));
    }
    return open_file(path, O_RDWR | O_NONBLOCK);
}

// The kernel takes at most 127 characters, and parts them at spaces: a short name in a directory of our own.
static std::string pipe_pattern(const TemporaryDirectory &directory)
{
    const std::string link = directory / "sink";
    if (symlink(helper_path("daemonctx_core_sink").c_str(), link.c_str()) < 0) {
        throw Failure("no symbolic link");
    }
    return '|' + link + ' ' + (directory / "cores") + " %P %s";
}

CorePipe::CorePipe() : fifo_(make_fifo(directory_ / "cores")), pattern_(pipe_pattern(directory_)) {}

pid_t CorePipe::next_pid() const
{
    const Deadline deadline;
    char text[256] = "";
    pollfd event = {fifo_.get(), POLLIN, 0};
    if (poll(&event, 1, deadline.milliseconds_left()) != 1 || read(fifo_.get(), text, sizeof text - 1) <= 0) {
        throw Failure("no core came");
    }
    return std::stoi(text);
}

CoreFiles::CoreFiles(const std::string &path) : pattern_(path) {}

} // namespace observer
