// probe.hpp: a probe and its processes, as PROTOCOL.md describes them. The channels are the leash: when a Probe goes,
// all its processes end.
#pragma once

#include "procfs.hpp"
#include "reaper.hpp"
#include "report.hpp"
#include "spawn.hpp"

#include <array>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace observer {

constexpr int first_channel = 250; // the descriptor of channel 0 in the probe
constexpr int channel_count = 6;

class Probe;

// One process of a probe, which obeys commands on its channel.
class Process {
  public:
    Process(Probe &probe, int channel, pid_t pid) : probe_(&probe), channel_(channel), pid_(pid) {}
    pid_t pid() const { return pid_; }
    int channel() const { return channel_; }
    Procfs proc() const;

    // Sends a command and does not wait for its answer.
    void tell(const std::string &command) const;
    // The next ok, failed, error, opened or launched of this channel.
    Report answer() const;
    Report ask(const std::string &command) const;
    // Failure unless the answer is ok.
    Report ask_ok(const std::string &command) const;
    // The field `value` of that ok.
    std::string value(const std::string &command) const;
    // The next report with this word of this channel: hook, handler, signal, ...
    Report event(const std::string &word) const;
    // Its true exit status; it is or becomes the observer's child.
    Ended wait_for_end() const;
    void kill(int signum) const;

  private:
    Probe *probe_;
    int channel_;
    pid_t pid_;
};

class Probe {
  public:
    // Every argument is one command; after them the probe obeys channel 0.
    explicit Probe(const std::vector<std::string> &commands, const Conditions &conditions = {});
    ~Probe(); // lets go; a process that does not end by itself is killed and fails the test
    Probe(const Probe &) = delete;
    Probe &operator=(const Probe &) = delete;

    pid_t pid() const { return pid_; } // of what was started: the launcher, or the wrapper around it
    Process launcher() { return {*this, 0, pid_}; }
    Process process(int channel, pid_t pid) { return {*this, channel, pid}; }

    // The process in which open (or launch) returned OK. Failure, with the sentence, when it failed.
    Process opened();
    // The same, once its parent is what it will stay: no intermediate is left.
    Process daemon();
    // The launcher's report of a failed open or launch. Failure when it succeeded.
    Report failed();
    // A child forked by `fork CHANNEL`, or the executed one of `execute CHANNEL`.
    Process forked(int channel);
    Process started(int channel);

    // The first report not yet taken with one of these words, of any channel or of one; the others stay.
    Report await(const std::set<std::string> &words, int channel = any_channel);
    // All reports with this word that have come so far, in their order.
    std::vector<Report> take(const std::string &word);
    // Waits until no process holds the channels any more.
    bool wait_for_silence(std::chrono::milliseconds span = patience());

    void send(int channel, const std::string &line);
    // Closes the leash; true if every process ended by itself.
    bool let_go();

    static constexpr int any_channel = -1;

  private:
    Report await(const std::function<bool(const Report &)> &wanted, const std::string &what);
    bool receive(const Deadline &deadline); // false: nothing in time, or all channels ended
    bool receive_from(int channel);
    bool is_silent() const;
    void kill_left();
    std::string seen() const;

    pid_t pid_ = -1;
    std::array<Fd, channel_count> channels_;
    std::deque<Report> reports_;
    std::set<pid_t> senders_;
    std::vector<std::string> commands_;
    bool gone_ = false;
};

} // namespace observer
