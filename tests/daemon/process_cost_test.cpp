// process_cost_test.cpp: what a launch costs does not depend on the descriptor limit (B14). Counted in system calls, never in time.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <map>
#include <sstream>

using namespace observer;

// How often each system call was made, by all processes of one start, until the daemon's end.
static std::map<std::string, long> count_calls(Method method, long descriptor_limit) {
    const TemporaryDirectory directory;
    const std::string limit = std::to_string(descriptor_limit);
    Conditions conditions;
    conditions.wrapper = {"strace", "-f", "-qq", "-e", "signal=none", "-o", directory / "calls"};
    Probe probe(opening(method, {"limit NOFILE " + limit + ' ' + limit, "fill 20"}), conditions);
    const Process daemon = probe.opened();
    daemon.tell("_exit 0");
    probe.launcher().wait_for_end();

    std::map<std::string, long> counts;
    for (const auto &line : split(read_file(directory / "calls"), '\n')) {
        std::istringstream words(line); // "PID name(arguments) = result", "PID <... name resumed>...", "PID +++ exited"
        std::string pid;
        std::string call;
        words >> pid >> call;
        const auto bracket = call.find('(');
        if (bracket != std::string::npos) {
            ++counts[call.substr(0, bracket)];
        }
    }
    return counts;
}

TEST_CASE("the number of system calls does not depend on the descriptor limit", "[B14][B12][root]") {
    SKIP_IF_REASON(no_root()); // to raise the limit
    SKIP_IF_REASON(no_program("strace"));
    const Method method = GENERATE(from_range(all_methods()));
    const auto few = count_calls(method, 1024);
    const auto many = count_calls(method, 1048576);
    CHECK(few.at("sendto") > 0); // the probe's reports: strace saw it
    CHECK(many == few);
}
