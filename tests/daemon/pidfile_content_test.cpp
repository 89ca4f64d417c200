// pidfile_content_test.cpp: what the pid file is, once the launch is over, and that nothing found in it stops a start
// (E01, E03).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <unistd.h>

using namespace observer;

namespace {

mode_t mode_of(const FileState &state)
{
    return state.status.st_mode & 07777;
}

} // namespace

TEST_CASE("the pid file holds the daemon's pid and a newline, mode 0644 under any umask, the launcher's own",
          "[E01][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    const std::string launchers_umask = GENERATE("0", "022", "077", "0777");
    const std::string umask = GENERATE("umask=0", "umask=077", "umask=inherit");
    CAPTURE(method, user, launchers_umask, umask);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    if (user == User::nobody) {
        directory.give_to(nobody_uid, nobody_gid);
    }
    Probe probe(opening(method, {"set_umask " + launchers_umask, umask, option("pidfile", path)}), started_by(user));
    const Process daemon = probe.daemon();
    const FileState state = file_state(path);
    CHECK(state.content == pid_line(daemon.pid()));
    CHECK(mode_of(state) == 0644);
    CHECK(state.status.st_uid == (user == User::nobody ? nobody_uid : geteuid()));
    CHECK(state.status.st_nlink == 1);
}

TEST_CASE("the pid file of a daemon that gives its identity up is the launcher's", "[E01][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {"uid=65534", "gid=65534", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    const FileState state = file_state(path);
    CHECK(state.content == pid_line(daemon.pid()));
    CHECK(mode_of(state) == 0644);
    CHECK(state.status.st_uid == 0);
}

TEST_CASE("the pid file is complete when the launcher goes on", "[E01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string call = GENERATE("open", "launch");
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}, call));
    if (call == "open") {
        CHECK(probe.launcher().wait_for_end().exited_with(0));
    } else {
        probe.await({"launched"});
    }
    const std::string content = read_file(path);
    const pid_t attested = attested_pid(path);
    const Process daemon = probe.opened();
    CHECK(content == pid_line(daemon.pid()));
    CHECK(attested == daemon.pid());
}

TEST_CASE("the pid file is complete in the daemon before it is ready", "[E01]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path), "ready_mode=manual"}));
    const Process daemon = probe.opened();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
    daemon.ask_ok("notify_ready");
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

TEST_CASE("a pid file with no lock never blocks a start, whatever is in it", "[E03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string dead = pid_line(dead_pid());
    const std::string content = GENERATE_COPY(
        values<std::string>({dead, pid_line(getpid()), pid_line(1), "garbage\n", "", "-1\n", "0\n", "\n",
                             "12345678901234567890\n", std::string("1\0002\n", 4), std::string(9000, '7') + '\n'}));
    CAPTURE(method, content);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, content);
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
    CHECK(mode_of(file_state(path)) == 0644);
    end(daemon, Ending::close);
    CHECK_FALSE(exists(path));
}

TEST_CASE("a stale pid file with another mode becomes 0644", "[E01][E03][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const mode_t mode = GENERATE(0600, 0400, 0664, 04755);
    CAPTURE(method, mode);
    SKIP_IF_REASON(mode == 0400 ? no_root() : "");
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "1\n");
    REQUIRE(chmod(path.c_str(), mode) == 0);
    Probe probe(opening(method, {option("pidfile", path)}));
    probe.daemon();
    CHECK(mode_of(file_state(path)) == 0644);
}

TEST_CASE("a stale pid is gone as soon as a start holds the lock", "[E03][E08]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    CAPTURE(method, hook);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, pid_line(getpid())); // lives, and has nothing to do with it
    Probe probe(opening(method, {option("pidfile", path), hook + "=pause"}));
    probe.await({"hook"});
    CHECK(read_file(path).empty());
    CHECK(is_locked(path));
    const Answer answer = query(path);
    CHECK(answer.status == 0);
    CHECK(answer.pid == 0);
    probe.send(hook == "prepare_hook" ? 0 : 1, "return 0");
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

TEST_CASE("a relative pid file is the launcher's, whatever directory the daemon has", "[E01][A06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {command("chdir", {directory.path()}), "pidfile=pid", "working_directory=/"}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    end(daemon, Ending::close);
    CHECK_FALSE(exists(path));
}
