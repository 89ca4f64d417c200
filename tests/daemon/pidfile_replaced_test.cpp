// pidfile_replaced_test.cpp: a pid file that was removed or replaced while the daemon ran: only its own is ever removed
// (E06).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

using namespace observer;

namespace {

// What is put in the pid file's place.
struct Replacement {
    const char *name;
    void (*put)(const std::string &path);
};

void must(int result)
{
    if (result < 0) {
        throw Failure("cannot replace the pid file");
    }
}

const std::vector<Replacement> replacements = {
    {"another file with the same content",
     [](const std::string &path) {
         write_file(path + ".new", read_file(path));
         must(rename((path + ".new").c_str(), path.c_str()));
     }},
    {"a link to the file, which was moved away",
     [](const std::string &path) {
         must(rename(path.c_str(), (path + ".moved").c_str()));
         must(symlink((path + ".moved").c_str(), path.c_str()));
     }},
    {"a link to another file",
     [](const std::string &path) {
         write_file(path + ".victim", "victim\n");
         must(unlink(path.c_str()));
         must(symlink((path + ".victim").c_str(), path.c_str()));
     }},
    {"a directory",
     [](const std::string &path) {
         must(unlink(path.c_str()));
         must(mkdir(path.c_str(), 0755));
     }},
};

const std::vector<Ending> endings = {Ending::close, Ending::exit, Ending::sigterm};

} // namespace

TEST_CASE("what was put in the pid file's place stays as it is", "[E06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    const Replacement replacement = GENERATE(from_range(replacements));
    CAPTURE(method, ending, replacement.name);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    replacement.put(path);
    const FileState before = file_state(path);
    end(daemon, ending);
    CHECK(file_state(path) == before);
    CHECK((!exists(path + ".victim") || read_file(path + ".victim") == "victim\n"));
    CHECK((!exists(path + ".moved") || read_file(path + ".moved").empty())); // its own: no stale pid is left in it
}

TEST_CASE("a pid file that was removed is not missed", "[E06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe probe(opening(method, {option("pidfile", path)}));
    const Process daemon = probe.daemon();
    must(unlink(path.c_str()));
    end(daemon, ending); // with status 0, or by itself
    CHECK_FALSE(exists(path));
}

TEST_CASE("a daemon whose pid file was removed leaves its successor's alone", "[E06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    Probe first(opening(method, {option("pidfile", path)}));
    const Process forgotten = first.daemon();
    must(unlink(path.c_str()));
    Probe second(opening(method, {option("pidfile", path)}));
    const Process daemon = second.daemon();
    const FileState before = file_state(path);
    end(forgotten, ending);
    CHECK(file_state(path) == before);
    CHECK(is_locked(path));
    CHECK(attested_pid(path) == daemon.pid());
    end(daemon, ending);
    CHECK_FALSE(exists(path));
}

TEST_CASE("a directory that was moved is no reason to remove what has taken its place", "[E06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Ending ending = GENERATE(from_range(endings));
    CAPTURE(method, ending);
    const TemporaryDirectory directory;
    const std::string place = directory.make_directory("run");
    Probe probe(opening(method, {option("pidfile", place + "/pid")}));
    const Process daemon = probe.daemon();
    must(rename(place.c_str(), (directory / "moved").c_str()));
    directory.make_directory("run");
    write_file(place + "/pid", "other\n");
    end(daemon, ending);
    CHECK(read_file(place + "/pid") == "other\n");
    CHECK(read_file(directory / "moved/pid").empty());
}
