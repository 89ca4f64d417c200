// reaper.hpp: the observer is a child subreaper; every process that a probe left behind ends as its child, with its
// true exit status.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace observer {

// Generous: it is reached only when something is wrong. DAEMONCTX_TEST_PATIENCE (seconds) lengthens it, for slow tools
// and machines.
std::chrono::milliseconds patience();

class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds span = patience()) : end_(std::chrono::steady_clock::now() + span) {}
    int milliseconds_left() const; // for poll: 0 when it is over

  private:
    std::chrono::steady_clock::time_point end_;
};

struct Ended {
    int exit_code = -1; // -1: it died by a signal
    int signal = -1;    // -1: it exited
    bool core_dumped = false;
    bool exited_with(int code) const { return exit_code == code; }
    bool died_by(int signum) const { return signal == signum; }
};
std::string describe(const Ended &ended);

class Reaper {
  public:
    static Reaper &instance();
    Reaper(const Reaper &) = delete;
    Reaper &operator=(const Reaper &) = delete;

    // Before anything is spawned: becomes the subreaper, holds SIGCHLD back, closes inherited descriptors at exec.
    void prepare();

    // Waits until the process has ended, and has become the observer's child if it was not; Failure when patience ends.
    Ended wait(pid_t pid, std::chrono::milliseconds span = patience());
    bool has_ended(pid_t pid);

    // Waits until the condition holds; it is asked anew after every end of a child.
    bool wait_until(const std::function<bool()> &condition, std::chrono::milliseconds span = patience());

    // No child is left but those set apart. False: some did not end in time.
    bool wait_for_all(std::chrono::milliseconds span);
    std::vector<pid_t> children() const; // that have not ended
    // A process of the observer's own, which no probe answers for.
    void set_apart(pid_t pid) { apart_.insert(pid); }
    void set_apart_no_more(pid_t pid) { apart_.erase(pid); }

    void forget(pid_t pid); // the number has been given to a new process
    void forget_all() { ended_.clear(); }

  private:
    Reaper() = default;
    bool collect(); // false: no child is left
    int signal_fd_ = -1;
    std::map<pid_t, Ended> ended_;
    std::set<pid_t> apart_;
};

} // namespace observer
