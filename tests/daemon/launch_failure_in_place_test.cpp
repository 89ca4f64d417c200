// launch_failure_in_place_test.cpp: without detaching, a step that fails is named, the pid file is gone, and 0-2 are as
// before (G01, B12).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>
#include <fcntl.h>

#include <cerrno>

using namespace observer;

namespace {

struct Cause {
    std::vector<std::string> commands;
    int status;
    int step;
    int error;
    std::string message;
};

std::ostream &operator<<(std::ostream &out, const Cause &cause)
{
    return out << cause.message;
}

const std::vector<Cause> before_any_change = {
    {{"user=nobody-at-all"}, DAEMONCTX_ERR_NOT_FOUND, DAEMONCTX_STEP_PLAN, 0, "user: there is no user 'nobody-at-all'"},
    {{"stdin=path:/nope"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     ENOENT,
     "stdin: cannot open '/nope': No such file or directory"},
    {{"chroot_directory=/nope"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_CHROOT,
     ENOENT,
     "cannot enter chroot directory '/nope': No such file or directory"},
    {{"working_directory=/nope"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_WORKING_DIRECTORY,
     ENOENT,
     "cannot change directory to '/nope': No such file or directory"},
};

const std::vector<Cause> before_any_change_alone = {
    {{"prepare_hook=fail:7:no"}, DAEMONCTX_ERR_CALLBACK, DAEMONCTX_STEP_PREPARE, 0, "no"},
    {{"threads 1"},
     DAEMONCTX_ERR_THREADS,
     DAEMONCTX_STEP_PREPARE,
     0,
     "cannot become a daemon with 2 threads running: all but one would be lost"},
};

// In a process that goes on as it is: with one thread.
const std::vector<Cause> half_way_alone = {
    {{"daemon_hook=fail:7:no"}, DAEMONCTX_ERR_CALLBACK, DAEMONCTX_STEP_DETACH, 0, "no"},
    {{"daemon_hook=report", "working_directory=/nope"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_WORKING_DIRECTORY,
     ENOENT,
     "cannot change directory to '/nope': No such file or directory"},
    {{"limit FSIZE 0 -1", "sigaction XFSZ ignore"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PIDFILE,
     EFBIG,
     "cannot write pid file '"},
};

const std::vector<Cause> half_way = {
    {{"privileged_hook=fail:7:no"}, DAEMONCTX_ERR_CALLBACK, DAEMONCTX_STEP_PRIVILEGED, 0, "no"},
    // a hook might have made it: so it can only be missed when it is entered
    {{"privileged_hook=report", "working_directory=/nope"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_WORKING_DIRECTORY,
     ENOENT,
     "cannot change directory to '/nope': No such file or directory"},
    {{"privileged_hook=run:limit%20FSIZE%200%20-1", "sigaction XFSZ ignore"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PIDFILE,
     EFBIG,
     "cannot write pid file '"},
    {{"pidfile_manager=fail:7:locked,report"}, DAEMONCTX_ERR_CALLBACK, DAEMONCTX_STEP_PIDFILE, 0, "locked"},
};

void check_told(const Report &failed, const Cause &cause)
{
    CHECK(failed.status() == cause.status);
    CHECK(failed.number("step") == cause.step);
    CHECK(failed.number("errno") == cause.error);
    CHECK(failed.number("exit_code") == (cause.status == DAEMONCTX_ERR_CALLBACK ? 7 : -1));
    CHECK_THAT(failed.text("message"), Catch::StartsWith(cause.message));
}

std::vector<Cause> causes_by(Method method, std::vector<Cause> all, const std::vector<Cause> &alone)
{
    if (method == Method::in_place) {
        all.insert(all.end(), alone.begin(), alone.end());
    }
    return all;
}

} // namespace

TEST_CASE("in place, what can be seen beforehand is refused before anything changes", "[G01][B12]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    const User user = GENERATE(from_range(users()));
    const Cause cause = GENERATE_COPY(from_range(causes_by(method, before_any_change, before_any_change_alone)));
    CAPTURE(method, user, cause);
    Attempt attempt(method, cause.commands, started_by(user));
    check_told(attempt.fail(), cause);
    attempt.check_nothing_left();
}

TEST_CASE("in place, a step that fails half-way is named, and the program can say so", "[G01][B12][E11]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    const User user = GENERATE(from_range(users()));
    const Cause cause = GENERATE_COPY(from_range(causes_by(method, half_way, half_way_alone)));
    CAPTURE(method, user, cause);
    const TemporaryDirectory directory;
    const Fd out = open_file(directory / "out", O_RDWR | O_CREAT | O_APPEND);
    Conditions conditions = started_by(user);
    conditions.descriptors = {{0, out.get()}, {1, out.get()}, {2, out.get()}};
    Attempt attempt(method, cause.commands, conditions);
    check_told(attempt.fail(), cause);

    const Process &process = attempt.launcher();
    CHECK_FALSE(exists(attempt.pidfile()));
    process.ask_ok("limit FSIZE -1 -1");
    process.ask_ok("write 0 a");
    process.ask_ok("write 1 b");
    process.ask_ok("write 2 c");
    CHECK(read_file(directory / "out") == "abc");
    CHECK(state_of(process).at("blocked") == attempt.before().at("blocked"));

    CHECK(process.value("is_open") == "0"); // only close and free remain
    CHECK(attempt.fail().status() == DAEMONCTX_ERR_STATE);
    CHECK(process.ask_ok("close").status() == 0);
    auto descriptors = process.proc().descriptor_numbers();
    descriptors.erase(9); // the program's own, where it failed before the others were closed
    CHECK(descriptors == std::set<int>{0, 1, 2});
    process.ask_ok("free");

    Probe next(opening(method, {option("pidfile", attempt.pidfile())}));
    next.daemon();
}
