// shortage_limits_test.cpp: too few processes, descriptors, bytes of memory or of a file: at every limit between "far
// too few" and "enough" a launch succeeds, or is refused clearly and leaves nothing (G09).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/pidfiles.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace observer;

namespace {

std::string hard_limit(decltype(RLIMIT_NPROC) resource)
{
    rlimit limit = {};
    getrlimit(resource, &limit);
    return std::to_string(static_cast<long>(limit.rlim_max));
}

std::string unlimited(const std::string &name, decltype(RLIMIT_NPROC) resource)
{
    return "limit " + name + ' ' + hard_limit(resource) + ' ' + hard_limit(resource);
}

void end_well(const Process &daemon, const std::string &pidfile)
{
    // before that it is the intermediate who would be told of its end
    CHECK((daemon.channel() == 0 || Reaper::instance().wait_until([&] { return daemon.proc().parent() == getpid(); })));
    CHECK(read_file(pidfile) == pid_line(daemon.pid()));
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK((!exists(pidfile) || (daemon.proc().identity().uids[0] == nobody_uid && read_file(pidfile).empty())));
    daemon.tell("_exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
}

// True when it became a daemon. What it says otherwise must be this.
bool is_daemon_or_refused(Attempt &attempt, Method method, const std::set<long> &errors, const std::string &cure)
{
    attempt.launcher().tell("open");
    const Report outcome = attempt.probe().await({"opened", "failed"});
    INFO(outcome.line);
    if (outcome.word == "opened") {
        end_well(attempt.probe().process(outcome.channel, outcome.sender), attempt.pidfile());
        return true;
    }
    CHECK((outcome.status() == DAEMONCTX_ERR_SYSTEM || outcome.status() == DAEMONCTX_ERR_MEMORY));
    CHECK(errors.count(outcome.number("errno")) == 1);
    CHECK(outcome.text("message").size() > 10);
    if (is_in_place(method)) {
        CHECK(attempt.launcher().value("is_open") == "0");
        CHECK_FALSE(exists(attempt.pidfile()));
    } else {
        attempt.check_nothing_left();
        attempt.check_starts_now({cure});
    }
    return false;
}

} // namespace

TEST_CASE("every number of descriptors: a daemon, or a clear refusal and nothing left", "[G09][G01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    int refused = 0;
    int last_refused = 0;
    constexpr int most = 24; // enough for whatever a launch needs
    for (int count = 0; count <= most; ++count) {
        CAPTURE(method, user, count);
        const TemporaryDirectory directory;
        const std::string log = directory.make_directory("logs", 01777) + "/log";
        const std::string limit = "limit NOFILE " + std::to_string(count) + ' ' + hard_limit(RLIMIT_NOFILE);
        Attempt attempt(method, {option("stdout", "path:" + log), "signal=HUP:handler", limit}, started_by(user));
        if (!is_daemon_or_refused(attempt, method, {EMFILE}, unlimited("NOFILE", RLIMIT_NOFILE))) {
            ++refused;
            last_refused = count;
        }
    }
    CHECK(refused >= 4);
    CHECK(last_refused < most);
}

// AddressSanitizer's allocator does not obey the limit.
TEST_CASE("every amount of memory: a daemon, or a clear refusal and nothing left", "[G09][G01]")
{
    SKIP_IF_REASON(sanitized("has an allocator of its own"));
    const Method method = GENERATE(from_range(detaching_methods()));
    const bool looks_up = GENERATE(false, true);
    CAPTURE(looks_up);
    SKIP_IF_REASON(looks_up ? no_root() : "");
    Attempt attempt(method,
                    {"signal=HUP:handler", "stdout=path:/dev/null", looks_up ? "user=nobody" : "working_directory=/"});
    attempt.launcher().ask_ok("check"); // glibc crashes where memory ends in the very first look-up of a process
    int refused = 0;
    bool enough = false;
    // by re-exec stacks are mapped, too; and a start takes so much longer that the steps are larger
    const int most = is_by_reexec(method) ? 512000 : 64000;
    const int step = is_by_reexec(method) ? 400 : 40;
    for (int left = 0; left < most && !enough; left += left < 4000 ? step : 10 * step) {
        CAPTURE(left);
        attempt.launcher().ask_ok("starve " + std::to_string(left));
        const Report outcome = attempt.launcher().ask("launch 2");
        attempt.launcher().ask_ok("feed");
        if (outcome.word == "launched") {
            enough = true;
            end_well(attempt.probe().process(2, attempt.probe().await({"opened"}, 2).sender), attempt.pidfile());
            break;
        }
        ++refused;
        REQUIRE(outcome.word == "failed");
        CHECK((outcome.status() == DAEMONCTX_ERR_MEMORY || outcome.status() == DAEMONCTX_ERR_SYSTEM));
        CHECK(outcome.number("errno") == ENOMEM);
        CHECK_THAT(outcome.text("message"), Catch::Contains("emory"));
        attempt.check_nothing_left();
    }
    CHECK(refused > 0);
    CHECK(enough);
    attempt.check_starts_now({"user=none"});
}

TEST_CASE("in place, every amount of memory: a daemon, or a clear refusal and no pid file", "[G09][G01][B12]")
{
    SKIP_IF_REASON(sanitized("has an allocator of its own"));
    int refused = 0;
    bool enough = false;
    for (int left = 0; left < 64000 && !enough; left += left < 4000 ? 400 : 2000) {
        CAPTURE(left);
        Attempt attempt(Method::in_place, {"signal=HUP:handler", "stdout=path:/dev/null"});
        attempt.launcher().ask_ok("starve " + std::to_string(left));
        enough = is_daemon_or_refused(attempt, Method::in_place, {ENOMEM}, "feed");
        refused += enough ? 0 : 1;
    }
    CHECK(refused > 0);
    CHECK(enough);
}

TEST_CASE("every number of processes: a daemon, or a clear refusal and nothing left", "[G09][G01][B12][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const int count = GENERATE(0, 1, 2, 3, 4);
    CAPTURE(method, count);
    const std::string id = std::to_string(4000000 + getpid()); // nobody else's
    Conditions conditions;
    conditions.wrapper = {"setpriv",        "--reuid=" + id,       "--regid=" + id,
                          "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"};
    Attempt attempt(method, {"limit NPROC " + std::to_string(count) + ' ' + hard_limit(RLIMIT_NPROC)}, conditions);
    const int needed = is_in_place(method) ? 0 : 3; // launcher, intermediate, daemon
    CHECK(is_daemon_or_refused(attempt, method, {EAGAIN}, unlimited("NPROC", RLIMIT_NPROC)) == (count >= needed));
}

TEST_CASE("every size that a file may have: the pid is whole, or there is a clear refusal and nothing left",
          "[G09][G01][E01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const bool ignored = GENERATE(false, true); // SIGXFSZ
    int refused = 0;
    for (int size = 0; size <= 12; ++size) {
        CAPTURE(method, ignored, size);
        // the launcher's limit would be by re-exec that of the sealed plan: launch_failure_test.cpp
        const std::string limit = "limit FSIZE " + std::to_string(size) + " -1";
        Attempt attempt(method, {is_by_reexec(method) ? option("privileged_hook", "run:" + limit) : limit,
                                 std::string("sigaction XFSZ ") + (ignored ? "ignore" : "default")});
        const std::string cure = is_by_reexec(method) ? "privileged_hook=none" : "limit FSIZE -1 -1";
        refused += is_daemon_or_refused(attempt, method, {EFBIG, ENOSPC}, cure) ? 0 : 1;
    }
    CHECK(refused >= 2);  // no room for a digit and a newline
    CHECK(refused <= 11); // room for every number and a newline
}

TEST_CASE("in place, a file that may not grow: told where SIGXFSZ is ignored, else it ends the program, not its next",
          "[G09][G01][B12]")
{
    const bool ignored = GENERATE(false, true);
    CAPTURE(ignored);
    Attempt attempt(Method::in_place, {"limit CORE 0 0", "limit FSIZE 0 -1",
                                       std::string("sigaction XFSZ ") + (ignored ? "ignore" : "default")});
    if (ignored) {
        CHECK_FALSE(is_daemon_or_refused(attempt, Method::in_place, {EFBIG}, ""));
    } else {
        attempt.launcher().tell("open");
        CHECK(attempt.launcher().wait_for_end().died_by(SIGXFSZ));
        CHECK((!exists(attempt.pidfile()) || read_file(attempt.pidfile()).empty()));
    }
    Probe next(opening(Method::in_place, {option("pidfile", attempt.pidfile())}));
    end_well(next.daemon(), attempt.pidfile());
}
