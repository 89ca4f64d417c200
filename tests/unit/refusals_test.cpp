// A refused setter is remembered until that option is set or unset successfully.
#include <csignal>

#include "support/arguments.hpp"
#include "support/context.hpp"
#include "support/options.hpp"
#include "support/scratch.hpp"
#include "support/snapshot.hpp"

namespace {

// In place: a context that opens by mistake must not end this process as its launcher.
void stay_in_this_process(daemonctx_context_t *ctx)
{
    REQUIRE(daemonctx_set_detach_process(ctx, DAEMONCTX_DETACH_PROCESS_NO) == DAEMONCTX_OK);
}

} // namespace

TEST_CASE("check returns the status and the sentence of a refused setter, for every option", "[A10]")
{
    for (const Row &row : rows()) {
        if (row.is_refused()) {
            INFO(row.place.substr(0, 200));
            Context context;
            CHECK(set(context, row.option, row.value) == row.status);
            const std::string sentence = context.message();
            for (int time = 0; time < 2; time++) {
                CHECK(daemonctx_check(context) == row.status);
                CHECK(context.status() == row.status);
                CHECK(context.step() == DAEMONCTX_STEP_PLAN);
                CHECK(context.message() == sentence);
            }
        }
    }
}

TEST_CASE("open and launch change nothing and return the refusal", "[A10]")
{
    for (auto function : {daemonctx_open, daemonctx_launch}) {
        Scratch scratch;
        Context context;
        stay_in_this_process(context);
        REQUIRE(daemonctx_set_pidfile(context, (scratch / "example.pid").c_str()) == DAEMONCTX_OK);
        REQUIRE(daemonctx_set_stdout_path(context, (scratch / "log").c_str(), 0644) == DAEMONCTX_OK);
        REQUIRE(daemonctx_set_user(context, "") == DAEMONCTX_ERR_ARGUMENT);
        const std::string sentence = context.message();
        const auto descriptors = descriptors_now();
        const auto entries = entries_now(scratch.directory());

        CHECK(function(context) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(context.step() == DAEMONCTX_STEP_PLAN);
        CHECK(context.message() == sentence);
        CHECK(daemonctx_is_open(context) == 0);
        CHECK(descriptors_now() == descriptors);
        CHECK(entries_now(scratch.directory()) == entries);
    }
}

TEST_CASE("Setting the option to a good value clears its refusal", "[A10]")
{
    for (const Row &row : rows()) {
        if (row.is_refused() && row.option != "signal_action") {
            INFO(row.place.substr(0, 200));
            Context context;
            REQUIRE(set(context, row.option, row.value) == row.status);
            const std::string sentence = context.message();
            REQUIRE(set(context, row.option, accepted_row(row.option).value) == DAEMONCTX_OK);
            // The good value may still be refused by the plan (a path that does not exist), with another sentence.
            CHECK((daemonctx_check(context) == DAEMONCTX_OK || context.message() != sentence));
        }
    }
}

TEST_CASE("Putting the option back to its default clears its refusal", "[A10]")
{
    for (const Row &row : rows()) {
        if (row.is_refused()) {
            INFO(row.place.substr(0, 200));
            Context context;
            REQUIRE(set(context, row.option, row.value) == row.status);
            REQUIRE(restore(context, option_of(row.option)) == DAEMONCTX_OK);
            CHECK(daemonctx_check(context) == DAEMONCTX_OK);
        }
    }
}

TEST_CASE("A good value of another option clears nothing", "[A10]")
{
    Context context;
    REQUIRE(daemonctx_set_umask(context, 01000) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_working_directory(context, "/") == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_prevent_core(context, 0) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "umask"));
}

TEST_CASE("Of several refusals the first that still stands wins", "[A10]")
{
    Context context;
    REQUIRE(daemonctx_set_ready_mode(context, 7) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_chroot_directory(context, "") == DAEMONCTX_ERR_ARGUMENT);
    REQUIRE(daemonctx_set_detach_method(context, 4) == DAEMONCTX_ERR_RANGE);

    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "ready_mode"));
    REQUIRE(daemonctx_set_ready_mode(context, DAEMONCTX_READY_MODE_ON_OPEN) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(contains(context.message(), "chroot_directory"));
    REQUIRE(daemonctx_unset_chroot_directory(context) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "detach_method"));
    REQUIRE(daemonctx_set_detach_method(context, DAEMONCTX_DETACH_METHOD_AUTO) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}

TEST_CASE("A refused signal is remembered for that signal", "[A10][D02]")
{
    Context context;
    REQUIRE(daemonctx_set_signal_action(context, SIGUSR1, 99) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_signal_action(context, SIGUSR2, DAEMONCTX_SIGNAL_ACTION_IGNORE) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_signal_action(context, SIGUSR1, DAEMONCTX_SIGNAL_ACTION_IGNORE) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);

    REQUIRE(daemonctx_set_signal_handler(context, SIGUSR1, nullptr, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    REQUIRE(daemonctx_unset_signal(context, SIGUSR1) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);

    for (int32_t signum : {SIGKILL, SIGSTOP, 0, -1, 1000}) {
        INFO(signum);
        REQUIRE(daemonctx_set_signal_action(context, signum, DAEMONCTX_SIGNAL_ACTION_IGNORE) == DAEMONCTX_ERR_RANGE);
        CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
        REQUIRE(daemonctx_clear_signal_map(context) == DAEMONCTX_OK);
        CHECK(daemonctx_check(context) == DAEMONCTX_OK);
    }
}

TEST_CASE("A refused pid file manager and a refused preserve are remembered", "[A10]")
{
    Context context;
    REQUIRE(daemonctx_set_pidfile_manager(context, nullptr, arguments::hook, nullptr) == DAEMONCTX_ERR_ARGUMENT);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_ARGUMENT);
    REQUIRE(daemonctx_unset_pidfile(context) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);

    REQUIRE(daemonctx_preserve(context, -1) == DAEMONCTX_ERR_RANGE);
    CHECK(daemonctx_check(context) == DAEMONCTX_ERR_RANGE);
    REQUIRE(daemonctx_set_files_preserve(context, nullptr, 0) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}
