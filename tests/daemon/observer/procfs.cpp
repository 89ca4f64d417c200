// procfs.cpp: see procfs.hpp.
#include "procfs.hpp"

#include "probe.hpp"
#include "report.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <fstream>
#include <sstream>

namespace observer {

bool operator==(const Descriptor &a, const Descriptor &b)
{
    return a.target == b.target && a.flags == b.flags && a.close_on_exec == b.close_on_exec && a.position == b.position;
}

std::ostream &operator<<(std::ostream &out, const Descriptor &descriptor)
{
    return out << descriptor.target << " flags=0" << std::oct << descriptor.flags << std::dec
               << (descriptor.close_on_exec ? " close-on-exec" : "") << " at " << descriptor.position;
}

bool process_exists(pid_t pid)
{
    return access(("/proc/" + std::to_string(pid)).c_str(), F_OK) == 0;
}

std::string Procfs::file(const std::string &name) const
{
    std::ifstream stream("/proc/" + std::to_string(pid_) + '/' + name, std::ios::binary);
    if (stream.is_open()) {
        std::ostringstream text;
        text << stream.rdbuf();
        return text.str();
    }
    const auto asked = ask_ ? ask_("readfile", "/proc/self/" + name) : std::nullopt;
    if (!asked) {
        throw Failure("cannot read /proc/" + std::to_string(pid_) + '/' + name);
    }
    return *asked;
}

std::optional<std::string> Procfs::link(const std::string &name) const
{
    char target[PATH_MAX];
    const ssize_t length = readlink(("/proc/" + std::to_string(pid_) + '/' + name).c_str(), target, sizeof target);
    if (length >= 0) {
        return std::string(target, static_cast<std::size_t>(length));
    }
    return errno == EACCES && ask_ ? ask_("readlink", "/proc/self/" + name) : std::nullopt;
}

std::vector<std::string> Procfs::list(const std::string &name) const
{
    DIR *directory = opendir(("/proc/" + std::to_string(pid_) + '/' + name).c_str());
    if (directory == nullptr) {
        const auto asked = ask_ ? ask_("listdir", "/proc/self/" + name) : std::nullopt;
        if (!asked) {
            throw Failure("cannot list /proc/" + std::to_string(pid_) + '/' + name);
        }
        return split(*asked, ',');
    }
    std::vector<std::string> names;
    while (const dirent *entry = readdir(directory)) {
        if (entry->d_name[0] != '.') {
            names.emplace_back(entry->d_name);
        }
    }
    closedir(directory);
    return names;
}

// The second field, the name, may itself contain spaces and brackets.
std::string Procfs::stat_field(int number) const
{
    const std::string text = file("stat");
    std::istringstream rest(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= number; ++i) {
        rest >> field;
    }
    return field;
}

char Procfs::state() const
{
    return stat_field(3).at(0);
}
pid_t Procfs::parent() const
{
    return std::stoi(stat_field(4));
}
pid_t Procfs::process_group() const
{
    return std::stoi(stat_field(5));
}
pid_t Procfs::session() const
{
    return std::stoi(stat_field(6));
}
int Procfs::terminal() const
{
    return std::stoi(stat_field(7));
}
pid_t Procfs::foreground_group() const
{
    return std::stoi(stat_field(8));
}

static std::string existing(const std::optional<std::string> &link, const char *name)
{
    if (!link) {
        throw Failure(std::string("cannot read the link ") + name);
    }
    return *link;
}

std::string Procfs::working_directory() const
{
    return existing(link("cwd"), "cwd");
}
std::string Procfs::root() const
{
    return existing(link("root"), "root");
}
std::string Procfs::executable() const
{
    return existing(link("exe"), "exe");
}

std::string Procfs::status_field(const std::string &name) const
{
    std::istringstream lines(file("status"));
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(name + ':', 0) == 0) {
            const auto start = line.find_first_not_of(" \t", name.size() + 1);
            return start == std::string::npos ? "" : line.substr(start);
        }
    }
    throw Failure("/proc/<pid>/status has no " + name);
}

static std::vector<long> numbers_in(const std::string &text)
{
    std::istringstream stream(text);
    std::vector<long> numbers;
    for (long number = 0; stream >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

mode_t Procfs::umask() const
{
    return static_cast<mode_t>(std::stoul(status_field("Umask"), nullptr, 8));
}

Identity Procfs::identity() const
{
    const auto groups = numbers_in(status_field("Groups"));
    return {numbers_in(status_field("Uid")), numbers_in(status_field("Gid")), {groups.begin(), groups.end()}};
}

Limit Procfs::limit(const std::string &name) const
{
    std::istringstream lines(file("limits"));
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(name + ' ', 0) == 0) {
            std::istringstream columns(line.substr(name.size()));
            Limit limit;
            columns >> limit.soft >> limit.hard;
            return limit;
        }
    }
    throw Failure("/proc/<pid>/limits has no " + name);
}

SignalSet Procfs::signals(const std::string &name) const
{
    const auto bits = std::stoull(status_field(name), nullptr, 16);
    SignalSet signals;
    for (int signum = 1; signum <= 64; ++signum) {
        const bool of_the_c_library =
            signum >= 32 && signum < SIGRTMIN; // glibc's posix_spawn ignores them in the new process
        if (!of_the_c_library && (bits >> (signum - 1) & 1) != 0) {
            signals.insert(signum);
        }
    }
    return signals;
}

SignalSet Procfs::ignored() const
{
    return signals("SigIgn");
}
SignalSet Procfs::caught() const
{
    return signals("SigCgt");
}
SignalSet Procfs::blocked() const
{
    return signals("SigBlk");
}

SignalSet Procfs::pending() const
{
    SignalSet all = signals("SigPnd");
    all.merge(signals("ShdPnd"));
    return all;
}

int Procfs::threads() const
{
    return std::stoi(status_field("Threads"));
}
bool Procfs::no_new_privs() const
{
    return status_field("NoNewPrivs") == "1";
}
std::uint64_t Procfs::capabilities(const std::string &set) const
{
    return std::stoull(status_field(set), nullptr, 16);
}

std::vector<pid_t> Procfs::numbers() const
{
    const auto numbers = numbers_in(status_field("NSpid"));
    return {numbers.begin(), numbers.end()};
}

static Descriptor parse_descriptor(const std::string &target, const std::string &fdinfo)
{
    Descriptor descriptor;
    descriptor.target = target;
    std::istringstream lines(fdinfo);
    std::string key;
    for (std::string value; lines >> key >> value;) {
        if (key == "pos:") {
            descriptor.position = std::stoll(value);
        } else if (key == "flags:") {
            descriptor.flags = std::stoi(value, nullptr, 8);
            descriptor.close_on_exec = (descriptor.flags & O_CLOEXEC) != 0;
            descriptor.flags &= ~O_CLOEXEC;
            break;
        }
    }
    return descriptor;
}

std::map<int, Descriptor> Procfs::descriptors() const
{
    std::map<int, Descriptor> descriptors;
    for (const auto &name : list("fd")) {
        const int number = std::stoi(name);
        const auto target =
            number >= first_channel && number < first_channel + channel_count ? std::nullopt : link("fd/" + name);
        if (target) { // none: the descriptor of the listing itself
            descriptors[number] = parse_descriptor(*target, file("fdinfo/" + name));
        }
    }
    return descriptors;
}

std::set<int> Procfs::descriptor_numbers() const
{
    std::set<int> numbers;
    for (const auto &entry : descriptors()) {
        numbers.insert(entry.first);
    }
    return numbers;
}

} // namespace observer
