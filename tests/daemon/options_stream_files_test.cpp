// options_stream_files_test.cpp: streams given as paths: how files are made, appended to, and reopened after rotation
// (design, section 5).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>

using namespace observer;

namespace {

struct stat status_of(const std::string &path)
{
    struct stat status = {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status;
}

void move_away(const std::string &from, const std::string &to)
{
    REQUIRE(rename(from.c_str(), to.c_str()) == 0);
}

} // namespace

TEST_CASE("a file made for a stream has exactly its mode, whatever the umask", "[A02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    for (const char *umask : {"0", "022", "077", "0777"}) {
        for (const mode_t mode : {0600, 0640, 0644, 0666, 0755}) {
            const TemporaryDirectory directory;
            char octal[8];
            std::snprintf(octal, sizeof octal, "0%o", static_cast<unsigned>(mode));
            CAPTURE(method, umask, octal);
            Probe probe(opening(method, {std::string("set_umask ") + umask,
                                         option("stdout", std::string("mode:") + octal + ':' + (directory / "out")),
                                         option("stderr", std::string("mode:") + octal + ':' + (directory / "err"))}));
            const Process daemon = probe.opened();
            CHECK((status_of(directory / "out").st_mode & 07777) == mode);
            CHECK((status_of(directory / "err").st_mode & 07777) == mode);
            CHECK(daemon.proc().umask() == 0);
        }
    }
}

TEST_CASE("a file that is there keeps its mode and what it holds: it is appended to", "[A02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    write_file(directory / "log", "before\n");
    REQUIRE(chmod((directory / "log").c_str(), 0604) == 0);
    Probe probe(opening(method, {option("stdout", "mode:0600:" + (directory / "log")),
                                 option("stderr", "mode:0600:" + (directory / "log"))}));
    const Process daemon = probe.opened();
    daemon.ask_ok("write 1 one%0A");
    daemon.ask_ok("write 2 two%0A");
    daemon.ask_ok("write 1 three%0A"); // neither stream overwrites the other
    CHECK(read_file(directory / "log") == "before\none\ntwo\nthree\n");
    CHECK((status_of(directory / "log").st_mode & 07777) == 0604);
    CHECK(daemon.proc().descriptors().at(1).flags & O_APPEND);
    CHECK_FALSE(daemon.proc().descriptors().at(1).flags & O_NONBLOCK);
}

TEST_CASE("a file made for a stream belongs to the target user, and can be reopened after the drop", "[A02][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string identity = GENERATE(as<std::string>{}, "user=nobody", "uid=65534");
    CAPTURE(method, identity);
    const TemporaryDirectory directory;
    directory.give_to(nobody_uid, nobody_gid);
    write_file(directory / "old", "");
    REQUIRE(chmod((directory / "old").c_str(), 0666) == 0);
    Probe probe(opening(method, {identity, "set_umask 077", option("stdout", "mode:0640:" + (directory / "log")),
                                 option("stderr", "mode:0640:" + (directory / "old"))}));
    const Process daemon = probe.opened();
    CHECK(status_of(directory / "log").st_uid == nobody_uid);
    CHECK(status_of(directory / "log").st_gid == nobody_gid);
    CHECK((status_of(directory / "log").st_mode & 07777) == 0640);
    CHECK(status_of(directory / "old").st_uid == 0); // was there, and is not given away
    move_away(directory / "log", directory / "log.1");
    CHECK(daemon.ask("reopen_streams").word == "ok");
    CHECK(status_of(directory / "log").st_uid == nobody_uid);
    CHECK((status_of(directory / "log").st_mode & 07777) == 0640);
}

TEST_CASE("reopen_streams after rotation: no line is lost, each is in the right file", "[A02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string out = directory / "out";
    const std::string err = directory / "err";
    Probe probe(
        opening(method, {"umask=077", option("stdout", "mode:0644:" + out), option("stderr", "mode:0640:" + err)}));
    const Process daemon = probe.opened();
    for (int round = 0; round < 3; ++round) {
        const std::string number = std::to_string(round);
        daemon.ask_ok("write 1 before" + number);
        move_away(out, out + number);
        move_away(err, err + number);
        daemon.ask_ok("write 1 between" + number);
        daemon.ask_ok("write 2 between" + number);
        CHECK(daemon.ask("reopen_streams").word == "ok");
        daemon.ask_ok("write 1 after" + number);
        CHECK(read_file(out) == "after" + number);
        CHECK(read_file(err).empty());
        CHECK((status_of(out).st_mode & 07777) == 0644);
        CHECK((status_of(err).st_mode & 07777) == 0640);
        const auto descriptors = daemon.proc().descriptors();
        CHECK_FALSE(descriptors.at(1).close_on_exec);
        CHECK((descriptors.at(1).flags & (O_APPEND | O_NONBLOCK)) == O_APPEND);
        CHECK(daemon.proc().descriptor_numbers().size() == 4); // 0, 1, 2 and the signal channel: no copy is left
    }
    CHECK(read_file(out + "1") == "after0before1between1");
    CHECK(read_file(err + "1") == "between1");
}

TEST_CASE("a reopen that fails keeps the old file and says which", "[A02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string out = directory.make_directory("logs") + "/out";
    Probe probe(opening(method, {option("stdout", "path:" + out)}));
    const Process daemon = probe.opened();
    move_away(directory / "logs", directory / "away");
    const Report failed = daemon.ask("reopen_streams");
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK_THAT(failed.text("message"),
               Catch::Contains("stdout") && Catch::Contains(out) && Catch::Contains("No such file or directory"));
    daemon.ask_ok("write 1 kept");
    CHECK(read_file(directory / "away/out") == "kept");
    CHECK(daemon.proc().descriptor_numbers().size() == 4);

    move_away(directory / "away", directory / "logs");
    CHECK(daemon.ask("reopen_streams").word == "ok"); // nothing is remembered of the failure
    daemon.ask_ok("write 1 +more");
    CHECK(read_file(out) == "kept+more");
}

TEST_CASE("streams that are not files are left alone by reopen_streams", "[A02][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    write_file(directory / "file", "");
    Probe probe(opening(method, {command("hold", {"12", directory / "file", "wa"}), "stdout=fd:12", "stdin=inherit"}));
    const Process daemon = probe.opened();
    const auto before = daemon.proc().descriptors();
    CHECK(daemon.ask("reopen_streams").word == "ok");
    CHECK(daemon.proc().descriptors() == before);
}

TEST_CASE("reopen_streams on a context that is not open, or whose streams wait for ready, is refused", "[A02]")
{
    const TemporaryDirectory directory;
    Probe closed({option("stdout", "path:" + (directory / "out"))});
    CHECK(closed.launcher().ask("reopen_streams").status() == DAEMONCTX_ERR_STATE);
    CHECK_FALSE(exists(directory / "out"));

    Probe starting({"detach_process=yes", "ready_mode=manual", "stream_switch=at_ready",
                    option("stdout", "path:" + (directory / "out")), "open"});
    const Process daemon = starting.opened();
    CHECK(daemon.ask("reopen_streams").status() == DAEMONCTX_ERR_STATE);
    daemon.ask_ok("notify_ready");
    CHECK(daemon.ask("reopen_streams").word == "ok");
}
