// control.hpp: the functions that act on other processes' pid files, called in a process of their own; and processes
// that tell of every signal which reaches them.
//
//     Sentinel innocent;
//     Caller caller;
//     CHECK(caller.stop(path, 0).status == DAEMONCTX_NOT_RUNNING);
//     CHECK(innocent.was_left_alone());
#pragma once

#include "pidfiles.hpp"
#include "probe.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace observer {

// Commands: every signal that a process can have a handler for is reported.
std::vector<std::string> watchful();
// The signals of which that process has told since this was last asked. Failure when it does not answer.
std::vector<int> signals_at(Probe &probe, const Process &process);

// Calls them. Each call is CHECKed to leave its process the descriptors that it had.
class Caller {
  public:
    explicit Caller(const Conditions &conditions = {}, const std::vector<std::string> &commands = {});
    Answer query(const std::string &path);
    Answer signal(const std::string &path, const std::string &signum);
    Answer stop(const std::string &path, int kill_after_ms);
    Answer wait(const std::string &path, int timeout_ms);

    void begin(const std::string &name, const std::vector<std::string> &arguments); // does not wait for its answer
    Answer finish();
    bool is_at_it(); // the answer has not come yet

    Probe &probe() { return probe_; }
    const Process &process() const { return process_; }

  private:
    Probe probe_;
    Process process_;
    std::set<int> descriptors_;
};

// A process that has nothing to do with any pid file.
class Sentinel {
  public:
    explicit Sentinel(const Conditions &conditions = {});
    pid_t pid() const { return process_.pid(); }
    const Process &process() const { return process_; }
    Probe &probe() { return probe_; }
    bool was_left_alone(); // lives, runs, and no signal came

  private:
    Probe probe_;
    Process process_;
};

// The wrapper that gives a process a number that nobody has.
std::vector<std::string> with_pid(pid_t pid);
std::string no_with_pid(); // why that cannot be done here

} // namespace observer
