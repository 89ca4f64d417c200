// The C ABI driven from tests/vectors/options.tsv, row by row.
#include <set>

#include "support/context.hpp"
#include "support/options.hpp"

namespace {

Got expected(const Row &row)
{
    return {row.stored_status, row.stored};
}

// "-1", "0o1000" or "null", as a sentence may spell it.
bool names_value(const std::string &sentence, const std::string &spelled)
{
    const Value value = parse_values(spelled).at(0);
    if (std::holds_alternative<std::nullptr_t>(value)) {
        return contains(sentence, "NULL");
    }
    if (const auto *text = std::get_if<std::string>(&value)) {
        return contains(sentence, text->empty() ? "''" : text->substr(0, 32));
    }
    const std::int64_t number = std::get<std::int64_t>(value);
    char octal[32];
    (void)snprintf(octal, sizeof(octal), "0%llo", static_cast<unsigned long long>(number));
    return contains(sentence, spelled) || contains(sentence, std::to_string(number)) || contains(sentence, octal);
}

void check_refused(daemonctx_context_t *ctx, const Row &row)
{
    const Got before = get(ctx, row.getter, row.getter_arguments);
    CHECK(set(ctx, row.option, row.value) == row.status);
    CHECK(get(ctx, row.getter, row.getter_arguments) == before);

    const std::string sentence = daemonctx_error_message(ctx);
    INFO(sentence.substr(0, 200));
    CHECK(daemonctx_error_status(ctx) == row.status);
    CHECK(daemonctx_error_step(ctx) == DAEMONCTX_STEP_NONE);
    CHECK(contains(sentence, option_of(row.option)));
    CHECK(names_value(sentence, row.refused));
}

} // namespace

TEST_CASE("A new context has the defaults of the table", "[A01]")
{
    for (const Row &row : rows()) {
        if (row.is_default) {
            INFO(row.place);
            Context context;
            CHECK(get(context, row.getter, row.getter_arguments) == expected(row));
        }
    }
}

TEST_CASE("A getter returns what its setter stored, a copy of the caller's memory", "[A02]")
{
    for (const Row &row : rows()) {
        if (row.accepted()) {
            INFO(row.place);
            Context context;
            CHECK(set(context, row.option, row.value) == DAEMONCTX_OK);
            CHECK(get(context, row.getter, row.getter_arguments) == expected(row));
        }
    }
}

TEST_CASE("A value replaces the one stored before, whatever its form was", "[A02]")
{
    Context context;
    for (const Row &row : rows()) {
        if (row.accepted()) {
            INFO(row.place);
            CHECK(set(context, row.option, row.value) == DAEMONCTX_OK);
            CHECK(get(context, row.getter, row.getter_arguments) == expected(row));
        }
    }
}

TEST_CASE("A refused value leaves the default, and a sentence that names option and value", "[A03]")
{
    for (const Row &row : rows()) {
        if (row.is_refused()) {
            INFO(row.place.substr(0, 200));
            Context context;
            check_refused(context, row);
        }
    }
}

TEST_CASE("A refused value leaves the value that was stored before", "[A03]")
{
    for (const Row &row : rows()) {
        if (row.is_refused()) {
            INFO(row.place.substr(0, 200));
            Context context;
            REQUIRE(set(context, row.option, accepted_row(row.option).value) == DAEMONCTX_OK);
            check_refused(context, row);
        }
    }
}

TEST_CASE("The table covers every setter: its default, a value that it takes and one that it refuses", "[A02][A03]")
{
    std::set<std::string> defaults;
    std::set<std::string> accepted;
    std::set<std::string> refused;
    std::set<std::string> without_value;
    for (const Row &row : rows()) {
        if (row.is_default) {
            defaults.insert(option_of(row.option));
        } else {
            (row.is_refused() ? refused : accepted).insert(row.option);
        }
        if (row.accepted() && row.value.empty()) {
            without_value.insert(row.option);
        }
    }
    for (const std::string &name : setters()) {
        INFO(name);
        CHECK(defaults.count(option_of(name)) == 1);
        CHECK(accepted.count(name) == 1);
        CHECK(refused.count(name) + without_value.count(name) == 1);
    }
}

TEST_CASE("Every setter of the ABI is driven by the table or takes a callback", "[A02][A03]")
{
    std::set<std::string> driven = {"signal_handler", "signal_async_handler", "pidfile_manager", "trace",
                                    "prepare_hook",   "launcher_hook",        "daemon_hook",     "privileged_hook"};
    for (const std::string &name : setters()) {
        driven.insert(name);
    }
    const std::string prefix = "daemonctx_set_";
    for (std::string name : {
#define FUNCTION(name) #name,
#include "support/functions.def"
#undef FUNCTION
         }) {
        if (name.rfind(prefix, 0) == 0) {
            INFO(name);
            CHECK(driven.count(name.substr(prefix.size())) == 1);
        }
    }
}
