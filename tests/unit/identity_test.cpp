// uid, gid, user, group, groups: what the table of values cannot say, and what check finds out about names.
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "support/context.hpp"
#include "support/options.hpp"

namespace {

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
