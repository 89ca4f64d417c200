// pidfiles.cpp: see pidfiles.hpp.
#include "pidfiles.hpp"

#include "../catch.hpp"

#include <fcntl.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace observer {

namespace {

constexpr off_t hold_byte = 0;
constexpr off_t attest_byte = 1;

struct flock lock_of(off_t byte)
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

// Who would be in the way of locking that byte.
struct flock obstacle(const Fd &file, off_t byte)
{
    struct flock lock = lock_of(byte);
    if (fcntl(file.get(), F_OFD_GETLK, &lock) < 0) {
        throw Failure("cannot ask for a file's locks: " + std::string(std::strerror(errno)));
    }
    return lock;
}

Fd open_to_look(const std::string &path)
{
    return open_file(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
}

} // namespace

std::string pid_line(pid_t pid)
{
    return std::to_string(pid) + '\n';
}

bool is_locked(const std::string &path)
{
    return exists(path) && is_locked(open_to_look(path));
}

bool is_locked(const Fd &file)
{
    return obstacle(file, hold_byte).l_type != F_UNLCK;
}

pid_t attested_pid(const std::string &path)
{
    const struct flock lock = obstacle(open_to_look(path), attest_byte);
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

Fd lock_file(const std::string &path)
{
    Fd fd = open_file(path, O_RDWR);
    struct flock lock = lock_of(hold_byte);
    if (fcntl(fd.get(), F_OFD_SETLK, &lock) < 0) {
        throw Failure("cannot lock " + path + ": " + std::strerror(errno));
    }
    return fd;
}

FileState file_state(const std::string &path)
{
    FileState state = {};
    if (lstat(path.c_str(), &state.status) < 0) {
        throw Failure("there is no " + path + ": " + std::strerror(errno));
    }
    if (S_ISREG(state.status.st_mode)) {
        state.content = read_file(path);
    }
    return state;
}

bool operator==(const FileState &a, const FileState &b)
{
    return a.status.st_dev == b.status.st_dev && a.status.st_ino == b.status.st_ino &&
           a.status.st_mode == b.status.st_mode && a.status.st_uid == b.status.st_uid &&
           a.status.st_gid == b.status.st_gid && a.status.st_nlink == b.status.st_nlink &&
           a.status.st_mtim.tv_sec == b.status.st_mtim.tv_sec && a.status.st_mtim.tv_nsec == b.status.st_mtim.tv_nsec &&
           a.content == b.content;
}

std::ostream &operator<<(std::ostream &out, const FileState &state)
{
    return out << "inode " << state.status.st_ino << " mode 0" << std::oct << state.status.st_mode << std::dec
               << " owner " << state.status.st_uid << " links " << state.status.st_nlink << " changed "
               << state.status.st_mtim.tv_sec << '.' << state.status.st_mtim.tv_nsec << " '" << state.content << '\'';
}

Answer query(const std::string &path, const Conditions &conditions)
{
    Probe probe({}, conditions);
    const Report report = probe.launcher().ask_ok(command("query", {path}));
    return {report.status(), static_cast<pid_t>(report.number("pid")), static_cast<int>(report.number("errno"))};
}

pid_t dead_pid()
{
    Probe probe({});
    probe.launcher().tell("_exit 0");
    probe.launcher().wait_for_end();
    return probe.pid();
}

void end(const Process &process, Ending ending)
{
    switch (ending) {
    case Ending::close:
        process.ask_ok("close");
        return;
    case Ending::exit:
        process.tell("exit 3");
        CHECK(process.wait_for_end().exited_with(3));
        return;
    case Ending::sigterm:
        process.kill(SIGTERM);
        CHECK(process.wait_for_end().died_by(SIGTERM));
        return;
    }
}

std::ostream &operator<<(std::ostream &out, Ending ending)
{
    return out << (ending == Ending::close ? "by close" : ending == Ending::exit ? "by exit" : "by SIGTERM");
}

} // namespace observer
