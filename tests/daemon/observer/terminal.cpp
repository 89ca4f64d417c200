// terminal.cpp: see terminal.hpp.
#include "terminal.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>

namespace observer {

Terminal::Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
{
    char name[64];
    if (master_.get() < 0 || grantpt(master_.get()) < 0 || unlockpt(master_.get()) < 0 ||
        ptsname_r(master_.get(), name, sizeof name) != 0) {
        throw Failure("no pseudo-terminal");
    }
    path_ = name;
}

int Terminal::number() const
{
    struct stat status = {};
    if (stat(path_.c_str(), &status) < 0) {
        throw Failure("no terminal " + path_);
    }
    const unsigned device_major = major(status.st_rdev);
    const unsigned device_minor = minor(status.st_rdev);
    return static_cast<int>((device_minor & 0xffU) | (device_major << 8) |
                            ((device_minor & ~0xffU) << 12)); // the kernel's new_encode_dev
}

std::vector<std::string> Terminal::session_wrapper() const
{
    return {helper_path("daemonctx_pty_session"), path_};
}

void Terminal::type(const std::string &text) const
{
    if (write(master_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw Failure("cannot type on " + path_);
    }
}

std::string Terminal::read_until(const std::string &end) const
{
    const Deadline deadline;
    std::string text;
    while (text.find(end) == std::string::npos) {
        char buffer[4096];
        pollfd event = {master_.get(), POLLIN, 0};
        const ssize_t got =
            poll(&event, 1, deadline.milliseconds_left()) > 0 ? read(master_.get(), buffer, sizeof buffer) : 0;
        if (got <= 0) {
            throw Failure("'" + end + "' did not come on the terminal, but '" + text + "'");
        }
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
}

} // namespace observer
