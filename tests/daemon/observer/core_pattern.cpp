// core_pattern.cpp: see core_pattern.hpp.
#include "core_pattern.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace observer {

std::string no_core_pattern()
{
    return no_kernel_setting("kernel/core_pattern");
}

static KernelSettings::Values cores_to(const std::string &pattern)
{
    return {{"kernel/core_pattern", pattern}, {"kernel/core_uses_pid", "0"}};
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

CorePipe::CorePipe() : fifo_(make_fifo(directory_ / "cores")), settings_(cores_to(pipe_pattern(directory_))) {}

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

CoreFile::CoreFile(const std::string &path) : settings_(cores_to(path)) {}

} // namespace observer
