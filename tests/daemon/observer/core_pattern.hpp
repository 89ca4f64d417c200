// core_pattern.hpp: sets where the kernel puts cores, and puts the machine's own setting back, whatever becomes of the
// test.
#pragma once

#include "spawn.hpp"

#include <sys/types.h>

#include <string>

namespace observer {

std::string no_core_pattern(); // why it cannot be set here

// A guardian process holds the setting that was there, and writes it back when the observer lets go of it or dies.
class CorePattern {
  public:
    explicit CorePattern(const std::string &pattern);
    ~CorePattern();
    CorePattern(const CorePattern &) = delete;
    CorePattern &operator=(const CorePattern &) = delete;

  private:
    Fd leash_;
    pid_t guardian_ = -1;
};

// Cores go to a program that tells of them.
class CorePipe {
  public:
    CorePipe();
    pid_t next_pid() const; // whose core came next; waits for it

  private:
    TemporaryDirectory directory_;
    Fd fifo_;
    CorePattern pattern_;
};

// Cores go to one file.
class CoreFiles {
  public:
    explicit CoreFiles(const std::string &path);

  private:
    CorePattern pattern_;
};

} // namespace observer
