// refusals.hpp: wrappers between a probe and the kernel: system calls that are refused or said to be done (helpers/
// refuse_calls.c), a /proc that is not there, a disk without room.
#pragma once

#include "spawn.hpp"

#include <string>
#include <vector>

namespace observer {

// "unshare", or "prctl:8:0" with its first arguments; several are parted by commas. Error 0: they say that they are
// done.
std::vector<std::string> refusing(int error, const std::string &calls);
std::string no_refusing(); // why that cannot be done here

std::vector<std::string> without_proc(); // a mount namespace with an empty /proc
// A mount namespace in which PATH is a file system of its own, as mount(8)'s options say; what SCRIPT does there comes
// first, with the path as its $0.
std::vector<std::string> with_disk(const std::string &path, const std::string &options,
                                   const std::string &script = ":");
std::string no_mounts();

} // namespace observer
