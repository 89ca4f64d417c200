// terminal.hpp: a pseudo-terminal whose master the observer holds, and the wrapper that runs a probe in its foreground
// group.
#pragma once

#include "spawn.hpp"

#include <string>
#include <vector>

namespace observer {

class Terminal {
  public:
    Terminal();                                       // Failure if there is none
    const std::string &path() const { return path_; } // of the side for programs
    int number() const;                               // as tty_nr in /proc/<pid>/stat
    std::vector<std::string> session_wrapper() const; // pty_session: a session leader that ends when its command ends
    void type(const std::string &text) const;         // "\x03" is Ctrl-C
    std::string read_until(const std::string &end) const; // what programs wrote; Failure when it does not come
    void hang_up() { master_.reset(); }

  private:
    Fd master_;
    std::string path_;
};

} // namespace observer
