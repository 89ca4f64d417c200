// shortage_kernel_test.cpp: a kernel or container that lacks or refuses something: /proc, close_range, pidfd_open,
// unshare and others. A launch does without, or is refused clearly and leaves nothing (G09).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/namespaces.hpp"
#include "observer/pidfiles.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>
#include <csignal>

using namespace observer;

namespace {

const std::string no_pidfd = "pidfd_open,pidfd_send_signal";
const std::string spared = "close_range,pidfd_open,pidfd_send_signal,unshare"; // what a launch can do without

Conditions refused(int error, const std::string &calls, User user = User::own)
{
    Conditions conditions = started_by(user);
    conditions.wrapper = conditions.wrapper + refusing(error, calls);
    return conditions;
}

// Without a descriptor of the daemon's process the launcher can only see it hang up, a moment before it is gone.
void check_nothing_left_soon(Attempt &attempt)
{
    CHECK(Reaper::instance().wait_until(
        [&] { return Reaper::instance().children() == std::vector<pid_t>{attempt.probe().pid()}; }));
    attempt.check_nothing_left();
}

void check_whole(const Process &daemon, const std::set<int> &preserved, const std::string &pidfile)
{
    CHECK(read_file(pidfile) == pid_line(daemon.pid()));
    std::set<int> expected = {0, 1, 2};
    expected.insert(preserved.begin(), preserved.end());
    for (const auto &[number, descriptor] : daemon.proc().descriptors()) {
        CAPTURE(number, descriptor);
        CHECK((expected.count(number) == 1 || descriptor.close_on_exec)); // the library's own
        expected.erase(number);
    }
    CHECK(expected.empty());
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK_FALSE(exists(pidfile));
}

} // namespace

TEST_CASE("what an old kernel lacks and a container refuses is done without", "[G09][B05][B12]")
{
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    const int error = GENERATE(ENOSYS, EPERM);
    const std::string calls =
        GENERATE(as<std::string>(), "close_range", "pidfd_open", "pidfd_send_signal", "unshare", no_pidfd, spared);
    CAPTURE(method, user, error, calls);
    Attempt attempt(method, {"hold 40 /dev/zero", "hold 240 /dev/zero", "files_preserve=40"},
                    refused(error, calls, user));
    attempt.launcher().tell("open");
    check_whole(attempt.probe().daemon(), {40}, attempt.pidfile());
}

TEST_CASE("without descriptors of processes a failed launch leaves nothing all the same", "[G09][G01][G03]")
{
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    const std::string calls = GENERATE(as<std::string>(), "pidfd_open", "pidfd_send_signal", no_pidfd);
    CAPTURE(method, user, calls);
    const auto attempted = [&, method = method, user = user, calls = calls](const std::vector<std::string> &commands,
                                                                            int status) {
        CAPTURE(commands);
        Attempt attempt(method, commands, refused(ENOSYS, calls, user));
        CHECK(attempt.fail("launch").status() == status);
        check_nothing_left_soon(attempt);
        attempt.check_starts_now({"ready_mode=on_open", "ready_timeout=90000", "daemon_hook=none",
                                  "privileged_hook=none", "working_directory=/"});
    };
    const std::string hook = first_hook(method);
    attempted({"working_directory=/nope"}, DAEMONCTX_ERR_SYSTEM);
    attempted({hook + "=run:_exit%203"}, DAEMONCTX_ERR_DIED);
    attempted({hook + "=run:raise%20KILL"}, DAEMONCTX_ERR_DIED);
    attempted({"ready_mode=manual", "ready_timeout=100"}, DAEMONCTX_ERR_TIMEOUT);
    attempted({hook + "=run:raise%20STOP", "ready_timeout=100"}, DAEMONCTX_ERR_TIMEOUT);
    attempted({"privileged_hook=run:raise%20STOP", "ready_timeout=100"}, DAEMONCTX_ERR_TIMEOUT);
    attempted({hook + "=run:kill%20parent%20STOP", "ready_mode=manual", "ready_timeout=100"}, DAEMONCTX_ERR_TIMEOUT);
    attempted({hook + "=run:kill%20parent%20KILL", "ready_mode=manual", "ready_timeout=100"}, DAEMONCTX_ERR_TIMEOUT);
}

TEST_CASE("without descriptors of processes an interrupted launch leaves nothing", "[G09][G11]")
{
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"ready_mode=manual", "sigaction TERM report"}, refused(ENOSYS, no_pidfd));
    attempt.launcher().tell("launch");
    attempt.probe().opened();
    attempt.launcher().kill(SIGTERM);
    CHECK(attempt.launcher().answer().number("signal") == SIGTERM);
    check_nothing_left_soon(attempt);
}

namespace {

struct Refusal {
    std::string call;
    int error;
    int step;
    std::string message;
};

std::ostream &operator<<(std::ostream &out, const Refusal &refusal)
{
    return out << refusal.call << " fails with " << refusal.error;
}

const std::vector<Refusal> needed = {
    {"clone", EPERM, DAEMONCTX_STEP_DETACH, "cannot fork: "},
    {"clone", EAGAIN, DAEMONCTX_STEP_DETACH, "cannot fork: "},
    {"clone", ENOMEM, DAEMONCTX_STEP_DETACH, "cannot fork: "},
    {"clone", ENOSYS, DAEMONCTX_STEP_DETACH, "cannot fork: "},
    {"setsid", EPERM, DAEMONCTX_STEP_DETACH, "cannot start a new session: "},
    {"setsid", ENOSYS, DAEMONCTX_STEP_DETACH, "cannot start a new session: "},
    {"socketpair", EPERM, DAEMONCTX_STEP_PLAN, "cannot make the channel to the daemon: "},
    {"socketpair", EAFNOSUPPORT, DAEMONCTX_STEP_PLAN, "cannot make the channel to the daemon: "},
    {"signalfd4", EPERM, DAEMONCTX_STEP_PLAN, "cannot make the watch for signals: "},
    {"prctl:4", EPERM, DAEMONCTX_STEP_PREVENT_CORE, "cannot make the process not dumpable: "},
    {"prctl:4", ENOSYS, DAEMONCTX_STEP_PREVENT_CORE, "cannot make the process not dumpable: "},
};

} // namespace

TEST_CASE("what a launch needs and a container refuses is a clear refusal, and nothing is left", "[G09][G01]")
{
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    const Refusal refusal = GENERATE(from_range(needed));
    CAPTURE(method, user, refusal);
    Attempt attempt(method, {}, refused(refusal.error, refusal.call, user));
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == refusal.step);
    CHECK(failed.number("errno") == refusal.error);
    CHECK_THAT(failed.text("message"), Catch::StartsWith(refusal.message));
    attempt.check_nothing_left();
}

// By re-exec it is refused: relaunch_image_test.cpp.
TEST_CASE("without /proc a daemon is made all the same, and only what is to stay is open", "[G09][B05][B12][root]")
{
    SKIP_IF_REASON(no_mounts());
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const std::string calls = GENERATE(as<std::string>(), "", "close_range", "pidfd_open", "close_range,pidfd_open");
    CAPTURE(method, calls);
    Conditions conditions;
    conditions.wrapper = without_proc();
    if (!calls.empty()) {
        conditions.wrapper = conditions.wrapper + refusing(ENOSYS, calls);
    }
    Attempt attempt(method, {"hold 40 /dev/zero", "hold 240 /dev/zero", "files_preserve=40"}, conditions);
    attempt.launcher().tell("open");
    check_whole(attempt.probe().daemon(), {40}, attempt.pidfile());
}

TEST_CASE("without /proc and close_range, descriptors above a lowered limit are closed too", "[G09][B05][B12][root]")
{
    SKIP_IF_REASON(no_mounts());
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.wrapper = without_proc() + refusing(ENOSYS, "close_range");
    Attempt attempt(method, {"hold 40 /dev/zero", "hold 240 /dev/zero", "files_preserve=40", "limit NOFILE 64 64"},
                    conditions);
    attempt.launcher().tell("open");
    check_whole(attempt.probe().daemon(), {40}, attempt.pidfile());
}

TEST_CASE("threads are counted without /proc, without unshare, and never guessed without both", "[G09][H02][B12][root]")
{
    SKIP_IF_REASON(no_mounts());
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const bool proc = GENERATE(true, false);
    const bool unshare = GENERATE(true, false);
    const bool threads = GENERATE(false, true);
    CAPTURE(method, proc, unshare, threads);
    Conditions conditions;
    if (!proc) {
        conditions.wrapper = without_proc();
    }
    if (!unshare) {
        conditions.wrapper = conditions.wrapper + refusing(EPERM, "unshare");
    }
    Attempt attempt(method, {threads ? "threads 2" : "getpid"}, conditions);
    attempt.launcher().tell("open");
    const Report outcome = attempt.probe().await({"opened", "failed"});
    INFO(outcome.line);
    const bool known = proc || unshare;
    CHECK(outcome.word == (known && !threads ? "opened" : "failed"));
    if (outcome.word == "failed") {
        CHECK(outcome.status() == DAEMONCTX_ERR_THREADS);
        CHECK(outcome.number("step") == DAEMONCTX_STEP_PREPARE);
        CHECK_THAT(outcome.text("message"), Catch::Contains("threads"));
        attempt.check_nothing_left();
    }
}
