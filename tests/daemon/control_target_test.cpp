// control_target_test.cpp: query, signal, stop and wait act on the holder of the lock and on nobody else, whatever the
// file says and whatever lies in its place (E08).
#include "catch.hpp"
#include "observer/control.hpp"
#include "observer/methods.hpp"
#include "observer/signals.hpp"

#include <daemonctx/daemonctx.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace observer;

namespace {

void must(int result)
{
    if (result < 0) {
        throw Failure("cannot make what is to be asked about");
    }
}

// A file that everyone may read, under any umask.
void write_pidfile(const std::string &path, const std::string &content)
{
    write_file(path, content);
    must(chmod(path.c_str(), 0644));
}

// Everything that a file may say instead of one pid and a newline, made of a pid that an innocent process has.
std::vector<std::string> distortions(pid_t pid)
{
    const std::string number = std::to_string(pid);
    const auto plus = [&](unsigned shift) { // truncated to 32 bits it is the pid
        std::string digits;
        for (auto rest = (static_cast<unsigned __int128>(1) << shift) + static_cast<unsigned>(pid); rest != 0;
             rest /= 10) {
            digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        }
        return digits + '\n';
    };
    const std::string megabyte(1 << 20, '7');
    return {number,
            "-" + number + '\n',
            "+" + number + '\n',
            " " + number + '\n',
            "\t" + number + '\n',
            '\n' + number + '\n',
            number + " \n",
            number + "\r\n",
            number + "\n\n",
            number + '\n' + number + '\n',
            "0" + number + '\n',
            "00000000" + number + '\n',
            number + ".0\n",
            number + "x\n",
            number + '\0' + "\n",
            number + "\n" + '\0',
            '\0' + number + '\n',
            number + '\n' + megabyte,
            megabyte,
            megabyte + '\n',
            std::string(1 << 20, '\0'),
            std::string(31 - number.size(), '0') + number + '\n',
            plus(32),
            plus(64),
            "-1\n",
            "0\n",
            "-0\n",
            "2147483648\n",
            "4294967295\n",
            "18446744073709551615\n",
            "\xff\xfe\x80\n",
            "\n",
            ""};
}

void check_nothing_running(Caller &caller, const std::string &path)
{
    const FileState before = file_state(path);
    const Answer asked = caller.query(path);
    CHECK(asked.status == DAEMONCTX_NOT_RUNNING);
    CHECK(asked.pid == -1);
    CHECK(caller.signal(path, "TERM").status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.signal(path, "0").status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.stop(path, 0).status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.stop(path, -1).status == DAEMONCTX_NOT_RUNNING);
    CHECK(caller.wait(path, -1).status == DAEMONCTX_NOT_RUNNING);
    CHECK(file_state(path) == before);
}

// Somebody holds the lock, but nobody can say who: as when he is starting.
void check_starting(Caller &caller, const std::string &path)
{
    const Answer asked = caller.query(path);
    CHECK(asked.status == DAEMONCTX_OK);
    CHECK(asked.pid == 0);
    for (const Answer &answer : {caller.signal(path, "TERM"), caller.signal(path, "0"), caller.stop(path, 0)}) {
        CHECK(answer.status == DAEMONCTX_ERR_STATE);
        CHECK(answer.error == EAGAIN);
    }
    const Answer waited = caller.wait(path, 0);
    CHECK(waited.status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(waited.error == ETIMEDOUT);
}

Conditions in_a_session_of_its_own(User user = User::own)
{
    Conditions conditions = started_by(user);
    conditions.own_session = true;
    return conditions;
}

// Watches itself, and has a child in its process group that does.
struct Group {
    Caller caller;
    Process mate;
    explicit Group(User user)
        : caller(in_a_session_of_its_own(user), watchful()),
          mate((caller.process().ask_ok("fork 4"), caller.probe().forked(4)))
    {
    }
    bool was_left_alone()
    {
        return signals_at(caller.probe(), caller.process()).empty() && signals_at(caller.probe(), mate).empty();
    }
};

void bind_socket(const std::string &path)
{
    const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    must(bind(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address));
}

} // namespace

TEST_CASE("a file that nobody holds is nobody's, whatever it says: nothing is signalled", "[E08][F08]")
{
    const User user = GENERATE(from_range(users()));
    CAPTURE(user);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Sentinel innocent(in_a_session_of_its_own(user));
    Group group(user);
    auto contents = distortions(innocent.pid());
    contents.insert(contents.end(), {pid_line(innocent.pid()), pid_line(group.caller.process().pid()),
                                     "-" + pid_line(group.caller.process().pid()), pid_line(1), pid_line(dead_pid())});
    for (const auto &content : contents) {
        INFO("content: " << content.substr(0, 100));
        write_pidfile(path, content);
        check_nothing_running(group.caller, path);
    }
    CHECK(innocent.was_left_alone());
    CHECK(group.was_left_alone());
}

TEST_CASE("where there is no file, nothing is running, and none is made", "[E08]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Caller caller;
    for (const Answer &answer :
         {caller.query(path), caller.signal(path, "TERM"), caller.stop(path, -1), caller.wait(path, -1)}) {
        CHECK(answer.status == DAEMONCTX_NOT_RUNNING);
    }
    CHECK_FALSE(exists(path));
}

// Whoever has the file open may be a backup, a pager, a shell: that makes him no holder.
TEST_CASE("a held file that names an innocent process: nothing is signalled", "[E08][F08]")
{
    const User user = GENERATE(from_range(users()));
    const std::string open = GENERATE("not at all", "r", "b");
    CAPTURE(user, open);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_pidfile(path, "");
    Sentinel innocent(in_a_session_of_its_own(user));
    if (open != "not at all") {
        must(open == "b" ? chmod(path.c_str(), 0666) : 0);
        innocent.process().ask_ok(command("hold", {"9", path, open}));
    }
    Group group(user);
    const Fd lock = lock_file(path); // the observer's
    auto contents = distortions(innocent.pid());
    contents.insert(contents.end(), {pid_line(innocent.pid()), pid_line(group.caller.process().pid()),
                                     "-" + pid_line(group.caller.process().pid()), pid_line(dead_pid())});
    for (const auto &content : contents) {
        INFO("content: " << content.substr(0, 100));
        write_file(path, content);
        check_starting(group.caller, path);
    }
    CHECK(group.caller.stop(path, 50).status == DAEMONCTX_ERR_STATE);
    CHECK(group.caller.wait(path, 50).status == DAEMONCTX_ERR_TIMEOUT);
    CHECK(innocent.was_left_alone());
    CHECK(group.was_left_alone());
}

TEST_CASE("without the kernel's word only exactly the holder's pid and a newline are believed", "[E08][E12][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    CAPTURE(method);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    daemon.value(command("readfile", {path}));
    REQUIRE(attested_pid(path) == 0);
    Caller caller;
    for (const auto &content : distortions(daemon.pid())) {
        INFO("content: " << content.substr(0, 100));
        write_file(path, content);
        const Answer asked = caller.query(path);
        CHECK(asked.status == DAEMONCTX_OK);
        CHECK(asked.pid == 0);
    }
    write_file(path, pid_line(daemon.pid()));
    CHECK(caller.query(path).pid == daemon.pid());
    CHECK(caller.signal(path, "0").status == DAEMONCTX_OK);
}

TEST_CASE("a stale pid that comes back into the file while a launcher holds the lock: nothing is signalled",
          "[E08][E02]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    CAPTURE(method, hook);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Sentinel innocent;
    Caller caller;
    Probe probe(opening(method, {option("pidfile", path), hook + "=pause"}));
    probe.await({"hook"});
    check_starting(caller, path);
    write_file(path, pid_line(innocent.pid()));
    check_starting(caller, path);
    CHECK(innocent.was_left_alone());
    probe.send(hook == "prepare_hook" ? 0 : 1, "return 0");
    const Process daemon = probe.daemon();
    CHECK(read_file(path) == pid_line(daemon.pid()));
    CHECK(caller.query(path).pid == daemon.pid());
}

TEST_CASE("what is no regular file is refused by all of them, without a hang", "[E08][F08]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Sentinel daemon;
    const std::string held = directory / "held";
    write_pidfile(held, pid_line(daemon.pid()));
    daemon.process().ask_ok(command("hold", {"9", held, "b"}));
    daemon.process().ask_ok("lock 9 ofd write 0");
    daemon.process().ask_ok("lock 9 record write 1");
    Caller caller;
    REQUIRE(caller.query(held).pid == daemon.pid());
    const std::string what = GENERATE("link", "dangling link", "link to a directory", "FIFO", "directory", "socket",
                                      "character device", "block device");
    CAPTURE(what);
    const bool device = what.find("device") != std::string::npos;
    SKIP_IF_REASON(device ? no_root() : "");
    must(what == "link"                  ? symlink(held.c_str(), path.c_str())
         : what == "dangling link"       ? symlink((held + "-none").c_str(), path.c_str())
         : what == "link to a directory" ? symlink(directory.path().c_str(), path.c_str())
         : what == "FIFO"                ? mkfifo(path.c_str(), 0644)
         : what == "directory"           ? mkdir(path.c_str(), 0755)
         : what == "character device"    ? mknod(path.c_str(), S_IFCHR | 0644, makedev(1, 3))
         : what == "block device"        ? mknod(path.c_str(), S_IFBLK | 0644, makedev(7, 0))
                                         : (bind_socket(path), 0));
    for (const Answer &answer : {caller.query(path), caller.signal(path, "TERM"), caller.signal(path, "0"),
                                 caller.stop(path, 0), caller.stop(path, -1), caller.wait(path, -1)}) {
        CHECK(answer.status == DAEMONCTX_ERR_UNSAFE_PATH);
        CHECK(answer.error == EINVAL);
        CHECK(answer.pid == -1);
    }
    CHECK(daemon.was_left_alone());
}

TEST_CASE("a file that may not be read is an error with its errno for all of them", "[E08][root]")
{
    SKIP_IF_REASON(no_nobody());
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "");
    must(chmod(path.c_str(), 0600));
    const Fd lock = lock_file(path);
    Caller caller(started_by(User::nobody));
    for (const Answer &answer :
         {caller.query(path), caller.signal(path, "TERM"), caller.stop(path, -1), caller.wait(path, -1)}) {
        CHECK(answer.status == DAEMONCTX_ERR_SYSTEM);
        CHECK(answer.error == EACCES);
    }
}
