// uid, gid, user, group, groups: what the table of values cannot say, and what check finds out about names.
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "support/context.hpp"
#include "support/options.hpp"

namespace {

// Without root's effective id, and so without its capabilities, for the length of a scope.
class Unprivileged {
  public:
    Unprivileged() : before_(geteuid()) { REQUIRE((before_ != 0 || seteuid(65534) == 0)); }
    ~Unprivileged()
    {
        if (seteuid(before_) != 0) {
            std::abort();
        }
    }
    Unprivileged(const Unprivileged &) = delete;
    Unprivileged &operator=(const Unprivileged &) = delete;

  private:
    uid_t before_;
};

uint32_t id_without_entry()
{
    uint32_t id = 987654321;
    while (getpwuid(id) != nullptr || getgrgid(id) != nullptr) {
        id++;
    }
    return id;
}

} // namespace

TEST_CASE("An unknown user or group is refused by check, with its name", "[A12]")
{
    Context context;
    REQUIRE(daemonctx_set_user(context, "no-such-user") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_NOT_FOUND);
    CHECK(context.step() == DAEMONCTX_STEP_PLAN);
    CHECK(contains(context.message(), "user"));
    CHECK(contains(context.message(), "'no-such-user'"));

    REQUIRE(daemonctx_unset_user(context) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_group(context, "no-such-group") == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_NOT_FOUND);
    CHECK(contains(context.message(), "group"));
    CHECK(contains(context.message(), "'no-such-group'"));
}

TEST_CASE("A uid without a passwd entry needs a gid", "[A12]")
{
    const uint32_t id = id_without_entry();
    Context context;
    REQUIRE(daemonctx_set_uid(context, id) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(contains(context.message(), "gid"));
    CHECK(contains(context.message(), std::to_string(id)));
    if (getuid() == 0) {
        REQUIRE(daemonctx_set_gid(context, id) == DAEMONCTX_OK);
        CHECK(daemonctx_check(context) == DAEMONCTX_OK);
    }
}

TEST_CASE("Another identity and a chroot that the process may not take are refused by check", "[A12]")
{
    Unprivileged unprivileged;
    Context identity;
    REQUIRE(daemonctx_set_uid(identity, 12345) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_gid(identity, 12345) == DAEMONCTX_OK);
    CHECK(daemonctx_check(identity) == DAEMONCTX_ERR_PRIVILEGE);
    CHECK(identity.step() == DAEMONCTX_STEP_PLAN);
    CHECK(identity.error() == EPERM);
    CHECK(contains(identity.message(), "12345"));

    Context chroot;
    REQUIRE(daemonctx_set_chroot_directory(chroot, "/") == DAEMONCTX_OK);
    CHECK(daemonctx_check(chroot) < DAEMONCTX_OK);
    CHECK(chroot.step() == DAEMONCTX_STEP_PLAN);
    CHECK(chroot.error() == EPERM);
    CHECK(contains(chroot.message(), "chroot"));
}

TEST_CASE("The caller's own ids are accepted by check", "[A12]")
{
    Context context;
    REQUIRE(daemonctx_set_uid(context, getuid()) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_gid(context, getgid()) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}

TEST_CASE("A list of more groups than a process can have is refused", "[A03]")
{
    std::vector<uint32_t> groups(65537, 1);
    Context context;
    CHECK(daemonctx_set_groups(context, groups.data(), groups.size()) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "groups"));
    CHECK(contains(context.message(), "65537"));
    CHECK(get(context, "groups").values == parse_values("[]"));
}
