// What a call may leave behind: descriptors of this process, and the entries of a directory.
#pragma once

#include <map>
#include <string>

// Number and target of each open descriptor.
std::map<int, std::string> descriptors_now();

// Name, kind, size, times and content of each entry of `directory`, and the directory's own times under ".".
std::map<std::string, std::string> entries_now(const std::string &directory);
