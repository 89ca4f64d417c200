// surroundings.cpp: descriptors, files, and what this machine allows (declared in spawn.hpp).
#include "report.hpp"
#include "spawn.hpp"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

namespace observer {

Fd &Fd::operator=(Fd &&other) noexcept
{
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

Fd::~Fd()
{
    reset();
}

int Fd::release()
{
    const int fd = fd_;
    fd_ = -1;
    return fd;
}

void Fd::reset()
{
    if (fd_ >= 0) {
        close(fd_);
    }
    fd_ = -1;
}

Fd open_file(const std::string &path, int flags, mode_t mode)
{
    Fd fd(open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode));
    if (fd.get() < 0) {
        throw Failure("cannot open " + path + ": " + std::strerror(errno));
    }
    return fd;
}

TemporaryDirectory::TemporaryDirectory()
{
    const char *parent = std::getenv("TMPDIR");
    std::string name = std::string(parent != nullptr ? parent : "/tmp") + "/daemonctx-test-XXXXXX";
    char resolved[PATH_MAX];
    if (mkdtemp(name.data()) == nullptr || chmod(name.c_str(), 0755) < 0 ||
        realpath(name.c_str(), resolved) == nullptr) {
        throw Failure("cannot make a temporary directory: " + std::string(std::strerror(errno)));
    }
    path_ = resolved;
}

static int remove_entry(const char *path, const struct stat *, int, FTW *)
{
    return remove(path);
}

TemporaryDirectory::~TemporaryDirectory()
{
    nftw(path_.c_str(), remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

std::string TemporaryDirectory::make_directory(const std::string &name, mode_t mode) const
{
    std::string path = *this / name;
    if (mkdir(path.c_str(), 0700) < 0 || chmod(path.c_str(), mode) < 0) {
        throw Failure("cannot make " + path + ": " + std::strerror(errno));
    }
    return path;
}

void TemporaryDirectory::give_to(uid_t uid, gid_t gid) const
{
    if (chown(path_.c_str(), uid, gid) < 0) {
        throw Failure("cannot give " + path_ + " away: " + std::strerror(errno));
    }
}

std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file.is_open()) {
        throw Failure("cannot read " + path);
    }
    return text.str();
}

void write_file(const std::string &path, const std::string &text)
{
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    if (!file) {
        throw Failure("cannot write " + path);
    }
}

bool exists(const std::string &path)
{
    struct stat unused;
    return lstat(path.c_str(), &unused) == 0;
}

std::string helper_path(const std::string &name)
{
    return std::string(DAEMONCTX_HELPERS) + '/' + name;
}

std::string probe_path()
{
    const char *other = std::getenv("DAEMONCTX_PROBE"); // a probe in another language
    return other != nullptr ? other : helper_path("daemonctx_probe");
}

std::vector<std::string> as_nobody()
{
    return {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"};
}

std::string no_root()
{
    if (geteuid() != 0) {
        return "needs root";
    }
    std::istringstream status(read_file("/proc/self/status"));
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("CapEff:", 0) == 0) {
            const auto capabilities = std::stoull(line.substr(7), nullptr, 16);
            const auto wanted = 1ULL << 0 | 1ULL << 6 | 1ULL << 7 | 1ULL << 18; // CHOWN SETGID SETUID SYS_CHROOT
            return (capabilities & wanted) == wanted ? "" : "needs root's capabilities";
        }
    }
    return "";
}

std::string sanitized(const std::string &why)
{
#ifdef __SANITIZE_ADDRESS__
    return "AddressSanitizer " + why;
#else
    (void)why;
    return "";
#endif
}

std::string no_program(const std::string &name)
{
    const char *path = std::getenv("PATH");
    for (const auto &directory : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
        if (access((directory + '/' + name).c_str(), X_OK) == 0) {
            return "";
        }
    }
    return "needs " + name;
}

// Every directory on the way can be searched by everyone.
static bool is_open_to_everyone(const std::string &path)
{
    struct stat status;
    for (auto end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (stat(part.c_str(), &status) < 0 || (status.st_mode & S_IXOTH) == 0) {
            return false;
        }
        if (end == std::string::npos) {
            return true;
        }
    }
}

std::string no_nobody()
{
    if (!no_root().empty()) {
        return no_root();
    }
    if (!no_program("setpriv").empty()) {
        return no_program("setpriv");
    }
    return is_open_to_everyone(probe_path()) ? "" : "needs a build directory that nobody may search";
}

void say_skipped(const std::string &reason)
{
    std::cout << "SKIPPED: " << reason << std::endl;
}

} // namespace observer
