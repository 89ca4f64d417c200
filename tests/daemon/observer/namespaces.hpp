// namespaces.hpp: wrappers that start a probe as PID 1 of a pid namespace, or without a terminal.
#pragma once

#include "spawn.hpp"

#include <string>
#include <vector>

namespace observer {

std::string no_pid_namespace();              // why none can be made here
std::vector<std::string> as_pid_1();         // what comes after it is PID 1, with a /proc of its own
std::vector<std::string> without_terminal(); // in a session of its own

std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string> &second);

} // namespace observer
