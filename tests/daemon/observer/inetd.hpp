// inetd.hpp: a real inetd in the foreground with a configuration of its own; one service on a port of the loopback.
#pragma once

#include "spawn.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace observer {

std::string no_inetd(); // why there is none here

class Inetd {
  public:
    // kind: "stream tcp4 nowait" and the like; the command is what is started for each connection.
    Inetd(const std::string &kind, const std::vector<std::string> &command);
    ~Inetd(); // ends it
    Inetd(const Inetd &) = delete;
    Inetd &operator=(const Inetd &) = delete;
    Fd connect() const; // Failure when it does not answer

  private:
    TemporaryDirectory directory_;
    std::string port_;
    pid_t pid_ = -1;
};

// The next line, without its newline, that comes on a connection; Failure when none comes, or the connection ends.
std::string read_line(const Fd &connection);

// The two ends of a TCP connection over the loopback.
struct Connection {
    Fd here;
    Fd there;
};
Connection connect_over_loopback();

} // namespace observer
