// report.hpp: one line from a probe (PROTOCOL.md), taken apart; and how words for a probe are written.
#pragma once

#include <sys/types.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace observer {

// What went wrong in observing, with what was seen until then. Ends the test case.
class Failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct Report {
    std::string line;                          // as it came
    std::string word;                          // ok, failed, error, opened, launched, hook, ...
    std::map<std::string, std::string> fields; // decoded
    pid_t sender = 0;                          // told by the kernel, in the observer's pid namespace
    int channel = 0;

    bool has(const std::string &key) const { return fields.count(key) != 0; }
    const std::string &text(const std::string &key) const; // Failure if there is none
    long number(const std::string &key) const;
    int status() const { return static_cast<int>(number("status")); }
    bool is_answer() const; // to a command, as against a hook, a signal, ...
};

Report parse_report(const std::string &line);

std::string encode(const std::string &text); // for use as one word of a command
std::string decode(const std::string &text);

// "set", {"a b", "c"} → "set a%20b c"
std::string command(const std::string &name, const std::vector<std::string> &arguments);

// "name=value", the value encoded
std::string option(const std::string &name, const std::string &value);

std::vector<std::string> split(const std::string &text, char separator);

} // namespace observer
