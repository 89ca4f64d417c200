// spawn.cpp: see spawn.hpp.
#include "spawn.hpp"

#include "reaper.hpp"
#include "report.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

extern char **environ;

namespace observer {

namespace {

constexpr int first_safe_number = 300; // above every number that a spawned process is given

class FileActions {
  public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions &) = delete;
    FileActions &operator=(const FileActions &) = delete;
    const posix_spawn_file_actions_t *get() const { return &actions_; }

    // By way of a high number, so that no target is overwritten that is a source later, and close-on-exec goes.
    void give(int target, int source)
    {
        Fd high(fcntl(source, F_DUPFD_CLOEXEC, first_safe_number));
        if (high.get() < 0) {
            throw Failure("descriptor " + std::to_string(source) +
                          " cannot be given to a process: " + std::strerror(errno));
        }
        posix_spawn_file_actions_adddup2(&actions_, high.get(), target);
        held_.push_back(std::move(high));
    }
    void close(int target) { posix_spawn_file_actions_addclose(&actions_, target); }

  private:
    posix_spawn_file_actions_t actions_;
    std::vector<Fd> held_;
};

class Attributes {
  public:
    explicit Attributes(bool own_session)
    {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        const int session = own_session ? POSIX_SPAWN_SETSID : 0;
        posix_spawnattr_setflags(&attributes_,
                                 static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes &) = delete;
    Attributes &operator=(const Attributes &) = delete;
    const posix_spawnattr_t *get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_;
};

// Not from the observer's own service manager: what decides whether detaching is required.
bool is_managers_variable(const std::string &entry)
{
    for (const char *name :
         {"LISTEN_PID=", "LISTEN_FDS=", "SYSTEMD_EXEC_PID=", "NOTIFY_SOCKET=", "DAEMONCTX_PROBE_CHANNEL="}) {
        if (entry.rfind(name, 0) == 0) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> make_environment(const std::vector<std::string> &more)
{
    std::map<std::string, std::string> variables;
    const auto add = [&](const std::string &entry) {
        variables[entry.substr(0, entry.find('='))] = entry;
    };
    for (char **entry = environ; *entry != nullptr; ++entry) {
        if (!is_managers_variable(*entry)) {
            add(*entry);
        }
    }
    for (const auto &entry : more) {
        add(entry);
    }
    std::vector<std::string> environment;
    for (const auto &variable : variables) {
        environment.push_back(variable.second);
    }
    return environment;
}

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> list;
    for (auto &text : texts) {
        list.push_back(text.data());
    }
    list.push_back(nullptr);
    return list;
}

} // namespace

pid_t spawn(const std::vector<std::string> &arguments, const Conditions &conditions)
{
    FileActions actions;
    const Fd zero = open_file("/dev/zero", O_RDWR);
    for (int stream = 0; stream < 3; ++stream) {
        if (conditions.closed.count(stream) != 0) {
            actions.close(stream);
        } else if (conditions.descriptors.count(stream) == 0) {
            actions.give(stream, zero.get());
        }
    }
    for (const auto &[target, source] : conditions.descriptors) {
        actions.give(target, source);
    }
    const std::string program = conditions.program.empty() ? probe_path() : conditions.program;
    auto words = conditions.wrapper;
    words.push_back(words.empty() && conditions.argv0 ? *conditions.argv0 : program);
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto environment = make_environment(conditions.environment);

    const std::string executed = conditions.wrapper.empty() ? program : conditions.wrapper.front();
    pid_t pid = -1;
    const int error = posix_spawnp(&pid, executed.c_str(), actions.get(), Attributes(conditions.own_session).get(),
                                   pointers(words).data(), pointers(environment).data());
    if (error != 0) {
        throw Failure("cannot start " + executed + ": " + std::strerror(error));
    }
    Reaper::instance().forget(pid);
    return pid;
}

} // namespace observer
