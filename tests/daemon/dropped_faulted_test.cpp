// dropped_faulted_test.cpp: a change of identity in which one call fails, lies, or does half of its work: no daemon, or
// one that has truly dropped everything (F04).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>

using namespace observer;

namespace {

constexpr int lie = 0; // said to be done, and not made

struct Fault {
    std::string call;
    int error;
    bool tolerable; // the drop itself is whole: it may be seen to be so by other calls
};

std::ostream &operator<<(std::ostream &out, const Fault &fault)
{
    return out << fault.call << (fault.error == lie ? " lies" : " fails with " + std::to_string(fault.error));
}

const std::vector<Fault> faults = {
    {"setgroups", EPERM, false},  {"setgroups", EINVAL, false}, {"setgroups", ENOMEM, false},
    {"setgroups", ENOSYS, false}, {"setgroups", lie, false},    {"getgroups", EFAULT, false},
    {"getgroups", EPERM, false},  {"getgroups", lie, false},    {"setresgid", EPERM, false},
    {"setresgid", EINVAL, false}, {"setresgid", EAGAIN, false}, {"setresgid", ENOSYS, false},
    {"setresgid", lie, false},    {"getresgid", EFAULT, false}, {"getresgid", EPERM, false},
    {"getresgid", lie, false},    {"setresuid", EPERM, false},  {"setresuid", EINVAL, false},
    {"setresuid", EAGAIN, false}, {"setresuid", ENOSYS, false}, {"setresuid", lie, false},
    {"getresuid", EFAULT, false}, {"getresuid", EPERM, false},  {"getresuid", lie, false},
    {"capget", EPERM, false},     {"capget", EINVAL, false},    {"capget", lie, true},
    {"prctl:8", EPERM, false},    {"prctl:8", EINVAL, false},   {"prctl:8", lie, true}, // PR_SET_KEEPCAPS
};

const std::vector<std::string> to_nobody = {"uid=65534", "gid=65534"};

// PR_SET_KEEPCAPS; in the daemon, for a new program does not have it.
const std::string keep_capabilities = "privileged_hook=run:prctl%208%201";

void check_refused(const Report &failed)
{
    CHECK(failed.status() == DAEMONCTX_ERR_PRIVILEGE);
    CHECK(failed.number("step") == DAEMONCTX_STEP_IDENTITY);
    CHECK_FALSE(failed.text("message").empty());
}

void check_nobody(const Procfs &proc)
{
    const Identity identity = proc.identity();
    CHECK(identity.uids == std::vector<long>(4, nobody_uid));
    CHECK(identity.gids == std::vector<long>(4, nobody_gid));
    CHECK(identity.groups == std::set<long>{nobody_gid});
    CHECK(proc.capabilities("CapPrm") == 0);
    CHECK(proc.capabilities("CapEff") == 0);
}

// In place there is no way back, but the program is told, and only close and free remain.
void check_no_daemon(Attempt &attempt, Method method, const Report &failed)
{
    check_refused(failed);
    if (is_in_place(method)) {
        CHECK(attempt.launcher().value("is_open") == "0");
        CHECK(attempt.fail().status() == DAEMONCTX_ERR_STATE);
        CHECK((!exists(attempt.pidfile()) || read_file(attempt.pidfile()).empty()));
    } else {
        attempt.check_nothing_left();
    }
}

} // namespace

TEST_CASE("each identity call that fails or lies: ERR_PRIVILEGE and no daemon", "[F04][G01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    const Fault fault = GENERATE(from_range(faults));
    CAPTURE(method, fault);
    Conditions conditions;
    conditions.wrapper = refusing(fault.error, fault.call);
    Attempt attempt(method, to_nobody, conditions);
    attempt.launcher().tell("open");
    const Report outcome = attempt.probe().await({"opened", "failed"});
    if (fault.tolerable && outcome.word == "opened") {
        check_nobody(attempt.probe().process(outcome.channel, outcome.sender).proc());
    } else {
        REQUIRE(outcome.word == "failed");
        check_no_daemon(attempt, method, outcome);
    }
}

TEST_CASE("a call that does half of its work: ERR_PRIVILEGE and no daemon", "[F04][G01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(sanitized("must be the first library that is loaded"));
    const Method method = GENERATE(from_range(all_methods()));
    const std::string half = GENERATE(as<std::string>(), "setresuid:effective", "setresuid:real", "setresgid:effective",
                                      "setresgid:real", "setgroups:more", "setgroups:less");
    CAPTURE(method, half);
    Conditions conditions;
    conditions.environment = {"LD_PRELOAD=" + helper_path("daemonctx_half_drop.so"), "DAEMONCTX_HALF=" + half};
    Attempt attempt(method, to_nobody, conditions);
    check_no_daemon(attempt, method, attempt.fail());
}

// What is laid before the C library changes the calling thread alone: with a second one that is half of the work.
TEST_CASE("the same with nothing halved is a daemon that has dropped everything, if it has one thread",
          "[F04][F01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(sanitized("must be the first library that is loaded"));
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.environment = {"LD_PRELOAD=" + helper_path("daemonctx_half_drop.so"), "DAEMONCTX_HALF=nothing"};
    Attempt attempt(method, to_nobody, conditions);
    if (own_threads(method) == 1) {
        attempt.launcher().tell("open");
        check_nobody(attempt.probe().daemon().proc());
        return;
    }
    const Report failed = attempt.fail();
    CHECK_THAT(failed.text("message"), Catch::Contains("threads"));
    check_no_daemon(attempt, method, failed);
}

// capabilities(7): a program can have asked the kernel to leave root's capabilities to another uid.
TEST_CASE("capabilities that the kernel was told to keep are dropped, or there is no daemon", "[F04][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    SECTION("PR_SET_KEEPCAPS is taken back")
    {
        Attempt attempt(method, {"uid=65534", "gid=65534", keep_capabilities});
        attempt.launcher().tell("open");
        check_nobody(attempt.probe().daemon().proc());
    }
    SECTION("SECBIT_NO_SETUID_FIXUP")
    {
        Attempt attempt(method, {"uid=65534", "gid=65534", "prctl 28 4"});
        check_no_daemon(attempt, method, attempt.fail());
    }
}

TEST_CASE("capabilities that the kernel goes on keeping: ERR_PRIVILEGE and no daemon", "[F04][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.wrapper = refusing(lie, "prctl:8:0");
    Attempt attempt(method, {"uid=65534", "gid=65534", keep_capabilities}, conditions);
    check_no_daemon(attempt, method, attempt.fail());
}

TEST_CASE("no_new_privs that cannot be set: ERR_PRIVILEGE and no daemon", "[F04][F06][G01][B12][root]")
{
    SKIP_IF_REASON(no_root()); // the filter of an ordinary user needs no_new_privs itself
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    const int error = GENERATE(EINVAL, EPERM, ENOSYS);
    CAPTURE(method, error);
    Conditions conditions;
    conditions.wrapper = refusing(error, "prctl:38"); // PR_SET_NO_NEW_PRIVS
    Attempt attempt(method, {"no_new_privs=1"}, conditions);
    const Report failed = attempt.fail();
    CHECK(failed.number("errno") == error);
    check_no_daemon(attempt, method, failed);
}
