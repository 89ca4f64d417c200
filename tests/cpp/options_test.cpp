// Options given in C++ are what the C getters of the context read; refusals come back; nothing is opened here.
#include "catch.hpp"

#include <daemonctx/daemonctx.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using daemonctx::DaemonContext;
using daemonctx::defer_open;
using daemonctx::stream;
using namespace std::chrono_literals;

namespace {

std::string text(DaemonContext &context, daemonctx_status_t (*get)(const daemonctx_context_t *, const char **))
{
    const char *value = nullptr;
    REQUIRE(get(context.native_handle(), &value) == DAEMONCTX_OK);
    return value != nullptr ? value : "(none)";
}

template <class Number>
Number number(DaemonContext &context, daemonctx_status_t (*get)(const daemonctx_context_t *, Number *))
{
    Number value = 0;
    REQUIRE(get(context.native_handle(), &value) == DAEMONCTX_OK);
    return value;
}

std::uint32_t action(DaemonContext &context, int signum)
{
    std::uint32_t value = 99;
    REQUIRE(daemonctx_get_signal_action(context.native_handle(), signum, &value) == DAEMONCTX_OK);
    return value;
}

void refused(const daemonctx::options &given, daemonctx::status status, const std::string &sentence)
{
    const auto made = DaemonContext::try_create(given);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().status == status);
    CHECK_THAT(made.error().message, Catch::Matchers::Contains(sentence));
    CHECK_THROWS_AS(DaemonContext(given, defer_open), daemonctx::error);
}

} // namespace

TEST_CASE("Texts and numbers are stored", "[cpp]")
{
    daemonctx::options given;
    given.files_preserve = {7, 5};
    given.chroot_directory = "/srv/jail";
    given.working_directory = "/var/lib/foo";
    given.umask = 027;
    given.pidfile = "/run/foo.pid";
    given.detach_process = daemonctx::detach_process::no;
    given.uid = 12;
    given.gid = 34;
    given.prevent_core = false;
    given.groups = std::vector<gid_t>{1, 2, 3};
    given.signal_reset = daemonctx::signal_reset::all;
    given.detach_method = daemonctx::detach_method::fork_unchecked;
    given.ready_mode = daemonctx::ready_mode::manual;
    given.ready_timeout = 5s;
    given.stream_switch = daemonctx::stream_switch::at_ready;
    given.no_new_privs = true;
    given.capabilities = 1U << 10U;
    given.close_at_exit = false;
    given.state = std::string("a\0b", 3);
    DaemonContext context(given, defer_open);

    CHECK(text(context, daemonctx_get_chroot_directory) == "/srv/jail");
    CHECK(text(context, daemonctx_get_working_directory) == "/var/lib/foo");
    CHECK(text(context, daemonctx_get_pidfile) == "/run/foo.pid");
    CHECK(number(context, daemonctx_get_umask) == 027);
    CHECK(number(context, daemonctx_get_detach_process) == DAEMONCTX_DETACH_PROCESS_NO);
    CHECK(number(context, daemonctx_get_uid) == 12);
    CHECK(number(context, daemonctx_get_gid) == 34);
    CHECK(number(context, daemonctx_get_prevent_core) == 0);
    CHECK(number(context, daemonctx_get_signal_reset) == DAEMONCTX_SIGNAL_RESET_ALL);
    CHECK(number(context, daemonctx_get_detach_method) == DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED);
    CHECK(number(context, daemonctx_get_ready_mode) == DAEMONCTX_READY_MODE_MANUAL);
    CHECK(number(context, daemonctx_get_ready_timeout) == 5000);
    CHECK(number(context, daemonctx_get_stream_switch) == DAEMONCTX_STREAM_SWITCH_AT_READY);
    CHECK(number(context, daemonctx_get_no_new_privs) == 1);
    CHECK(number(context, daemonctx_get_capabilities) == 1U << 10U);
    CHECK(number(context, daemonctx_get_close_at_exit) == 0);

    CHECK(context.files_preserve() == std::vector<int>{7, 5});
    CHECK(context.groups() == std::vector<gid_t>{1, 2, 3});
    CHECK(context.chroot_directory() == std::filesystem::path("/srv/jail"));
    CHECK(context.working_directory() == "/var/lib/foo");
    CHECK(context.pidfile() == std::filesystem::path("/run/foo.pid"));
    CHECK(context.umask() == mode_t(027));
    CHECK(context.uid() == 12);
    CHECK(context.gid() == 34);
    CHECK_FALSE(context.prevent_core());
    CHECK(context.no_new_privs());
    CHECK_FALSE(context.close_at_exit());
    CHECK(context.state() == std::string("a\0b", 3));
    CHECK_FALSE(context.inherited_state());
    CHECK_FALSE(daemonctx::is_relaunched());
    CHECK(context.detach_process() == daemonctx::detach_process::no);
    CHECK(context.detach_method() == daemonctx::detach_method::fork_unchecked);
    CHECK(context.ready_mode() == daemonctx::ready_mode::manual);
    CHECK(context.ready_timeout() == 5s);
    CHECK(context.stream_switch() == daemonctx::stream_switch::at_ready);
    CHECK(context.signal_reset() == daemonctx::signal_reset::all);
    CHECK(context.capabilities() == 1U << 10U);
}

TEST_CASE("An option that is left out has the library's default", "[cpp]")
{
    DaemonContext context({}, defer_open);
    CHECK(context.files_preserve().empty());
    CHECK_FALSE(context.chroot_directory());
    CHECK(context.working_directory() == "/");
    CHECK(context.umask() == mode_t(0));
    CHECK_FALSE(context.pidfile());
    CHECK(context.detach_process() == daemonctx::detach_process::automatic);
    CHECK(context.signal_action(SIGTERM) == daemonctx::signal_action::terminate);
    CHECK(context.signal_action(SIGTSTP) == daemonctx::signal_action::ignore);
    CHECK(context.signal_action(SIGHUP) == daemonctx::signal_action::unset);
    CHECK_FALSE(context.signal_action(0));
    CHECK(context.uid() == getuid());
    CHECK(context.gid() == getgid());
    CHECK_FALSE(context.user());
    CHECK_FALSE(context.group());
    CHECK(context.prevent_core());
    CHECK(context.stdin_stream().kind() == daemonctx::stream_kind::null);
    CHECK(context.ready_timeout() == 90s);
    CHECK(context.close_at_exit());
    CHECK(context.detach_reason() == daemonctx::is_detach_required().reason);
    CHECK_FALSE(context.is_open());
}

TEST_CASE("Each stream is stored with its kind and value", "[cpp]")
{
    daemonctx::options given;
    given.stdin_stream = stream::path("/etc/hostname");
    given.stdout_stream = stream::path("/var/log/foo", 0600);
    given.stderr_stream = stream::descriptor(9);
    DaemonContext context(given, defer_open);
    CHECK(text(context, daemonctx_get_stdin_path) == "/etc/hostname");
    CHECK(number(context, daemonctx_get_stdout_kind) == DAEMONCTX_STREAM_KIND_PATH);
    CHECK(number(context, daemonctx_get_stderr) == 9);
    CHECK(context.stdin_stream().file() == "/etc/hostname");
    CHECK(context.stdout_stream().file() == "/var/log/foo");
    CHECK(context.stdout_stream().mode() == 0600);
    CHECK(context.stderr_stream().fd() == 9);

    daemonctx::options more;
    more.stdin_stream = stream::inherit();
    more.stdout_stream = stream::null();
    context.configure(more);
    CHECK(number(context, daemonctx_get_stdin_kind) == DAEMONCTX_STREAM_KIND_INHERIT);
    CHECK(number(context, daemonctx_get_stdout_kind) == DAEMONCTX_STREAM_KIND_NULL);
    CHECK(number(context, daemonctx_get_stderr_kind) == DAEMONCTX_STREAM_KIND_FD);
}

TEST_CASE("The signal map is laid over the default, or over an empty one", "[cpp]")
{
    daemonctx::options given;
    given.signal_map = {{SIGHUP,
                         [](int) {
                         }},
                        {SIGUSR1,
                         [] {
                         }},
                        {SIGUSR2, daemonctx::async_handler{[](int) {
                         }}},
                        {SIGINT, daemonctx::signal_action::terminate},
                        {SIGPIPE, daemonctx::signal_action::ignore},
                        {SIGQUIT, daemonctx::signal_action::default_action},
                        {SIGTSTP, daemonctx::signal_action::unset}};
    DaemonContext context(given, defer_open);
    CHECK(action(context, SIGHUP) == DAEMONCTX_SIGNAL_ACTION_HANDLER);
    CHECK(action(context, SIGUSR1) == DAEMONCTX_SIGNAL_ACTION_HANDLER);
    CHECK(action(context, SIGUSR2) == DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER);
    CHECK(action(context, SIGINT) == DAEMONCTX_SIGNAL_ACTION_TERMINATE);
    CHECK(action(context, SIGPIPE) == DAEMONCTX_SIGNAL_ACTION_IGNORE);
    CHECK(action(context, SIGQUIT) == DAEMONCTX_SIGNAL_ACTION_DEFAULT);
    CHECK(action(context, SIGTSTP) == DAEMONCTX_SIGNAL_ACTION_UNSET);
    CHECK(action(context, SIGTERM) == DAEMONCTX_SIGNAL_ACTION_TERMINATE);

    given.clear_signal_map = true;
    context.configure(given);
    CHECK(action(context, SIGHUP) == DAEMONCTX_SIGNAL_ACTION_HANDLER);
    CHECK(action(context, SIGTERM) == DAEMONCTX_SIGNAL_ACTION_UNSET);
}

TEST_CASE("Users and groups are given by name or by number, and options go back to their defaults", "[cpp]")
{
    daemonctx::options given;
    given.user = "www-data";
    given.group = "adm";
    given.umask = daemonctx::inherit;
    given.groups = std::vector<gid_t>{};
    given.pidfile = std::string("/run/foo.pid");
    given.chroot_directory = "/srv";
    DaemonContext context(given, defer_open);
    CHECK(context.user() == "www-data");
    CHECK(context.group() == "adm");
    CHECK_FALSE(context.umask());
    context.unset_user().value();
    context.unset_group().value();
    context.unset_groups().value();
    context.unset_uid().value();
    context.unset_gid().value();
    context.unset_pidfile().value();
    context.unset_chroot_directory().value();
    CHECK_FALSE(context.user());
    CHECK_FALSE(context.group());
    CHECK_FALSE(context.pidfile());
    CHECK_FALSE(context.chroot_directory());
}

TEST_CASE("A manager takes the place of a path", "[cpp]")
{
    daemonctx::options given;
    given.pidfile = "/run/foo.pid";
    DaemonContext context(given, defer_open);
    daemonctx::options manager;
    manager.pidfile = daemonctx::pidfile_manager{[] {},
                                                 [] {
                                                     return 0;
                                                 }};
    context.configure(manager);
    CHECK_FALSE(context.pidfile());
    manager.pidfile = daemonctx::pidfile_manager{[] {}, {}};
    refused(manager, daemonctx::status::argument, "");
}

TEST_CASE("A refused option names itself", "[cpp]")
{
    daemonctx::options given;
    SECTION("an empty path")
    {
        given.working_directory = "";
        refused(given, daemonctx::status::argument, "working_directory");
    }
    SECTION("a path that C would cut")
    {
        given.pidfile = std::string("/run/foo\0.pid", 13);
        refused(given, daemonctx::status::argument, "NUL");
    }
    SECTION("a user that C would cut")
    {
        given.user = std::string("root\0x", 6);
        refused(given, daemonctx::status::argument, "NUL");
    }
    SECTION("a mask out of range")
    {
        given.umask = 01000;
        refused(given, daemonctx::status::range, "umask");
    }
    SECTION("a signal that cannot be handled")
    {
        given.signal_map.emplace(SIGKILL, [] {});
        refused(given, daemonctx::status::range, "SIGKILL");
    }
    SECTION("a user by name and by number")
    {
        given.uid = 1;
        given.user = "daemon";
        refused(given, daemonctx::status::argument, "uid and user");
    }
    SECTION("a group by name and by number")
    {
        given.gid = 1;
        given.group = "daemon";
        refused(given, daemonctx::status::argument, "gid and group");
    }
}

TEST_CASE("A time is rounded up to milliseconds, and never negative", "[cpp]")
{
    using daemonctx::timeout;
    CHECK(timeout(1us).milliseconds() == 1);
    CHECK(timeout(1500us).milliseconds() == 2);
    CHECK(timeout(2s).milliseconds() == 2000);
    CHECK(timeout(-5ms).milliseconds() == 0);
    CHECK(timeout(std::chrono::hours::max()).milliseconds() == 2147483647);
    CHECK(timeout(std::chrono::duration<double>(0.25)).milliseconds() == 250);
    CHECK(timeout::forever().milliseconds() == -1);
    CHECK(timeout::forever().is_forever());
}
