// relaunched.hpp: the program of the tests that is started again, in the ways in which a program can have the library.
#pragma once

#include "spawn.hpp"

#include <string>
#include <vector>

namespace observer {

// Linked shared, linked statically, loaded by dlopen.
std::vector<std::string> relaunch_programs();
Conditions relaunch_program(const std::string &kind);
// A copy of it at that path, which may be harmed.
Conditions copied_into(const std::string &path, const std::string &kind);

// The name of the user who runs the tests.
std::string own_user();

} // namespace observer
