// attempt.hpp: a launch that may fail, the launcher as it was before it, and what a failed one must leave: nothing.
//
//     Attempt attempt(method, {"daemon_hook=fail:3:no"});
//     const Report failed = attempt.fail();
//     attempt.check_nothing_left();
#pragma once

#include "methods.hpp"
#include "probe.hpp"

#include <map>
#include <string>
#include <vector>

namespace observer {

// All that a launch must leave in the launcher's process as it was, by its name, in words.
using ProcessState = std::map<std::string, std::string>;
ProcessState state_of(const Process &process);

// Every child of the process, also those that it cannot wait for.
std::vector<pid_t> children_of(pid_t pid);

class Attempt {
  public:
    // With a pid file in a directory of its own, unless the commands set another one.
    Attempt(Method method, const std::vector<std::string> &commands, const Conditions &conditions = {});

    Probe &probe() { return probe_; }
    const Process &launcher() const { return launcher_; }
    const std::string &pidfile() const { return pidfile_; }
    const ProcessState &before() const { return before_; }

    Report fail(const std::string &call = "open"); // the launcher's answer; Failure when it did not fail
    void check_unchanged() const;                  // the launcher is as it was
    void check_nothing_left() const;               // and there is no process, no pid file
    void check_starts_now(const std::vector<std::string> &cure = {}); // in the same launcher; the daemon is ended again

  private:
    TemporaryDirectory directory_;
    std::string pidfile_;
    Probe probe_;
    Process launcher_;
    ProcessState before_;
};

// A new program that is another user than everyone else here, with nothing but its ids.
std::vector<std::string> as_nobody_else();

// strace makes system calls fail in the probe and in all its children: {"setsid", "error=EPERM"}.
struct Injection {
    std::string calls;
    std::string what;
};
std::vector<std::string> with_injected(const std::vector<Injection> &injections);
std::string no_injection(); // why that cannot be done here

} // namespace observer
