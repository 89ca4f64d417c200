// privileges_refused_test.cpp: identities that do not exist, cannot be looked up, or are not permitted: a clear refusal
// (F02, F03), and one's own (F09).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/databases.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>

#include <cerrno>

using namespace observer;

namespace {

const std::vector<std::string> hooks = {"prepare_hook=report", "launcher_hook=report", "daemon_hook=report",
                                        "privileged_hook=report"};

std::vector<std::string> with_hooks(const std::vector<std::string> &more)
{
    std::vector<std::string> all = hooks;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// Nothing has begun: the plan was refused.
void check_untouched(Attempt &attempt, const Report &failed)
{
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK(attempt.probe().take("hook").empty());
    attempt.check_nothing_left();
}

} // namespace

TEST_CASE("an unknown user or group is refused before any change", "[F02]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    const std::string kind = GENERATE("user", "group");
    CAPTURE(method, user, kind);
    Attempt attempt(method, with_hooks({kind + "=nobody-at-all"}), started_by(user));
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_NOT_FOUND);
    CHECK(failed.number("errno") == 0);
    CHECK(failed.text("message") == kind + ": there is no " + kind + " 'nobody-at-all'");
    check_untouched(attempt, failed);
    if (!is_in_place(method)) {
        attempt.check_starts_now({kind + "=none"});
    }
}

TEST_CASE("a user or group that cannot be looked up for want of descriptors is refused before any change", "[F02][G09]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string option = GENERATE("user=nobody", "group=nogroup", "user=nobody-at-all", "uid=65534");
    CAPTURE(method, option);
    Attempt attempt(method, with_hooks({option, "limit NOFILE 3 256"}));
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM); // and never "there is no such user"
    CHECK(failed.number("errno") == EMFILE);
    CHECK_THAT(failed.text("message"),
               Catch::Contains("cannot look up") && Catch::Contains(option.substr(option.find('=') + 1)));
    check_untouched(attempt, failed);
}

TEST_CASE("a user or group whose database cannot be read is refused before any change", "[F02][root]")
{
    SKIP_IF_REASON(no_databases());
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string option = GENERATE("user=alice", "group=bob");
    CAPTURE(method, option);
    const Databases databases;
    REQUIRE(chmod(databases.passwd().c_str(), 0600) == 0);
    REQUIRE(chmod(databases.group().c_str(), 0600) == 0);
    Conditions conditions;
    conditions.wrapper = databases.wrapper();
    const auto nobody = as_nobody();
    conditions.wrapper.insert(conditions.wrapper.end(), nobody.begin(), nobody.end());
    Attempt attempt(method, with_hooks({option}), conditions);
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("errno") == EACCES);
    CHECK_THAT(failed.text("message"), Catch::Contains("cannot look up"));
    check_untouched(attempt, failed);
}

namespace {

struct Wish {
    std::vector<std::string> options;
    int status;
    int step;
    std::string named; // in the sentence
};

std::ostream &operator<<(std::ostream &out, const Wish &wish)
{
    for (const auto &option : wish.options) {
        out << option << ' ';
    }
    return out;
}

const std::vector<Wish> forbidden = {
    {{"uid=1", "gid=65534"}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, "(uid|user|gid) "},
    {{"uid=0", "gid=0"}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, "(uid|user|gid) "},
    {{"user=root"}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, "(uid|user|gid) "},
    {{"gid=1"}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, "gid "},
    {{"groups=1"}, DAEMONCTX_ERR_PRIVILEGE, DAEMONCTX_STEP_IDENTITY, "groups"},
    {{"chroot_directory=/"}, DAEMONCTX_ERR_SYSTEM, DAEMONCTX_STEP_CHROOT, "'/'"},
};

} // namespace

TEST_CASE("an ordinary user who asks for another identity or root is refused with option and errno", "[F03][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const Wish wish = GENERATE(from_range(forbidden));
    CAPTURE(method, wish);
    Attempt attempt(method, wish.options, started_by(User::nobody));
    const Report failed = attempt.fail();
    CHECK(failed.status() == wish.status);
    CHECK(failed.number("step") == wish.step);
    CHECK(failed.number("errno") == EPERM);
    CHECK_THAT(failed.text("message"), Catch::Matches(".*" + wish.named + ".*: Operation not permitted"));
    CHECK_FALSE(exists(attempt.pidfile()));
    if (!is_in_place(method)) {
        attempt.check_nothing_left();
        attempt.check_starts_now({"uid=none", "user=none", "gid=none", "groups=none", "chroot_directory=none"});
    }
}

TEST_CASE(
    "an ordinary user's program opens without an identity option, and with its own ids, and its groups are left alone",
    "[F09][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const std::vector<std::string> options =
        GENERATE(std::vector<std::string>{}, std::vector<std::string>{"uid=65534", "gid=65534"},
                 std::vector<std::string>{"user=nobody"}, std::vector<std::string>{"uid=65534"},
                 std::vector<std::string>{"group=nogroup"}, std::vector<std::string>{"gid=65534"});
    CAPTURE(method, options);
    Conditions conditions;
    conditions.wrapper = {
        "setpriv", "--reuid=65534", "--regid=65534", "--groups=3001,3002", "--bounding-set=-all", "--inh-caps=-all"};
    Probe probe(opening(method, options), conditions);
    const Identity identity = probe.daemon().proc().identity();
    CHECK(identity.uids == std::vector<long>(4, nobody_uid));
    CHECK(identity.gids == std::vector<long>(4, nobody_gid));
    CHECK(identity.groups == std::set<long>{3001, 3002});
}

TEST_CASE("a user that no database knows opens without an identity option", "[F09][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    Conditions conditions;
    conditions.wrapper = as_nobody_else();
    Probe probe(opening(method), conditions);
    CHECK(probe.daemon().value("is_open") == "1");
}

TEST_CASE("no_new_privs is off by default and on when asked for, for whomever", "[F06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe without(opening(method), started_by(user));
    CHECK_FALSE(without.daemon().proc().no_new_privs());
    Probe with(opening(method, {"no_new_privs=1"}), started_by(user));
    CHECK(with.daemon().proc().no_new_privs());
}

TEST_CASE("no_new_privs holds after a change of identity, and not in the launcher", "[F06][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(detaching_methods()));
    Attempt attempt(method, {"no_new_privs=1", "uid=65534", "gid=65534"});
    REQUIRE(attempt.launcher().ask("launch").word == "launched");
    CHECK(attempt.probe().opened().proc().no_new_privs());
    attempt.check_unchanged();
}
