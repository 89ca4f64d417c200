// pidfile_attacks_test.cpp: one test for each way in which pid files of other software were abused (F08). Each would
// fail with a library that has the weakness.
#include "catch.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/signals.hpp"

#include <daemonctx/daemonctx.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace observer;

namespace {

const std::string victim_text = "everything that root has\n";

void must(int result)
{
    if (result < 0) {
        throw Failure("cannot make the attack");
    }
}

// Root's controls find nobody to signal: somebody holds the lock, and the file names the victim.
void check_victim_unharmed(const std::string &path, Sentinel &victim)
{
    Caller root;
    CHECK(root.query(path).pid == 0);
    CHECK(root.signal(path, "TERM").status == DAEMONCTX_ERR_STATE);
    CHECK(root.signal(path, "KILL").status == DAEMONCTX_ERR_STATE);
    CHECK(root.stop(path, 0).status == DAEMONCTX_ERR_STATE);
    CHECK(victim.was_left_alone());
}

// An attacker: nobody, who obeys.
struct Attacker {
    Probe probe;
    Process process;
    Attacker()
        : probe({}, started_by(User::nobody)), process(probe.process(0, probe.launcher().ask_ok("getpid").sender))
    {
    }
    bool can(const std::string &name, const std::vector<std::string> &arguments) const
    {
        return process.ask(command(name, arguments)).word == "ok";
    }
};

} // namespace

// CWE-732, CWE-276: a daemon's umask of 0 made its pid file writable by everyone, and so anyone's choice of whom root
// kills.
TEST_CASE("attack: a pid file that is writable by everyone under umask 0", "[F08][E01][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const bool stale = GENERATE(false, true);
    CAPTURE(method, stale);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    if (stale) {
        write_file(path, "");
        must(chmod(path.c_str(), 0664));
    }
    Probe probe(opening(method, {"set_umask 0", "umask=0", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK((file_state(path).status.st_mode & 07777) == 0644);
    const Attacker attacker;
    CHECK_FALSE(attacker.can("writefile", {path, "1\n"}));
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

// CWE-269, as in many init scripts: the file is made after the drop of privileges, in a directory and with an owner
// that are the service's, so that whoever takes the service over owns it.
TEST_CASE("attack: a pid file that belongs to the user to whom the daemon drops", "[F08][E01][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {"uid=65534", "gid=65534", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(file_state(path).status.st_uid == 0);
    const Attacker attacker;
    CHECK_FALSE(attacker.can("writefile", {path, "1\n"}));
    CHECK_FALSE(attacker.can("hold", {"9", path, "b"}));
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

// CWE-59, CWE-377: a link at a predictable name, and root empties, overwrites or removes what it leads to.
TEST_CASE("attack: a link at the pid file's name, before the start and before the end", "[F08][E05][E06][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const bool hard = GENERATE(false, true);
    const bool before = GENERATE(false, true);
    CAPTURE(method, hard, before);
    const TemporaryDirectory directory;
    const std::string place = directory.make_directory("service", 0755);
    const std::string path = place + "/pid";
    const std::string victim = directory / "victim";
    must(chown(place.c_str(), nobody_uid, nobody_gid));
    write_file(victim, victim_text);
    const auto attack = [&] {
        must(hard ? link(victim.c_str(), path.c_str()) : symlink(victim.c_str(), path.c_str()));
    };
    if (before) {
        attack();
    }
    Probe probe(opening(method, {"uid=65534", "gid=65534", option("pidfile", path)}));
    if (before) {
        CHECK(probe.failed().status() == DAEMONCTX_ERR_UNSAFE_PATH);
    } else {
        const Process daemon = probe.daemon();
        must(unlink(path.c_str()));
        attack();
        end(daemon, Ending::exit);
    }
    CHECK(read_file(victim) == victim_text);
    CHECK(exists(path));
}

// CWE-379: in a sticky directory of everyone's the name is taken beforehand, by a file that its owner can write for
// ever.
TEST_CASE("attack: a file that another user has made beforehand in a sticky directory", "[F08][E05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory.make_directory("tmp", 01777) + "/pid";
    const Attacker attacker;
    REQUIRE(attacker.can("writefile", {path, "1\n"}));
    const FileState before = file_state(path);
    Probe probe(opening(method, {option("pidfile", path)}));
    const Report refused = probe.failed();
    CHECK(refused.status() == DAEMONCTX_ERR_UNSAFE_PATH);
    CHECK_THAT(refused.text("message"), Catch::Contains("another user") && Catch::Contains("remove it"));
    CHECK(file_state(path) == before);
}

// CWE-283, CWE-269, the usual one: root's stop kills whomever the content names. The daemon was taken over: it gives
// the kernel's word up and writes another's pid; also while that one reads the file.
TEST_CASE("attack: a daemon that has dropped its privileges names another process in its file", "[F08][E12][E08][root]")
{
    SKIP_IF_REASON(no_nobody());
    const bool reads = GENERATE(false, true);
    CAPTURE(reads);
    const TemporaryDirectory directory;
    directory.give_to(nobody_uid, nobody_gid);
    const std::string path = directory / "pid";
    Sentinel victim;
    Probe probe(opening(Method::fork, {"uid=65534", "gid=65534", "prevent_core=0", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    if (reads) {
        victim.process().ask_ok(command("hold", {"9", path, "r"}));
    }
    daemon.value(command("readfile", {path}));
    REQUIRE(attested_pid(path) == 0);
    write_file(path, pid_line(victim.pid())); // as by the descriptor that the daemon has
    check_victim_unharmed(path, victim);
}

// The same with a file of the attacker's own making, in his directory, locked as a daemon locks it.
TEST_CASE("attack: a file of the service's user, locked by himself, names another process", "[F08][E08][root]")
{
    SKIP_IF_REASON(no_nobody());
    const bool reads = GENERATE(false, true);
    CAPTURE(reads);
    const TemporaryDirectory directory;
    directory.give_to(nobody_uid, nobody_gid);
    const std::string path = directory / "pid";
    Sentinel victim;
    const Attacker attacker;
    REQUIRE(attacker.can("writefile", {path, pid_line(victim.pid())}));
    REQUIRE(attacker.can("hold", {"9", path, "b"}));
    REQUIRE(attacker.can("lock", {"9", "ofd", "write", "0"}));
    if (reads) {
        victim.process().ask_ok(command("hold", {"9", path, "r"}));
    }
    check_victim_unharmed(path, victim);
}

// CWE-362 with recycled pids: a record lock outlives a process that shared its descriptors, and the kernel goes on
// naming the number, which another process gets.
TEST_CASE("attack: the kernel is made to name a process that has ended, whose number another one has",
          "[F08][E08][E12][root]")
{
    SKIP_IF_REASON(no_nobody());
    SKIP_IF_REASON(no_with_pid());
    const TemporaryDirectory directory;
    directory.give_to(nobody_uid, nobody_gid);
    const std::string path = directory / "pid";
    const Attacker attacker;
    REQUIRE(attacker.can("writefile", {path, ""}));
    REQUIRE(attacker.can("hold", {"9", path, "b"}));
    REQUIRE(attacker.can("lock", {"9", "ofd", "write", "0"}));
    const Report locked = attacker.process.ask_ok("lock_by_child 9 record write 1");
    const auto pid = static_cast<pid_t>(locked.number("result"));
    const pid_t named = attested_pid(path); // in an inner pid namespace the kernel sees that it has gone
    REQUIRE((named == pid || named == 0));
    Conditions conditions;
    conditions.wrapper = with_pid(pid);
    Sentinel victim(conditions);
    REQUIRE(victim.pid() == pid);
    write_file(path, pid_line(pid));
    check_victim_unharmed(path, victim);
}

// CWE-667, the reason why some pid files are 0600: whoever may read the file may lock it, and no daemon starts any
// more, or he is taken for it.
TEST_CASE("attack: a process that may only read the file locks it", "[F08][E05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string locks = GENERATE("0", "1", "01");
    CAPTURE(method, locks);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "");
    must(chmod(path.c_str(), 0644));
    const Attacker attacker;
    REQUIRE(attacker.can("hold", {"9", path, "r"}));
    for (const char byte : locks) {
        REQUIRE(attacker.can("lock", {"9", byte == '0' ? "ofd" : "record", "read", std::string(1, byte)}));
    }
    Caller caller;
    CHECK(caller.query(path).status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.stop(path, 0).status == DAEMONCTX_NOT_RUNNING);
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(caller.query(path).pid == daemon.pid());
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
    CHECK(attacker.process.ask("getpid").word == "ok");
}

// CWE-426 by way of a directory: who may exchange names in it, chooses the file.
TEST_CASE("attack: a link in the directory's part of the path leads to a directory of another user", "[F08][E05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const bool safe = GENERATE(false, true);
    CAPTURE(method, safe);
    const TemporaryDirectory directory;
    const std::string place = directory.make_directory("place", 0755);
    must(safe ? 0 : chown(place.c_str(), 12345, 12345));
    must(symlink(place.c_str(), (directory / "link").c_str()));
    Probe probe(opening(method, {option("pidfile", directory / "link/pid")}));
    if (safe) { // as /var/run, which leads to /run
        CHECK(read_file(place + "/pid") == pid_line(probe.daemon().pid()));
    } else {
        CHECK(probe.failed().status() == DAEMONCTX_ERR_UNSAFE_PATH);
        CHECK_FALSE(exists(place + "/pid"));
    }
}
