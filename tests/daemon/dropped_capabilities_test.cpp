// dropped_capabilities_test.cpp: a daemon has exactly the capabilities that it was to keep, in every thread, and its
// programs have none (F06).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/namespaces.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>
#include <linux/capability.h>

#include <cerrno>
#include <filesystem>

using namespace observer;

namespace {

constexpr std::uint64_t bit(unsigned capability)
{
    return 1ULL << capability;
}

constexpr std::uint64_t bind_service = bit(CAP_NET_BIND_SERVICE);
constexpr int lie = 0; // said to be done, and not made
const std::string keep_bind_service = "capabilities=1024";

std::vector<std::string> nobody_with(const std::vector<std::string> &more)
{
    std::vector<std::string> all = {"uid=65534", "gid=65534"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// A network of its own, in which no port below 1024 is anybody's.
std::vector<std::string> in_a_network()
{
    return {"unshare", "--net", "sh", "-c",
            "ip link set lo up && [ \"$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)\" = 1024 ] && exec \"$0\" "
            "\"$@\""};
}

std::string no_network()
{
    if (!no_root().empty()) {
        return no_root();
    }
    Conditions conditions;
    conditions.wrapper = in_a_network();
    conditions.program = "true";
    const bool possible = no_program("unshare").empty() && no_program("ip").empty() &&
                          Reaper::instance().wait(spawn({}, conditions)).exited_with(0);
    return possible ? "" : "needs unshare, ip, and the right to make network namespaces";
}

void check_exactly(const Procfs &proc, std::uint64_t kept)
{
    CHECK(proc.capabilities("CapPrm") == kept);
    CHECK(proc.capabilities("CapEff") == kept);
    CHECK(proc.capabilities("CapBnd") == kept);
    CHECK(proc.capabilities("CapInh") == 0);
    CHECK(proc.capabilities("CapAmb") == 0);
}

// Of every task, as /proc says it.
std::string lines_of_tasks(pid_t pid, const std::string &name)
{
    std::string all;
    for (const auto &task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
        for (const auto &line : split(read_file(task.path().string() + "/status"), '\n')) {
            all += line.rfind(name + ':', 0) == 0 ? line + '\n' : "";
        }
    }
    return all;
}

} // namespace

TEST_CASE("a daemon that is nobody and keeps CAP_NET_BIND_SERVICE binds port 80; without it, it may not",
          "[F06][B12][root]")
{
    SKIP_IF_REASON(no_network());
    const Method method = GENERATE(from_range(all_methods()));
    const bool kept = GENERATE(true, false);
    CAPTURE(method, kept);
    Conditions conditions;
    conditions.wrapper = in_a_network();
    Probe probe(opening(method, nobody_with({kept ? keep_bind_service : "capabilities=0"})), conditions);
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
    CHECK(daemon.proc().capabilities("CapEff") == (kept ? bind_service : 0));
    const Report listen = daemon.ask("listen 9 80");
    CHECK((listen.word == "ok") == kept);
    CHECK((kept || listen.number("errno") == EACCES));
}

TEST_CASE("what is kept is exactly what was asked for, whoever the daemon is", "[F06][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string identity = GENERATE("uid=65534", "uid=none"); // root stays root
    const auto kept = GENERATE(values<std::uint64_t>(
        {bit(CAP_NET_BIND_SERVICE), bit(CAP_KILL) | bind_service, bit(CAP_CHECKPOINT_RESTORE), bit(CAP_SETUID)}));
    CAPTURE(method, identity, kept);
    Probe probe(opening(
        method, {identity, identity == "uid=none" ? "gid=none" : "gid=65534", "capabilities=" + std::to_string(kept)}));
    const Process daemon = probe.daemon();
    check_exactly(daemon.proc(), kept);
    if (identity != "uid=none" && kept != bit(CAP_SETUID)) {
        CHECK(daemon.ask("setresuid 0 0 0").number("errno") == EPERM);
        CHECK(daemon.ask("setgroups 0").number("errno") == EPERM);
    }
}

TEST_CASE("every thread that the daemon makes has what is kept, and no_new_privs, and nothing else", "[F06][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Probe probe(opening(method, nobody_with({keep_bind_service, "no_new_privs=1"})));
    const Process daemon = probe.daemon();
    daemon.ask_ok("threads 3");
    const int threads = 3 + own_threads(method);
    REQUIRE(daemon.proc().threads() == threads);
    const auto each = [&](const std::string &line) {
        std::string lines;
        for (int i = 0; i < threads; ++i) {
            lines += line + '\n';
        }
        return lines;
    };
    CHECK(lines_of_tasks(daemon.pid(), "CapPrm") == each("CapPrm:\t0000000000000400"));
    CHECK(lines_of_tasks(daemon.pid(), "CapEff") == each("CapEff:\t0000000000000400"));
    CHECK(lines_of_tasks(daemon.pid(), "CapBnd") == each("CapBnd:\t0000000000000400"));
    CHECK(lines_of_tasks(daemon.pid(), "NoNewPrivs") == each("NoNewPrivs:\t1"));
}

TEST_CASE("a program that the daemon executes has no capability, unless the daemon stays root", "[F06][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const bool root = GENERATE(false, true);
    CAPTURE(method, root);
    Probe probe(opening(method, root ? std::vector<std::string>{keep_bind_service} : nobody_with({keep_bind_service})));
    const Process daemon = probe.daemon();
    daemon.ask_ok("execute 4");
    const Process child = probe.started(4);
    CHECK(child.proc().capabilities("CapPrm") == (root ? bind_service : 0));
    CHECK(child.proc().capabilities("CapEff") == (root ? bind_service : 0));
    CHECK(child.proc().capabilities("CapAmb") == 0);
    CHECK(child.proc().capabilities("CapInh") == 0);
}

TEST_CASE("inheritable and ambient capabilities of the launcher do not stay", "[F06][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_program("setpriv"));
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.wrapper = {"setpriv", "--inh-caps=+kill,+net_bind_service", "--ambient-caps=+kill,+net_bind_service"};
    Attempt attempt(method, nobody_with({keep_bind_service}), conditions);
    REQUIRE(attempt.launcher().proc().capabilities("CapAmb") == (bit(CAP_KILL) | bind_service));
    attempt.launcher().tell("open");
    check_exactly(attempt.probe().daemon().proc(), bind_service);
}

TEST_CASE("capabilities that the launcher does not have are refused before any change", "[F06][F03][B12][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Attempt attempt(method, {keep_bind_service, "prepare_hook=report", "privileged_hook=report"},
                    started_by(User::nobody));
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_PRIVILEGE);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains("capabilities") && Catch::Contains("10"));
    CHECK(attempt.probe().take("hook").empty());
    attempt.check_nothing_left();
    if (!is_in_place(method)) {
        attempt.check_starts_now({"capabilities=0"});
    }
}

TEST_CASE("an ordinary user's program may keep what it was given, and gives up the rest", "[F06][B12][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.wrapper = {"setpriv",
                          "--reuid=65534",
                          "--regid=65534",
                          "--clear-groups",
                          "--inh-caps=-all,+kill,+net_bind_service",
                          "--ambient-caps=-all,+kill,+net_bind_service"};
    Attempt attempt(method, {keep_bind_service}, conditions);
    attempt.launcher().tell("open");
    const Procfs proc = attempt.probe().daemon().proc();
    CHECK(proc.capabilities("CapPrm") == bind_service);
    CHECK(proc.capabilities("CapEff") == bind_service);
    CHECK(proc.capabilities("CapInh") == 0);
    CHECK(proc.capabilities("CapAmb") == 0);
}

namespace {

struct Fault {
    std::string call;
    int error;
};

std::ostream &operator<<(std::ostream &out, const Fault &fault)
{
    return out << fault.call << (fault.error == lie ? " lies" : " fails with " + std::to_string(fault.error));
}

// prctl: 8 is PR_SET_KEEPCAPS, 24 PR_CAPBSET_DROP, 38 PR_SET_NO_NEW_PRIVS, 47 PR_CAP_AMBIENT.
const std::vector<Fault> faults = {
    {"capset", EPERM},   {"capset", EINVAL},  {"capset", lie},     {"prctl:8:1", EPERM},
    {"prctl:8:1", lie},  {"prctl:24", EPERM}, {"prctl:24", lie},   {"prctl:38", EINVAL},
    {"prctl:38", EPERM}, {"prctl:38", lie},   {"prctl:47", EPERM}, {"prctl:8:0", EPERM},
};

} // namespace

TEST_CASE("a call for capabilities or no_new_privs that fails or lies: ERR_PRIVILEGE and no daemon",
          "[F06][F04][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    const Fault fault = GENERATE(from_range(faults));
    CAPTURE(method, fault);
    Conditions conditions;
    conditions.wrapper = refusing(fault.error, fault.call);
    Attempt attempt(method, nobody_with({keep_bind_service, "no_new_privs=1"}), conditions);
    attempt.launcher().tell("open");
    const Report failed = attempt.probe().await({"opened", "failed"});
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_PRIVILEGE);
    CHECK(failed.number("step") == DAEMONCTX_STEP_IDENTITY);
    if (!is_in_place(method)) {
        attempt.check_nothing_left();
    } else {
        CHECK(attempt.launcher().value("is_open") == "0");
        CHECK((!exists(attempt.pidfile()) || read_file(attempt.pidfile()).empty()));
    }
}

TEST_CASE("capget that fails is a refusal before any change", "[F06][F04][B12][root]")
{
    SKIP_IF_REASON(no_root());
    SKIP_IF_REASON(no_refusing());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    Conditions conditions;
    conditions.wrapper = refusing(EPERM, "capget");
    Attempt attempt(method, nobody_with({keep_bind_service}), conditions);
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_PRIVILEGE);
    CHECK(failed.number("errno") == EPERM);
    attempt.check_nothing_left();
}
