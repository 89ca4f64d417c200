// pidfile_unsafe_test.cpp: what must not be used as a pid file, or as its directory, and is not touched (E05).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace observer;

namespace {

constexpr int unsafe_path = -8;
constexpr uid_t third_user = 12345;
const std::string victim_text = "not a pid file\n";

void must(int result, const std::string &what)
{
    if (result < 0) {
        throw Failure("cannot make " + what + ": " + std::strerror(errno));
    }
}

// One thing that lies where the pid file should be, and words that the refusal must have: what it is, what to do.
struct Trap {
    const char *name;
    void (*make)(const std::string &path, const std::string &victim);
    const char *words[2];
};

void make_socket(const std::string &path, const std::string &)
{
    const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    must(bind(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address), path);
}

const std::vector<Trap> traps = {
    {"a symbolic link",
     [](const std::string &path, const std::string &victim) { must(symlink(victim.c_str(), path.c_str()), path); },
     {"symbolic link", "remove it"}},
    {"a dangling symbolic link",
     [](const std::string &path, const std::string &victim) {
         must(symlink((victim + "-none").c_str(), path.c_str()), path);
     },
     {"symbolic link", "remove it"}},
    {"a symbolic link to a directory",
     [](const std::string &path, const std::string &) { must(symlink("/", path.c_str()), path); },
     {"symbolic link", "remove it"}},
    {"a hard link",
     [](const std::string &path, const std::string &victim) { must(link(victim.c_str(), path.c_str()), path); },
     {"hard link", "remove it"}},
    {"a FIFO",
     [](const std::string &path, const std::string &) { must(mkfifo(path.c_str(), 0644), path); },
     {"regular file", "remove it"}},
    {"a socket", make_socket, {"regular file", "remove it"}},
    {"a directory",
     [](const std::string &path, const std::string &) { must(mkdir(path.c_str(), 0755), path); },
     {"directory", "name a file"}},
    {"a file that everyone may write",
     [](const std::string &path, const std::string &) {
         write_file(path, victim_text);
         must(chmod(path.c_str(), 0646), path);
     },
     {"writable by everyone", "chmod o-w"}},
};

const std::vector<Trap> root_traps = {
    {"a null device",
     [](const std::string &path, const std::string &) {
         must(mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 3)), path);
     },
     {"regular file", "remove it"}},
    {"a block device",
     [](const std::string &path, const std::string &) {
         must(mknod(path.c_str(), S_IFBLK | 0600, makedev(7, 0)), path);
     },
     {"regular file", "remove it"}},
    {"a zero device",
     [](const std::string &path, const std::string &) {
         must(mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 5)), path);
     },
     {"regular file", "remove it"}},
    {"a third user's file",
     [](const std::string &path, const std::string &) {
         write_file(path, victim_text);
         must(chown(path.c_str(), third_user, third_user), path);
     },
     {"another user", "remove it"}},
};

void check_refusal(const Report &refused, const std::string &path, const char *const (&words)[2])
{
    CHECK(refused.status() == unsafe_path);
    CHECK(refused.number("step") == 1);
    CHECK_THAT(refused.text("message"), Catch::Contains("'" + path + "'"));
    CHECK_THAT(refused.text("message"), Catch::Contains(words[0]));
    CHECK_THAT(refused.text("message"), Catch::Contains(words[1]));
}

void check_trap(const Trap &trap, Method method, const std::string &call)
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::string victim = directory / "victim";
    write_file(victim, victim_text);
    trap.make(path, victim);
    const FileState before = file_state(path);
    const FileState victim_before = file_state(victim);

    Probe probe(opening(method, {option("pidfile", path), "prepare_hook=report", "privileged_hook=report"}, call));
    check_refusal(probe.failed(), path, trap.words);
    CHECK(probe.take("hook").empty());
    CHECK(file_state(path) == before);
    CHECK(file_state(victim) == victim_before);
    CHECK_FALSE(exists(victim + "-none"));
}

} // namespace

TEST_CASE("what is no safe pid file is refused with what to do, and nothing is written through it", "[E05][B12]")
{
    const Trap trap = GENERATE(from_range(traps));
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "check");
    CAPTURE(trap.name, method, call);
    check_trap(trap, method, call);
}

TEST_CASE("a device and a third user's file are refused with what to do, and nothing is written through them",
          "[E05][F08][root]")
{
    SKIP_IF_REASON(no_root());
    const Trap trap = GENERATE(from_range(root_traps));
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "check");
    CAPTURE(trap.name, method, call);
    check_trap(trap, method, call);
}

TEST_CASE("a FIFO with a reader is refused and nothing comes out of it", "[E05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    must(mkfifo(path.c_str(), 0644), path);
    const Fd reader = open_file(path, O_RDONLY | O_NONBLOCK);
    Probe probe(opening(method, {option("pidfile", path)}));
    CHECK(probe.failed().status() == unsafe_path);
    char byte = 0;
    CHECK(read(reader.get(), &byte, 1) == 0);
}

TEST_CASE("a directory that others may write without the sticky bit is refused", "[E05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const mode_t mode = GENERATE(0777, 0757, 0702);
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, mode, call);
    const TemporaryDirectory directory;
    const std::string path = directory.make_directory("open", mode) + "/pid";
    Probe probe(opening(method, {option("pidfile", path)}, call));
    check_refusal(probe.failed(), path, {"writable by everyone", "chmod o-w"});
    CHECK_FALSE(exists(path));
}

TEST_CASE("a directory that others may write with the sticky bit is accepted", "[E05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory.make_directory("sticky", 01777) + "/pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
}

TEST_CASE("a third user's directory is refused, the target user's is accepted", "[E05][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    directory.give_to(third_user, third_user);
    SECTION("refused")
    {
        const std::vector<std::string> identity =
            GENERATE(std::vector<std::string>{}, std::vector<std::string>{"uid=65534", "gid=65534"});
        std::vector<std::string> commands = {option("pidfile", path)};
        commands.insert(commands.end(), identity.begin(), identity.end());
        Probe probe(opening(method, commands));
        check_refusal(probe.failed(), path, {"another user", "/run"});
        CHECK_FALSE(exists(path));
    }
    SECTION("accepted")
    {
        Probe probe(opening(method, {option("pidfile", path), "uid=12345", "gid=12345"}));
        const Process daemon = probe.daemon();
        CHECK(read_file(path) == pid_line(daemon.pid()));
    }
}

TEST_CASE("an ordinary user's start trusts root and itself, nobody else", "[E05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const uid_t owner = GENERATE(uid_t{0}, nobody_uid, third_user);
    CAPTURE(method, owner);
    const TemporaryDirectory directory;
    const std::string directory_path = directory.make_directory("place", 01777);
    const std::string path = directory_path + "/pid";
    must(chown(directory_path.c_str(), owner, owner), directory_path);
    must(chmod(directory_path.c_str(), 01777), directory_path);
    Probe probe(opening(method, {option("pidfile", path)}), started_by(User::nobody));
    if (owner == third_user) {
        check_refusal(probe.failed(), path, {"another user", "/run"});
        CHECK_FALSE(exists(path));
    } else {
        CHECK(read_file(path) == pid_line(probe.daemon().pid()));
    }
}

TEST_CASE("a pid file that cannot be made is a plain error", "[E05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    SECTION("no directory")
    {
        const std::string path = directory / "none/pid";
        Probe probe(opening(method, {option("pidfile", path)}, call));
        const Report failed = probe.failed();
        CHECK(failed.status() == -5);
        CHECK(failed.number("errno") == ENOENT);
        CHECK_THAT(failed.text("message"), Catch::Contains(path) && Catch::Contains(std::strerror(ENOENT)));
    }
    SECTION("no name")
    {
        Probe probe(opening(method, {option("pidfile", directory.path() + "/")}, call));
        CHECK(probe.failed().status() < 0);
    }
}

TEST_CASE("a pid file that the launcher may not make is a plain error", "[E05][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, call);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}, call), started_by(User::nobody));
    const Report failed = probe.failed();
    CHECK(failed.status() == -5);
    CHECK(failed.number("errno") == EACCES);
    CHECK_FALSE(exists(path));
}
