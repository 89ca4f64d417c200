// launched.hpp: a program under test, with what it wrote; a daemon that it leaves is killed in the end.
#pragma once

#include "observer/reaper.hpp"
#include "observer/spawn.hpp"

#include <daemonctx/pidfile.hpp>

#include <fcntl.h>

#include <map>
#include <string>
#include <vector>

class Launched {
  public:
    // Waits until the started process has ended.
    Launched(const std::string &program, const std::vector<std::string> &arguments) : program_(program)
    {
        start(arguments);
    }
    Launched(const Launched &) = delete;
    Launched &operator=(const Launched &) = delete;
    ~Launched()
    {
        using namespace std::chrono_literals;
        (void)daemonctx::pidfile::try_stop(pidfile, 0s);
    }

    // In the arguments, PIDFILE and LOG stand for files of the test's own directory.
    void start(std::vector<std::string> arguments)
    {
        for (std::string &argument : arguments) {
            argument = argument == "PIDFILE" ? pidfile : argument == "LOG" ? log : argument;
        }
        const observer::Fd out = observer::open_file(directory / "output", O_RDWR | O_CREAT | O_APPEND);
        const observer::Fd err = observer::open_file(directory / "error", O_RDWR | O_CREAT | O_TRUNC | O_APPEND);
        observer::Conditions conditions;
        conditions.program = program_;
        conditions.descriptors = {{1, out.get()}, {2, err.get()}};
        launcher = observer::Reaper::instance().wait(observer::spawn(arguments, conditions));
        holder = daemonctx::pidfile::query(pidfile);
    }

    std::string output() const { return observer::read_file(directory / "output"); }
    std::string error() const { return observer::read_file(directory / "error"); }
    // Sends a signal to the daemon, and gives its end.
    observer::Ended end_by(int signum)
    {
        daemonctx::pidfile::signal(pidfile, signum);
        return observer::Reaper::instance().wait(holder.pid);
    }

    observer::TemporaryDirectory directory;
    const std::string pidfile = directory / "pid";
    const std::string log = directory / "log";
    observer::Ended launcher;          // how the started process ended
    daemonctx::pidfile::holder holder; // the daemon, when the launcher had ended

  private:
    std::string program_;
};
