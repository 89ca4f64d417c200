// signals.hpp: which signals the system has, and what their default actions do.
#pragma once

#include "procfs.hpp"

#include <csignal>
#include <string>
#include <vector>

namespace observer {

// All whose disposition a program may change: not SIGKILL, SIGSTOP, nor those that the C library keeps for itself.
inline std::vector<int> changeable_signals()
{
    std::vector<int> signals;
    for (int signum = 1; signum <= SIGRTMAX; ++signum) {
        const bool reserved = signum >= 32 && signum < SIGRTMIN;
        if (signum != SIGKILL && signum != SIGSTOP && !reserved) {
            signals.push_back(signum);
        }
    }
    return signals;
}

inline SignalSet changeable_set()
{
    const auto signals = changeable_signals();
    return {signals.begin(), signals.end()};
}

inline bool stops_by_default(int signum)
{
    return signum == SIGTSTP || signum == SIGTTIN || signum == SIGTTOU;
}

inline bool ends_by_default(int signum)
{
    return signum != SIGCHLD && signum != SIGCONT && signum != SIGURG && signum != SIGWINCH &&
           !stops_by_default(signum);
}

// "signal=SIGNUM:WHAT" for every one of them: options or, with "sigaction SIGNUM WHAT", commands of the probe.
inline std::vector<std::string> for_every_signal(const std::string &before, const std::string &after)
{
    std::vector<std::string> commands;
    for (const int signum : changeable_signals()) {
        commands.push_back(before + std::to_string(signum) + after);
    }
    return commands;
}

} // namespace observer
