// process_cost_test.cpp: what a launch costs does not depend on the descriptor limit (B14). Counted in system calls,
// never in time.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

using namespace observer;

// What a process of the observer may set: its hard limit, or with CAP_SYS_RESOURCE the kernel's.
static long largest_descriptor_limit()
{
    rlimit limit = {};
    getrlimit(RLIMIT_NOFILE, &limit);
    const bool may_raise = (Procfs(getpid()).capabilities("CapEff") >> 24 & 1) != 0;
    return may_raise ? std::stol(read_file("/proc/sys/fs/nr_open")) : static_cast<long>(limit.rlim_max);
}

// How often the processes of a launch wait for one another depends on which of them comes first.
static const std::set<std::string> waiting_calls = {"poll",  "ppoll", "recvmsg", "sendmsg", "restart_syscall",
                                                    "wait4", "waitid"};

// How often each other system call was made, by all processes of one start, until the daemon's end.
static std::map<std::string, long> count_calls(Method method, long descriptor_limit)
{
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
        const std::string name = call.substr(0, call.find('('));
        if (name.size() != call.size() && waiting_calls.count(name) == 0) {
            ++counts[name];
        }
    }
    return counts;
}

// Who of two processes comes first decides of a few calls more or less; a dependence on the limit would be of
// thousands.
static void check_no_dependence(Method method, long limit)
{
    // Other processes, and threads, may be faster or slower.
    const long by_chance = method == Method::in_place ? 0 : 5;
    auto few = count_calls(method, 1024);
    auto many = count_calls(method, limit);
    CHECK(few.at("sendto") > 0); // the probe's reports: strace saw it
    for (const auto &call : few) {
        many.insert({call.first, 0});
    }
    for (const auto &[call, count] : many) {
        CAPTURE(call);
        CHECK(std::abs(count - few[call]) <= by_chance);
    }
}

TEST_CASE("the number of system calls does not depend on the descriptor limit", "[B14][B12]")
{
    SKIP_IF_REASON(no_program("strace"));
    SKIP_IF_REASON(sanitized("makes system calls of its own, now more and now less"));
    const Method method = GENERATE(from_range(all_methods()));
    check_no_dependence(method, largest_descriptor_limit());
}

TEST_CASE("the number of system calls at a limit of 1,048,576 descriptors is that at 1,024", "[B14][B12]")
{
    constexpr long limit = 1048576;
    SKIP_IF_REASON(no_program("strace"));
    SKIP_IF_REASON(sanitized("makes system calls of its own, now more and now less"));
    SKIP_IF_REASON(
        largest_descriptor_limit() >= limit ? "" : "needs a hard limit of 1,048,576 descriptors, or CAP_SYS_RESOURCE");
    const Method method = GENERATE(from_range(all_methods()));
    check_no_dependence(method, limit);
}
