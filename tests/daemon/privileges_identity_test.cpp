// privileges_identity_test.cpp: after uid, gid, user, group and groups every id is the target's, and nothing of the
// launcher's remains (F01).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/databases.hpp"

#include <daemonctx/daemonctx.h>

#include <cerrno>

using namespace observer;

namespace {

struct Target {
    std::vector<std::string> options;
    long uid;
    long gid;
    std::set<long> groups;
};

std::ostream &operator<<(std::ostream &out, const Target &target)
{
    for (const auto &option : target.options) {
        out << option << ' ';
    }
    return out;
}

std::set<long> groups_of_carol()
{
    std::set<long> groups = {2003};
    for (int i = 0; i < carols_groups; ++i) {
        groups.insert(5000 + i);
    }
    return groups;
}

std::vector<Target> targets()
{
    return {
        {{"user=alice"}, 1001, 2001, {2001, 3001, 3002}},
        {{"uid=1001"}, 1001, 2001, {2001, 3001, 3002}},
        {{"user=bob"}, 1002, 2002, {2002}},
        {{"user=carol"}, 1003, 2003, groups_of_carol()}, // more than fit into a first guess
        {{"user=alice", "group=bob"}, 1001, 2002, {2002, 3001, 3002}},
        {{"group=bob", "user=alice"}, 1001, 2002, {2002, 3001, 3002}},
        {{"user=alice", "gid=7777"}, 1001, 7777, {7777, 3001, 3002}},
        {{"uid=1001", "gid=7777"}, 1001, 7777, {7777, 3001, 3002}},
        {{"uid=4242", "gid=7777"}, 4242, 7777, {7777}}, // in no database
        {{"uid=4242", "group=bob"}, 4242, 2002, {2002}},
        {{"user=alice", "groups="}, 1001, 2001, {}},
        {{"user=alice", "groups=8001,8002,8001"}, 1001, 2001, {8001, 8002}},
        {{"uid=4242", "gid=7777", "groups=8001"}, 4242, 7777, {8001}},
        {{"user=root"}, 0, 0, {0}},
        {{"uid=0", "gid=0"}, 0, 0, {0}},
        {{"group=bob"}, 0, 2002, {2002}},
        {{"gid=7777"}, 0, 7777, {7777}},
        {{"groups=8001,8002"}, 0, 0, {8001, 8002}},
        {{"groups="}, 0, 0, {}},
        {{}, 0, 0, {9001, 9002}}, // nothing asked for: nothing touched
    };
}

Conditions with_databases(const Databases &databases)
{
    Conditions conditions;
    conditions.wrapper = databases.wrapper();
    return conditions;
}

std::vector<std::string> from_groups(const Target &target)
{
    std::vector<std::string> commands = {"setgroups 9001,9002"};
    commands.insert(commands.end(), target.options.begin(), target.options.end());
    return commands;
}

} // namespace

TEST_CASE("all ids and the supplementary groups are the target's, and none of the launcher's groups remain",
          "[F01][F09][B12][root]")
{
    SKIP_IF_REASON(no_databases());
    const Method method = GENERATE(from_range(all_methods()));
    const Target target = GENERATE(from_range(targets()));
    CAPTURE(method, target);
    const Databases databases;
    Probe probe(opening(method, from_groups(target)), with_databases(databases));
    const Process daemon = probe.daemon();
    const Identity identity = daemon.proc().identity();
    CHECK(identity.uids == std::vector<long>(4, target.uid)); // real, effective, saved, of the file system
    CHECK(identity.gids == std::vector<long>(4, target.gid));
    CHECK(identity.groups == target.groups);
}

TEST_CASE("what was given up cannot be taken back", "[F01][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"uid=65534", "gid=65534"}));
    const Process daemon = probe.daemon();
    for (const char *regain : {"setresuid -1 0 -1", "setresuid 0 -1 -1", "setresuid -1 -1 0", "setresgid -1 0 -1",
                               "setresgid 0 0 0", "setgroups 0"}) {
        const Report refused = daemon.ask(regain);
        CAPTURE(regain);
        CHECK(refused.word == "error");
        CHECK(refused.number("errno") == EPERM);
    }
    for (const char *set : {"CapEff", "CapPrm", "CapInh", "CapAmb"}) {
        CAPTURE(set);
        CHECK(daemon.proc().capabilities(set) == 0);
    }
}

TEST_CASE("the launcher keeps its own identity", "[F01][G05][root]")
{
    SKIP_IF_REASON(no_databases());
    const Method method = GENERATE(from_range(detaching_methods()));
    const Databases databases;
    Attempt attempt(method, {"setgroups 9001,9002", "user=alice"}, with_databases(databases));
    REQUIRE(attempt.launcher().ask("launch").word == "launched");
    CHECK(attempt.probe().opened().proc().identity().uids == std::vector<long>(4, 1001));
    attempt.check_unchanged();
}

TEST_CASE("a uid without a passwd entry needs a gid or group", "[F01][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string more = GENERATE("umask=0", "groups=8001");
    CAPTURE(method, more);
    Attempt attempt(method, {"uid=424242", more});
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains("uid") && Catch::Contains("424242") && Catch::Contains("gid"));
    attempt.check_nothing_left();
}

TEST_CASE("a pid file and log files stay usable for the user that the daemon becomes", "[F01][E01][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Attempt attempt(method, {"uid=65534", "gid=65534", option("stdout", "path:" + directory / "log")});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    daemon.ask_ok("write 1 line");
    CHECK(daemon.ask_ok(command("readfile", {directory / "log"})).text("value") == "line");
    CHECK(daemon.ask_ok("reopen_streams").status() == 0);
    CHECK(read_file(attempt.pidfile()) == std::to_string(daemon.pid()) + '\n');
}

TEST_CASE("root of a user namespace may use what is mapped there: its own ids and chroot", "[F01][F05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.wrapper = as_nobody();
    conditions.wrapper.insert(conditions.wrapper.end(), {"unshare", "--user", "--map-root-user"});
    Conditions trial = conditions;
    trial.program = "true";
    SKIP_IF_REASON(Reaper::instance().wait(spawn({}, trial)).exited_with(0) ? ""
                                                                            : "needs unprivileged user namespaces");
    SECTION("its own ids")
    {
        Probe probe(opening(method, {"uid=0", "gid=0", option("chroot_directory", directory.path())}), conditions);
        const Process daemon = probe.daemon();
        CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid)); // as seen from outside
        CHECK(daemon.proc().root() == directory.path());
    }
    SECTION("not an id that is not mapped")
    {
        Attempt attempt(method, {"uid=1", "gid=1", "pidfile=none"}, conditions);
        const Report failed = attempt.fail();
        CHECK(failed.status() == DAEMONCTX_ERR_PRIVILEGE);
        CHECK(failed.number("step") == DAEMONCTX_STEP_IDENTITY);
        CHECK_FALSE(exists(attempt.pidfile()));
        if (!is_in_place(method)) {
            attempt.check_nothing_left();
        }
    }
}
