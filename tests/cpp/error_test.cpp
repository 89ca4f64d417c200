// Errors: the sentence alone, codes of two categories, results; contexts that were moved from; pid files of others.
#include "catch.hpp"
#include "observer/spawn.hpp"

#include <daemonctx/daemonctx.hpp>

#include <cerrno>
#include <csignal>

using daemonctx::DaemonContext;
using daemonctx::defer_open;
using namespace std::chrono_literals;

TEST_CASE("An error has the library's sentence alone, and errno as its code where a call failed", "[cpp]")
{
    daemonctx::options given;
    given.stdin_stream = daemonctx::stream::path("/nowhere/file");
    DaemonContext context(given, defer_open);
    try {
        context.check();
        FAIL("it was not refused");
    } catch (const std::system_error &thrown) {
        const auto *known = dynamic_cast<const daemonctx::error *>(&thrown);
        REQUIRE(known != nullptr);
        CHECK(known->status() == daemonctx::status::system);
        CHECK(known->step() == daemonctx::step::plan);
        CHECK(known->pid() == 0);
        CHECK(known->signal() == -1);
        CHECK(known->exit_code() == -1);
        CHECK(known->code() == std::errc::no_such_file_or_directory);
        CHECK(known->code().category() == std::generic_category());
        CHECK(std::string(known->what()) == daemonctx_error_message(context.native_handle()));
        CHECK(known->detail().error_number == ENOENT);
    }
    CHECK(context.last_failure().status == daemonctx::status::system);
}

TEST_CASE("Without a failed call, the code is the status in a category of its own", "[cpp]")
{
    daemonctx::options given;
    given.working_directory = "here";
    given.chroot_directory = "/";
    DaemonContext context(given, defer_open);
    const auto checked = context.try_check();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code() == daemonctx::status::argument);
    CHECK(checked.error().code().category() == daemonctx::category());
    CHECK(std::string(daemonctx::category().name()) == "daemonctx");
    CHECK(make_error_code(daemonctx::status::timeout).message() == daemonctx::message(daemonctx::status::timeout));
    const std::error_code implicit = daemonctx::status::died;
    CHECK(implicit.value() == DAEMONCTX_ERR_DIED);
    CHECK_THROWS_AS(checked.value(), daemonctx::error);
}

TEST_CASE("An exception can be copied, and keeps its sentence", "[cpp]")
{
    static_assert(std::is_nothrow_copy_constructible_v<daemonctx::error>);
    const daemonctx::error copy = [] {
        daemonctx::failure known;
        known.status = daemonctx::status::died;
        known.exit_code = 3;
        known.signal = 9;
        known.message = "the daemon died";
        const daemonctx::error original(known);
        return daemonctx::error(original);
    }();
    CHECK(std::string(copy.what()) == "the daemon died");
    CHECK(copy.exit_code() == 3);
    CHECK(copy.signal() == 9);
}

TEST_CASE("A context is moved, never copied, and its destructor does not throw", "[cpp]")
{
    static_assert(!std::is_copy_constructible_v<DaemonContext> && !std::is_copy_assignable_v<DaemonContext>);
    static_assert(std::is_nothrow_move_constructible_v<DaemonContext>);
    static_assert(std::is_nothrow_move_assignable_v<DaemonContext>);
    static_assert(std::is_nothrow_destructible_v<DaemonContext>);
    static_assert(std::is_aggregate_v<daemonctx::options>);
    daemonctx::options given;
    given.working_directory = "/var";
    DaemonContext first(given, defer_open);
    DaemonContext second(std::move(first));
    CHECK(second.working_directory() == "/var");
    DaemonContext third({}, defer_open);
    third = std::move(second);
    CHECK(third.working_directory() == "/var");
}

TEST_CASE("A context that was moved from fails each call and reads as empty", "[cpp]")
{
    DaemonContext context({}, defer_open);
    const DaemonContext other(std::move(context));
    CHECK(context.native_handle() == nullptr);
    CHECK_FALSE(context.is_open());
    CHECK(context.daemon_pid() == 0);
    CHECK(context.terminate(SIGTERM) == daemonctx::status::argument);
    CHECK_FALSE(context.terminating_signal());
    CHECK(context.files_preserve().empty());
    CHECK(context.working_directory().empty());
    CHECK_FALSE(context.try_configure({}));
    CHECK_FALSE(context.try_notify_ready());
    CHECK_FALSE(context.try_notify_failed(1, "text"));
    CHECK_FALSE(context.try_launch());
    CHECK_THROWS_AS(context.open(), daemonctx::error);
    CHECK_THROWS_AS(context.close(), daemonctx::error);
    CHECK_THROWS_AS(context.wait_events(1ms), daemonctx::error);
    CHECK_THROWS_AS(context.dispatch(), daemonctx::error);
    CHECK_THROWS_AS(context.signal_fd(), daemonctx::error);
    CHECK_THROWS_AS(context.reopen_streams(), daemonctx::error);
    CHECK_THROWS_AS(context.preserve(3), daemonctx::error);
}

TEST_CASE("A closed context has no events, can be closed, and keeps descriptors", "[cpp]")
{
    DaemonContext context({}, defer_open);
    const auto came = context.try_wait_events(0ms);
    REQUIRE_FALSE(came);
    CHECK(came.error().status == daemonctx::status::state);
    const auto told = context.try_notify_ready();
    REQUIRE_FALSE(told);
    CHECK(told.error().status == daemonctx::status::state);
    CHECK_THAT(told.error().message, Catch::Matchers::StartsWith("cannot tell that the daemon is ready: "));
    CHECK_NOTHROW(context.close());
    context.preserve(8);
    CHECK(context.files_preserve() == std::vector<int>{8});
    CHECK(context.signal_fd() > 2);
}

TEST_CASE("Pid files of others are asked without a context", "[cpp]")
{
    const observer::TemporaryDirectory directory;
    const std::filesystem::path path = directory / "pid";
    CHECK_FALSE(daemonctx::pidfile::query(path));
    CHECK(daemonctx::pidfile::signal(path, SIGTERM) == daemonctx::pidfile::outcome::not_running);
    CHECK(daemonctx::pidfile::stop(path, 1s) == daemonctx::pidfile::outcome::not_running);
    CHECK(daemonctx::pidfile::wait(path, 1s) == daemonctx::pidfile::outcome::not_running);
    const auto unsafe = daemonctx::pidfile::try_query(directory.path());
    REQUIRE_FALSE(unsafe);
    CHECK(unsafe.error().status == daemonctx::status::unsafe_path);
    CHECK_THAT(unsafe.error().message, Catch::Matchers::Contains("'" + directory.path() + "'"));
    const auto cut = daemonctx::pidfile::try_signal(std::string("/run/foo\0bar", 12), SIGTERM);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().status == daemonctx::status::argument);
}

TEST_CASE("Names, and the version, are those of the library that runs", "[cpp]")
{
    CHECK(daemonctx::version() == daemonctx_version());
    CHECK(daemonctx::version_string() == daemonctx_version_string());
    CHECK(name(daemonctx::status::already_running) == "ERR_ALREADY_RUNNING");
    CHECK(name(daemonctx::step::working_directory) == "working_directory");
}
