// core_pattern.hpp: where the kernel puts cores: a program that tells of them, or a file.
#pragma once

#include "kernel_settings.hpp"
#include "spawn.hpp"

#include <sys/types.h>

#include <string>

namespace observer {

std::string no_core_pattern(); // why it cannot be set here

// Cores go to a program that tells of them.
class CorePipe {
  public:
    CorePipe();
    pid_t next_pid() const; // whose core came next; waits for it
    const KernelSettings &settings() const { return settings_; }

  private:
    TemporaryDirectory directory_;
    Fd fifo_;
    KernelSettings settings_;
};

// Cores go to one file.
class CoreFile {
  public:
    explicit CoreFile(const std::string &path);

  private:
    KernelSettings settings_;
};

} // namespace observer
