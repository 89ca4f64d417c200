// procfs.hpp: what /proc says about a process. Where the observer may not look (a process that is not dumpable), the
// process is asked to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace observer {

struct Descriptor {
    std::string target; // what its link in /proc says
    int flags = 0;      // of the open file, without O_CLOEXEC
    bool close_on_exec = false;
    long long position = 0;
};
bool operator==(const Descriptor &a, const Descriptor &b);
std::ostream &operator<<(std::ostream &out, const Descriptor &descriptor);

struct Identity { // real, effective, saved, file system
    std::vector<long> uids;
    std::vector<long> gids;
    std::set<long> groups;
};

struct Limit {
    std::string soft; // a number or "unlimited"
    std::string hard;
};

using SignalSet = std::set<int>;

class Procfs {
  public:
    // ask: reads "readlink", "readfile" or "listdir" of a path in the process itself; nothing if it cannot
    using Asker = std::function<std::optional<std::string>(const std::string &kind, const std::string &path)>;
    explicit Procfs(pid_t pid, Asker ask = nullptr) : pid_(pid), ask_(std::move(ask)) {}

    char state() const; // R S D Z T ...
    pid_t parent() const;
    pid_t process_group() const;
    pid_t session() const;
    int terminal() const; // tty_nr; 0: none
    pid_t foreground_group() const;

    std::string working_directory() const;
    std::string root() const;
    std::string executable() const;
    mode_t umask() const;
    Identity identity() const;
    Limit limit(const std::string &name) const; // "Max core file size", "Max open files"
    SignalSet ignored() const;
    SignalSet caught() const;
    SignalSet blocked() const;
    SignalSet pending() const; // of the process and of its main thread
    int threads() const;
    bool no_new_privs() const;
    std::uint64_t capabilities(const std::string &set) const; // "CapEff", "CapPrm", ...
    std::vector<pid_t> numbers() const;                       // one for each pid namespace, the outermost first

    // All but the probe's channels.
    std::map<int, Descriptor> descriptors() const;
    std::set<int> descriptor_numbers() const;

    std::string file(const std::string &name) const;
    std::optional<std::string> link(const std::string &name) const;

  private:
    std::string stat_field(int number) const; // as proc(5) counts them
    std::string status_field(const std::string &name) const;
    SignalSet signals(const std::string &name) const;
    std::vector<std::string> list(const std::string &name) const;
    pid_t pid_;
    Asker ask_;
};

bool process_exists(pid_t pid); // a zombie does

} // namespace observer
