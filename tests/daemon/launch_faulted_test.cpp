// launch_faulted_test.cpp: steps that fail only where a system call is made to fail (by strace): the same promises as
// of any failed launch (G01).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>
#include <fcntl.h>

#include <cerrno>

using namespace observer;

namespace {

struct Fault {
    std::vector<Injection> injections;
    int status;
    int step;
    int error;
    std::string message;
    std::string refused = {}; // instead of injections: a call that a filter tells by its argument
};

std::ostream &operator<<(std::ostream &out, const Fault &fault)
{
    for (const auto &injection : fault.injections) {
        out << injection.calls << ':' << injection.what << ' ';
    }
    return out << fault.refused;
}

// strace counts the calls of each process by itself. A call that this machine does not have is marked with "?".
const std::vector<Fault> detaching_faults = {
    {{{"socketpair", "error=EMFILE"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PLAN,
     EMFILE,
     "cannot make the channel to the daemon: "},
    {{{"clone", "error=EAGAIN"}}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_DETACH, EAGAIN, "cannot fork: "},
    {{{"setsid", "error=EPERM"}}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_DETACH, EPERM, "cannot start a new session: "},
    {{{"setsid", "error=EPERM"}, {"ppoll", "error=EPERM"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_DETACH,
     EPERM,
     "cannot start a new session: "},
    {{{"sendmsg", "error=EPIPE"}},
     DAEMONCTX_ERR_DIED,
     DAEMONCTX_STEP_REPORT,
     0,
     "the daemon ended before it was ready"},
};

// Of the process that becomes the daemon: detached and in place.
const std::vector<Fault> faults = {
    {{{"close_range", "error=ENOSYS"}, {"getdents64", "error=EIO"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_FILES,
     EIO,
     "cannot close the descriptors that are not preserved: "},
    {{{"prlimit64", "error=EPERM"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PREVENT_CORE,
     EPERM,
     "cannot set the core-file limit to 0: "},
    {{}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_SIGNALS, EINVAL, "cannot set the action of signal ", "rt_sigaction:12"},
    {{{"?dup2,?dup3", "error=EBUSY:when=2"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_STREAMS,
     EBUSY,
     "cannot switch stdout: "},
};

// The only one whose signal is 12.
const std::vector<std::string> own_action = {"signal=USR2:ignore"};

const Fault pidfile_fault = {
    {{"pwrite64", "error=ENOSPC"}}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_PIDFILE, ENOSPC, "cannot write pid file "};

// The sealed plan is what is written first.
const Fault seal_fault = {{{"pwrite64", "error=ENOSPC"}},
                          DAEMONCTX_ERR_SYSTEM,
                          DAEMONCTX_STEP_PLAN,
                          ENOSPC,
                          "cannot start the program again: cannot seal the plan: "};

std::vector<Fault> faults_by(Method method)
{
    std::vector<Fault> all = faults;
    if (!is_in_place(method)) {
        all.insert(all.begin(), detaching_faults.begin(), detaching_faults.end());
    }
    all.push_back(is_by_reexec(method) ? seal_fault : pidfile_fault);
    return all;
}

const std::vector<Fault> roots_faults = {
    {{{"chroot", "error=EPERM"}}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_CHROOT, EPERM, "cannot change root to '/': "},
    {{{"setgroups", "error=EPERM"}},
     DAEMONCTX_ERR_PRIVILEGE,
     DAEMONCTX_STEP_IDENTITY,
     EPERM,
     "cannot set the supplementary groups"},
    {{{"setresgid", "error=EPERM"}},
     DAEMONCTX_ERR_PRIVILEGE,
     DAEMONCTX_STEP_IDENTITY,
     EPERM,
     "cannot change gid to 65534: "},
    {{{"setresuid", "error=EAGAIN"}},
     DAEMONCTX_ERR_PRIVILEGE,
     DAEMONCTX_STEP_IDENTITY,
     EAGAIN,
     "cannot change uid to 65534: "},
    {{{"setgroups", "retval=0"}},
     DAEMONCTX_ERR_PRIVILEGE,
     DAEMONCTX_STEP_IDENTITY,
     0,
     "the supplementary groups are not the ones that were set"},
    {{{"setresgid", "retval=0"}},
     DAEMONCTX_ERR_PRIVILEGE,
     DAEMONCTX_STEP_IDENTITY,
     0,
     "the real, effective and saved gid are not all 65534"},
    {{{"setresuid", "retval=0"}}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, 0, "the "},
    {{{"prctl", "error=EINVAL"}},
     DAEMONCTX_ERR_SYSTEM,
     DAEMONCTX_STEP_PREVENT_CORE,
     EINVAL,
     "cannot make the process not dumpable: "},
};

Conditions faulted(const Fault &fault)
{
    Conditions conditions;
    conditions.wrapper = fault.refused.empty() ? with_injected(fault.injections) : refusing(fault.error, fault.refused);
    return conditions;
}

void check_told(const Report &failed, const Fault &fault)
{
    CHECK(failed.status() == fault.status);
    CHECK(failed.number("step") == fault.step);
    CHECK(failed.number("errno") == fault.error);
    CHECK_THAT(failed.text("message"), Catch::StartsWith(fault.message));
}

// Of all prctl calls the one after the change of identity, which is the same in number as calls of the probe's own in
// the launcher, so that the launcher is seen before and after it. By re-exec the new start has named itself before.
Fault second_prctl(Method method)
{
    const std::string number =
        is_in_place(method) ? (is_by_reexec(method) ? "8" : "6") : (is_by_reexec(method) ? "3" : "2");
    return {{{"prctl", "error=EINVAL:when=" + number}},
            DAEMONCTX_ERR_SYSTEM,
            DAEMONCTX_STEP_NOT_DUMPABLE,
            EINVAL,
            "cannot make the process not dumpable: "};
}
const std::vector<std::string> own_prctl_calls = {"dumpable", "dumpable", "dumpable"};

// What holds the lock would refuse this.
void check_can_be_started(const std::string &pidfile)
{
    Probe probe(opening(Method::fork, {option("pidfile", pidfile)}));
    CHECK(probe.daemon().ask_ok("close").status() == 0);
}

void check_detached(Method method, const std::vector<std::string> &commands, const Fault &fault)
{
    Attempt attempt(method, commands, faulted(fault));
    check_told(attempt.fail(), fault);
    attempt.check_nothing_left();
    check_can_be_started(attempt.pidfile());
}

void check_in_place(Method method, const std::vector<std::string> &commands, const Fault &fault)
{
    const TemporaryDirectory directory;
    const Fd out = open_file(directory / "out", O_RDWR | O_CREAT | O_APPEND);
    Conditions conditions = faulted(fault);
    conditions.descriptors = {{0, out.get()}, {1, out.get()}, {2, out.get()}};
    Attempt attempt(method, commands, conditions);
    check_told(attempt.fail(), fault);
    // who has dropped root already can only empty it
    CHECK((!exists(attempt.pidfile()) ||
           (fault.step == DAEMONCTX_STEP_IDENTITY && read_file(attempt.pidfile()).empty())));
    attempt.launcher().ask_ok("write 0 a");
    attempt.launcher().ask_ok("write 1 b");
    attempt.launcher().ask_ok("write 2 c");
    CHECK(read_file(directory / "out") == "abc");
    // what fails in the plan is before any change, and can be tried again
    CHECK(attempt.fail().status() == (fault.step == DAEMONCTX_STEP_PLAN ? fault.status : DAEMONCTX_ERR_STATE));
    CHECK(attempt.launcher().ask_ok("close").status() == 0);
    check_can_be_started(attempt.pidfile());
}

} // namespace

TEST_CASE("a system call that fails while detaching fails the launch, which leaves nothing", "[G01][E11]")
{
    SKIP_IF_REASON(no_injection());
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(sanitized("needs the system calls that are made to fail"));
    const Method method = GENERATE(from_range(detaching_methods()));
    const Fault fault = GENERATE_COPY(from_range(faults_by(method)));
    CAPTURE(method, fault);
    check_detached(method, own_action, fault);
}

TEST_CASE("a system call that fails while changing root or identity fails the launch, which leaves nothing",
          "[G01][E11][F04][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_injection());
    const Method method = GENERATE(from_range(detaching_methods()));
    const Fault fault = GENERATE(from_range(roots_faults));
    CAPTURE(method, fault);
    check_detached(method, {"chroot_directory=/", "uid=65534", "gid=65534"}, fault);
}

TEST_CASE("in place, a system call that fails is told on the streams that were there before", "[G01][B12]")
{
    SKIP_IF_REASON(no_injection());
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(sanitized("needs the system calls that are made to fail"));
    const Method method = GENERATE(from_range(in_place_methods()));
    const Fault fault = GENERATE_COPY(from_range(faults_by(method)));
    CAPTURE(method, fault);
    check_in_place(method, own_action, fault);
}

TEST_CASE("in place, a system call that fails while changing root or identity is told", "[G01][B12][F04][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_injection());
    const Method method = GENERATE(from_range(in_place_methods()));
    const Fault fault = GENERATE(from_range(roots_faults));
    CAPTURE(method, fault);
    check_in_place(method, {"chroot_directory=/", "uid=65534", "gid=65534"}, fault);
}

TEST_CASE("a process that cannot be made not dumpable again after its identity changed is no daemon", "[G01][B09]")
{
    SKIP_IF_REASON(no_injection());
    const Method method = GENERATE(from_range(all_methods()));
    const Fault fault = second_prctl(method);
    CAPTURE(method, fault);
    if (is_in_place(method)) {
        check_in_place(method, own_prctl_calls, fault);
    } else {
        check_detached(method, own_prctl_calls, fault);
    }
}

// The daemon takes so long over its first call that the bound is over before it tells of itself.
TEST_CASE("a daemon that the launcher has not been told of is ended too when the bound is over", "[G01][G04][G03]")
{
    SKIP_IF_REASON(no_injection());
    const Method method = GENERATE(from_range(detaching_methods()));
    Conditions conditions;
    conditions.wrapper = with_injected({{"pidfd_open", "delay_enter=1000000"}});
    Attempt attempt(method, {"ready_mode=manual", "ready_timeout=300"}, conditions);
    CHECK(attempt.fail().status() == DAEMONCTX_ERR_TIMEOUT);
    attempt.check_nothing_left();
    check_can_be_started(attempt.pidfile());
}
