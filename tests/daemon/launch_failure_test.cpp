// launch_failure_test.cpp: a step that fails while detaching is told to the launcher, and nothing is left of the launch
// (G01).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

using namespace observer;

namespace {

struct Cause {
    std::string name;
    std::vector<std::string> commands; // what makes the step fail
    std::vector<std::string> cure;     // what makes it work again in the same launcher
    int status;
    int step;
    int error;
    std::string message; // PIDFILE stands for the pid file
};

std::ostream &operator<<(std::ostream &out, const Cause &cause)
{
    return out << cause.name;
}

const std::vector<Cause> causes = {
    {"a log file in a missing directory",
     {"stdout=path:/nope/log"},
     {"stdout=null"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     ENOENT,
     "stdout: cannot open '/nope/log': No such file or directory"},
    {"a closed stream descriptor",
     {"stderr=fd:77"},
     {"stderr=null"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     EBADF,
     "stderr: cannot use descriptor 77: Bad file descriptor"},
    {"the privileged hook",
     {"privileged_hook=fail:7:no%20power"},
     {"privileged_hook=none"},
     DAEMONCTX_ERR_CALLBACK,
     DAEMONCTX_STEP_PRIVILEGED,
     0,
     "no power"},
    {"a missing root",
     {"chroot_directory=/nope"},
     {"chroot_directory=none"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_CHROOT,
     ENOENT,
     "cannot enter chroot directory '/nope': No such file or directory"},
    {"a root that is no directory",
     {"chroot_directory=/dev/null"},
     {"chroot_directory=none"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_CHROOT,
     ENOTDIR,
     "cannot enter chroot directory '/dev/null': Not a directory"},
    {"a missing working directory",
     {"working_directory=/nope"},
     {"working_directory=/"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_WORKING_DIRECTORY,
     ENOENT,
     "cannot change directory to '/nope': No such file or directory"},
    {"a file as working directory",
     {"working_directory=/dev/null"},
     {"working_directory=/"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_WORKING_DIRECTORY,
     ENOTDIR,
     "cannot change directory to '/dev/null': Not a directory"},
    {"the pid file cannot be written",
     {"privileged_hook=run:limit%20FSIZE%200%20-1", "sigaction XFSZ ignore"},
     {"privileged_hook=none"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PIDFILE,
     EFBIG,
     "cannot write pid file 'PIDFILE': File too large"},
    {"the pid file cannot be written, with SIGXFSZ",
     {"privileged_hook=run:limit%20FSIZE%200%20-1"},
     {"privileged_hook=none"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PIDFILE,
     EFBIG,
     "cannot write pid file 'PIDFILE': File too large"},
};

const std::vector<Cause> causes_by_fork = {
    {"the prepare hook",
     {"prepare_hook=fail:7:no%20power"},
     {"prepare_hook=none"},
     DAEMONCTX_ERR_CALLBACK,
     DAEMONCTX_STEP_PREPARE,
     0,
     "no power"},
    {"a second thread",
     {"threads 1"},
     {},
     DAEMONCTX_ERR_THREADS,
     DAEMONCTX_STEP_PREPARE,
     0,
     "cannot become a daemon with 2 threads running: all but one would be lost"},
    {"the launcher hook",
     {"launcher_hook=fail:7:no%20power"},
     {"launcher_hook=none"},
     DAEMONCTX_ERR_CALLBACK,
     DAEMONCTX_STEP_DETACH,
     0,
     "no power"},
    {"the daemon hook",
     {"daemon_hook=fail:7:no%20power"},
     {"daemon_hook=none"},
     DAEMONCTX_ERR_CALLBACK,
     DAEMONCTX_STEP_DETACH,
     0,
     "no power"},
    {"the pid file cannot be written, by the launcher's limit",
     {"limit FSIZE 0 -1"},
     {"limit FSIZE -1 -1"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PIDFILE,
     EFBIG,
     "cannot write pid file 'PIDFILE': File too large"},
};

// The sealed plan is a file, too, and the first that is written.
const std::vector<Cause> causes_by_reexec = {
    {"the plan cannot be sealed",
     {"limit FSIZE 0 -1", "sigaction XFSZ ignore"},
     {"limit FSIZE -1 -1"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     EFBIG,
     "cannot start the program again: cannot seal the plan: File too large"},
    {"the plan cannot be sealed, with SIGXFSZ",
     {"limit FSIZE 0 -1"},
     {"limit FSIZE -1 -1"},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     EFBIG,
     "cannot start the program again: cannot seal the plan: File too large"},
};

std::vector<Cause> causes_by(Method method)
{
    std::vector<Cause> all = causes;
    const std::vector<Cause> &more = is_by_reexec(method) ? causes_by_reexec : causes_by_fork;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::string with_path(std::string text, const std::string &path)
{
    const auto at = text.find("PIDFILE");
    return at == std::string::npos ? text : text.replace(at, std::strlen("PIDFILE"), path);
}

void check_told(const Report &failed, const Cause &cause, const std::string &pidfile)
{
    CHECK(failed.status() == cause.status);
    CHECK(failed.number("error_status") == cause.status);
    CHECK(failed.number("step") == cause.step);
    CHECK(failed.number("errno") == cause.error);
    CHECK(failed.number("exit_code") == (cause.status == DAEMONCTX_ERR_CALLBACK ? 7 : -1));
    CHECK(failed.number("signal") == -1);
    CHECK(failed.text("message") == with_path(cause.message, pidfile));
}

} // namespace

TEST_CASE("a launch that fails is told with status, step, errno and sentence, and leaves nothing", "[G01][E11]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    const User user = GENERATE(from_range(users()));
    const Cause cause = GENERATE_COPY(from_range(causes_by(method)));
    CAPTURE(method, call, user, cause);
    auto commands = cause.commands;
    commands.insert(commands.begin(), {"sigaction USR2 report", "sigaction PIPE ignore", "sigaction CHLD report"});
    Attempt attempt(method, commands, started_by(user));
    check_told(attempt.fail(call), cause, attempt.pidfile());
    attempt.check_nothing_left();
    CHECK(attempt.probe().take("signal").empty()); // no SIGCHLD
    if (!cause.cure.empty()) {                     // threads stay
        attempt.check_starts_now(cause.cure);
    }
}

TEST_CASE("a pid-file manager that cannot be entered fails the launch, and is not left", "[G01][E10]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"pidfile_manager=fail:7:locked,report"});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PIDFILE);
    CHECK(failed.number("exit_code") == 7);
    CHECK(failed.text("message") == "locked");
    const auto hooks = attempt.probe().take("hook");
    REQUIRE(hooks.size() == 1); // enter alone
    CHECK(hooks.front().text("name") == "enter");
    attempt.check_nothing_left();
    attempt.check_starts_now({option("pidfile", attempt.pidfile())});
}

TEST_CASE("a pid file on a full disk fails the launch, and leaves nothing", "[G01][G09][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_program("unshare"));
    const Method method = GENERATE(from_range(detaching_methods()));
    const TemporaryDirectory directory;
    Conditions conditions; // room for the file's name, none for what is in it
    conditions.wrapper = {"unshare",
                          "--mount",
                          "sh",
                          "-c",
                          "mount -t tmpfs -o size=4k tmpfs \"$0\" && { head -c 65536 /dev/zero >\"$0/filler\" "
                          "2>/dev/null; exec \"$@\"; }",
                          directory.path()};
    Attempt attempt(method, {option("pidfile", directory / "pid")}, conditions);
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PIDFILE);
    CHECK(failed.number("errno") == ENOSPC);
    CHECK(failed.text("message") == "cannot write pid file '" + directory / "pid" + "': No space left on device");
    CHECK(attempt.launcher().ask(command("readfile", {directory / "pid"})).word == "error");
    attempt.check_nothing_left();
    attempt.check_starts_now({option("pidfile", attempt.pidfile())});
}

TEST_CASE("a fork that is refused fails the launch, the first one and the second one", "[G01][G09][root]")
{
    SKIP_IF_REASON(no_nobody());
    const int processes = GENERATE(1, 2); // the launcher alone; and the intermediate
    CAPTURE(processes);
    Conditions conditions;
    conditions.wrapper = as_nobody_else();
    rlimit most = {};
    REQUIRE(getrlimit(RLIMIT_NPROC, &most) == 0);
    const std::string hard = " " + std::to_string(static_cast<long>(most.rlim_max));
    Attempt attempt(Method::fork, {"limit NPROC " + std::to_string(processes) + hard}, conditions);
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_DETACH);
    CHECK(failed.number("errno") == EAGAIN);
    CHECK(failed.text("message") == std::string(processes == 1 ? "cannot fork" : "cannot fork a second time") +
                                        ": Resource temporarily unavailable");
    attempt.check_nothing_left();
    attempt.check_starts_now({"limit NPROC" + hard + hard});
}
