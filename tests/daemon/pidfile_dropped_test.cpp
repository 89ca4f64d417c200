// pidfile_dropped_test.cpp: a daemon that may no longer reach its pid file, by identity or by root: no stale pid after
// a clean end (E07).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <unistd.h>

#include <csignal>

using namespace observer;

namespace {

const std::vector<Ending> endings = {Ending::close, Ending::exit, Ending::sigterm};

// Empty and free: it names nobody, and the next start has it.
void check_emptied(const std::string &path, Method method)
{
    CHECK(read_file(path).empty());
    CHECK_FALSE(is_locked(path));
    CHECK(query(path).status == 4);
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process next = probe.daemon();
    CHECK(read_file(path) == pid_line(next.pid()));
}

} // namespace

TEST_CASE("after a drop of privileges the pid file is removed where the user may remove it", "[E07][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    directory.give_to(nobody_uid, nobody_gid);
    const std::string path = directory / "pid";
    Probe probe(opening(method, {"uid=65534", "gid=65534", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    end(daemon, ending);
    CHECK_FALSE(exists(path));
}

TEST_CASE("after a drop of privileges the pid file is emptied where the user may not remove it", "[E07][B12][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    const mode_t mode =
        GENERATE(0755, 0700, 01777); // may be searched, may not even be searched, may not remove root's file
    CAPTURE(method, ending, mode);
    const TemporaryDirectory directory;
    const std::string path = directory.make_directory("run", mode) + "/pid";
    Probe probe(opening(method, {"uid=65534", "gid=65534", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(attested_pid(path) == daemon.pid());
    end(daemon, ending);
    check_emptied(path, method);
}

TEST_CASE("after chroot the pid file outside is emptied, and what has its name inside stays", "[E07][F05][B12][root]")
{
    SKIP_IF_REASON(sanitized("looks for leaks with /proc, which the new root lacks"));
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    const bool decoy = GENERATE(false, true);
    CAPTURE(method, ending, decoy);
    const TemporaryDirectory outside;
    const TemporaryDirectory jail;
    const std::string path = outside / "pid";
    const std::string inside = jail.path() + path;
    for (auto slash = path.find('/', 1); decoy && slash != std::string::npos; slash = path.find('/', slash + 1)) {
        jail.make_directory(path.substr(1, slash - 1));
    }
    if (decoy) {
        write_file(inside, "somebody else's\n");
    }
    Probe probe(opening(method, {option("chroot_directory", jail.path()), option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().root() == jail.path());
    CHECK(read_file(path) == pid_line(daemon.pid()));
    end(daemon, ending);
    check_emptied(path, method);
    CHECK((!decoy || read_file(inside) == "somebody else's\n"));
}

TEST_CASE("a pid file inside of the chroot directory leaves no stale pid", "[E07][B12][root]")
{
    SKIP_IF_REASON(sanitized("looks for leaks with /proc, which the new root lacks"));
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    CAPTURE(method, ending);
    const TemporaryDirectory jail;
    const std::string path = jail / "pid";
    Probe probe(
        opening(method, {option("chroot_directory", jail.path()), "uid=65534", "gid=65534", option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    end(daemon, ending);
    CHECK((!exists(path) || read_file(path).empty()));
    CHECK_FALSE(is_locked(path));
}

TEST_CASE("a second start finds the daemon that has dropped its privileges", "[E07][E02][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::vector<std::string> commands = {"uid=65534", "gid=65534", option("pidfile", path)};
    Probe first(opening(method, commands));
    const Process daemon = first.daemon();
    Probe second(opening(method, commands));
    const Report refused = second.failed();
    CHECK(refused.status() == -7);
    CHECK(refused.number("pid") == daemon.pid());
}

TEST_CASE("no directory descriptor is carried to where the pid file's path leads elsewhere", "[E07][F05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory outside;
    const TemporaryDirectory jail;
    Probe probe(opening(
        method, {option("chroot_directory", jail.path()), option("pidfile", outside / "pid"), "ready_mode=manual"}));
    for (const auto &descriptor : probe.opened().proc().descriptors()) {
        CAPTURE(descriptor);
        CHECK(descriptor.second.target != outside.path());
        CHECK(descriptor.second.target != jail.path());
        CHECK(descriptor.second.target != "/");
    }
}
