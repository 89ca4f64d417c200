// race_unnoticed_test.cpp: what the calling program must not notice of a launch, however the launch ends; and what
// differs where it vouches for its threads (B17).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>

using namespace observer;

namespace {

struct Way {
    std::string name;
    std::vector<std::string> commands;
    bool forks; // it comes as far as to the fork of the daemon
};

std::ostream &operator<<(std::ostream &out, const Way &way)
{
    return out << way.name;
}

// Not among them: an intermediate that somebody stops, for the kernel tells of that with SIGCHLD whatever the exit
// signal.
const std::vector<Way> ways = {
    {"the plan is refused", {"stdin=path:/nope"}, false},
    {"the privileged hook fails", {"privileged_hook=fail:1:no"}, true},
    {"the daemon dies", {"privileged_hook=run:raise%20KILL"}, true},
    {"the daemon exits", {"privileged_hook=run:_exit%203"}, true},
    {"a step fails", {"working_directory=/nope"}, true},
    {"the bound is over", {"ready_mode=manual", "ready_timeout=100"}, true},
    {"the daemon is stopped", {"privileged_hook=run:raise%20STOP", "ready_timeout=100"}, true},
    {"the intermediate is killed",
     {"privileged_hook=run:kill%20parent%20KILL", "ready_mode=manual", "ready_timeout=100"},
     true},
};

const std::vector<Way> fork_hooks = {
    {"the prepare hook fails", {"prepare_hook=fail:1:no"}, false},
    {"the launcher hook fails", {"launcher_hook=fail:1:no"}, true},
    {"the daemon hook fails", {"daemon_hook=fail:1:no"}, true},
};

std::vector<Way> ways_by(Method method)
{
    std::vector<Way> all = ways;
    if (!is_by_reexec(method)) {
        all.insert(all.end(), fork_hooks.begin(), fork_hooks.end());
    }
    return all;
}

} // namespace

TEST_CASE("no SIGCHLD, nothing for waitpid(-1), fork handlers once at most, however the launch fails", "[B17][G01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Way way = GENERATE_COPY(from_range(ways_by(method)));
    CAPTURE(method, way);
    auto commands = way.commands;
    commands.insert(commands.begin(), {"sigaction CHLD report", "atfork"});
    Attempt attempt(method, commands);
    attempt.fail("launch");
    const Report wait = attempt.launcher().ask("waitpid -1 nohang");
    CHECK(wait.number("errno") == ECHILD);
    CHECK(attempt.probe().take("signal").empty());
    const std::size_t once = attempt.probe().take("atfork_prepare").size();
    CHECK(once <= 1);
    CHECK(((way.forks && !is_by_reexec(method)) || once == 0)); // by re-exec nothing of the program is forked
    CHECK(attempt.probe().take("atfork_parent").size() == once);
    CHECK(attempt.probe().take("atfork_child").size() <= once);
}

// The first fork is then fork(): its handlers take the locks that other threads may hold.
TEST_CASE("with FORK_UNCHECKED and threads the fork handlers run once too, and the launch is told truly", "[B17][H02]")
{
    SKIP_IF_REASON(sanitized("has an allocator whose locks do not survive a fork"));
    const bool fails = GENERATE(false, true);
    CAPTURE(fails);
    Probe probe({"detach_process=yes", "method=unchecked", "atfork", "sigaction CHLD report", "threads 2",
                 fails ? "daemon_hook=fail:3:no" : "trace=0", "launch"});
    const Report outcome = probe.await({"launched", "failed"}, 0);
    CHECK(outcome.word == (fails ? "failed" : "launched"));
    CHECK(probe.take("atfork_prepare").size() == 1);
    CHECK(probe.take("atfork_parent").size() == 1);
    CHECK(probe.take("atfork_child").size() == 1);
    CHECK(probe.launcher().ask("waitpid -1 nohang").number("errno") == ECHILD); // reaped by the library
    CHECK(probe.take("signal").size() <= 1); // fork() has the exit signal SIGCHLD: this is what differs
}
