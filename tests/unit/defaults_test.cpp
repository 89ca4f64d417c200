// Back to the default, and options that replace one another.
#include <vector>

#include "support/arguments.hpp"
#include "support/context.hpp"
#include "support/options.hpp"

namespace {

void check_defaults(daemonctx_context_t *ctx, const std::string &option)
{
    for (const Row &row : rows()) {
        if (row.is_default && option_of(row.option) == option) {
            INFO("default of " << row.getter);
            CHECK(get(ctx, row.getter, row.getter_arguments) == Got{row.stored_status, row.stored});
        }
    }
}

// Sets one option, then the other, and tells what the first one's getter says.
Got after(const std::string &first, const std::string &value, const std::string &second, const std::string &other)
{
    Context context;
    REQUIRE(set(context, first, parse_values(value)) == DAEMONCTX_OK);
    REQUIRE(set(context, second, parse_values(other)) == DAEMONCTX_OK);
    CHECK(get(context, second).values == parse_values(other));
    return get(context, first);
}

} // namespace

TEST_CASE("Every option can be put back to its default", "[A11]")
{
    for (const Row &row : rows()) {
        // Clearing the signal map empties it: an empty map is not the default one.
        if (row.accepted() && row.option != "signal_action") {
            INFO(row.place.substr(0, 200));
            Context context;
            REQUIRE(set(context, row.option, row.value) == DAEMONCTX_OK);
            CHECK(restore(context, option_of(row.option)) == DAEMONCTX_OK);
            check_defaults(context, option_of(row.option));
        }
    }
}

TEST_CASE("Putting back an option that was never set is fine", "[A11]")
{
    Context context;
    for (const std::string &name : setters()) {
        INFO(name);
        CHECK(restore(context, option_of(name)) == DAEMONCTX_OK);
    }
}

TEST_CASE("uid and user replace one another, and so do gid and group", "[A11]")
{
    CHECK(after("user", "\"nobody\"", "uid", "12345").values == parse_values("null"));
    CHECK(after("uid", "12345", "user", "\"nobody\"").values == parse_values("$uid"));
    CHECK(after("group", "\"daemon\"", "gid", "12345").values == parse_values("null"));
    CHECK(after("gid", "12345", "group", "\"daemon\"").values == parse_values("$gid"));
}

TEST_CASE("An option that replaces another leaves the rest of the identity", "[A11]")
{
    Context context;
    REQUIRE(daemonctx_set_gid(context, 54321) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_user(context, "nobody") == DAEMONCTX_OK);
    CHECK(get(context, "gid").values == parse_values("54321"));
}

TEST_CASE("Unsetting an id leaves the name, and the other way round", "[A11]")
{
    Context context;
    REQUIRE(daemonctx_set_user(context, "nobody") == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_gid(context, 54321) == DAEMONCTX_OK);
    CHECK(daemonctx_unset_uid(context) == DAEMONCTX_OK);
    CHECK(daemonctx_unset_group(context) == DAEMONCTX_OK);
    CHECK(get(context, "user").values == parse_values("\"nobody\""));
    CHECK(get(context, "gid").values == parse_values("54321"));
}

TEST_CASE("A pid file manager replaces the pid file, and the other way round", "[A11]")
{
    Context context;
    REQUIRE(daemonctx_set_pidfile(context, "/run/example.pid") == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_pidfile_manager(context, arguments::hook, arguments::hook, nullptr) == DAEMONCTX_OK);
    CHECK(get(context, "pidfile").values == parse_values("null"));
    REQUIRE(daemonctx_set_pidfile(context, "/run/example.pid") == DAEMONCTX_OK);
    CHECK(get(context, "pidfile").values == parse_values("\"/run/example.pid\""));
    REQUIRE(daemonctx_set_pidfile_manager(context, arguments::hook, arguments::hook, nullptr) == DAEMONCTX_OK);
    CHECK(daemonctx_unset_pidfile(context) == DAEMONCTX_OK);
    CHECK(get(context, "pidfile").values == parse_values("null"));
}

TEST_CASE("A refused value does not replace what the other option stored", "[A03][A11]")
{
    Context context;
    REQUIRE(daemonctx_set_user(context, "nobody") == DAEMONCTX_OK);
    CHECK(daemonctx_set_uid(context, UINT32_MAX) == DAEMONCTX_ERR_RANGE);
    CHECK(get(context, "user").values == parse_values("\"nobody\""));

    REQUIRE(daemonctx_set_pidfile_manager(context, arguments::hook, arguments::hook, nullptr) == DAEMONCTX_OK);
    CHECK(daemonctx_set_pidfile(context, "") == DAEMONCTX_ERR_ARGUMENT);
    CHECK(get(context, "pidfile").values == parse_values("null"));
}
