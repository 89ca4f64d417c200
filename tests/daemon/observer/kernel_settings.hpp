// kernel_settings.hpp: changes settings of the machine for a test, and puts its own back, whatever becomes of the test.
#pragma once

#include "spawn.hpp"

#include <map>
#include <string>

namespace observer {

// One test at a time: what another one finds and would put back is never a test's setting.
class KernelLock {
  public:
    KernelLock();
    int get() const { return directory_.get(); }

  private:
    Fd directory_;
};

// A guardian holds the settings that were there and the lock, and writes them back when the observer lets go of it or
// dies. It is no child of the observer and in a session of its own: what kills the whole test (Ctrl-C, timeout, ctest)
// does not reach it.
class KernelSettings {
  public:
    using Values = std::map<std::string, std::string>; // name below /proc/sys → value
    explicit KernelSettings(const Values &values);
    ~KernelSettings();
    KernelSettings(const KernelSettings &) = delete;
    KernelSettings &operator=(const KernelSettings &) = delete;
    const Values &before() const { return before_; }

  private:
    Values before_;
    Fd leash_;
    Fd guardian_; // end of file: it has ended
};

std::string kernel_setting(const std::string &name);
std::string no_kernel_setting(const std::string &name); // why it cannot be changed here

} // namespace observer
