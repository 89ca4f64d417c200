// options_relative_paths_test.cpp: relative paths mean the launcher's directory at the time of open (A06).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

namespace {

// Three directories with the same names in them: where the options are set, where open is called, where hooks go.
class Places {
  public:
    Places()
    {
        for (const char *name : {"set", "open", "hook"}) {
            directory_.make_directory(name);
            directory_.make_directory(std::string(name) + "/inner");
            directory_.make_directory(std::string(name) + "/jail");
            directory_.make_directory(std::string(name) + "/jail/inside");
            write_file(directory_ / (std::string(name) + "/input"), name);
        }
    }
    std::string operator/(const std::string &name) const { return directory_ / name; }

    // Options in the first place, then the way to the second, and hooks that go to the third.
    std::vector<std::string> commands(Method method, const std::vector<std::string> &options) const
    {
        std::vector<std::string> all = {command("chdir", {directory_ / "set"})};
        all.insert(all.end(), options.begin(), options.end());
        all.push_back(command("chdir", {directory_ / "open"}));
        for (const char *hook : {"prepare_hook", "daemon_hook", "privileged_hook"}) {
            all.push_back(option(hook, "run:chdir " + (directory_ / "hook")));
        }
        return opening(method, all);
    }

  private:
    TemporaryDirectory directory_;
};

} // namespace

TEST_CASE("a relative working_directory means the launcher's directory at open", "[A06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Places places;
    const std::string path = GENERATE(as<std::string>{}, "inner", "./inner", "jail/../inner", ".");
    CAPTURE(method, path);
    Probe probe(places.commands(method, {"working_directory=" + path}));
    CHECK(probe.opened().proc().working_directory() == (path == "." ? places / "open" : places / "open/inner"));
}

TEST_CASE("a relative pidfile means the launcher's directory at open, to close too", "[A06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string path = GENERATE(as<std::string>{}, "pid", "inner/pid", "../open/pid");
    CAPTURE(method, path);
    const Places places;
    const std::string expected = places / ("open/" + path);
    Probe probe(places.commands(method, {"pidfile=" + path}));
    const Process daemon = probe.opened();
    CHECK(read_file(expected) == std::to_string(daemon.pid()) + '\n');
    CHECK_FALSE(exists(places / "set/pid"));
    CHECK_FALSE(exists(places / "hook/pid"));
    CHECK(daemon.value("get pidfile") == path);
    daemon.ask_ok(command("chdir", {places / "hook"}));
    daemon.ask_ok("close");
    CHECK_FALSE(exists(expected));
}

TEST_CASE("relative stream paths mean the launcher's directory at open, to reopen_streams too", "[A06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Places places;
    Probe probe(places.commands(method, {"stdin=path:input", "stdout=path:out", "stderr=path:inner/err"}));
    const Process daemon = probe.opened();
    auto descriptors = daemon.proc().descriptors();
    CHECK(descriptors.at(0).target == places / "open/input");
    CHECK(descriptors.at(1).target == places / "open/out");
    CHECK(descriptors.at(2).target == places / "open/inner/err");
    CHECK(daemon.value("read 0 10") == "open");
    CHECK_FALSE(exists(places / "set/out"));
    CHECK_FALSE(exists(places / "hook/out"));

    REQUIRE(rename((places / "open/out").c_str(), (places / "open/out.1").c_str()) == 0);
    daemon.ask_ok(command("chdir", {places / "hook"}));
    CHECK(daemon.ask("reopen_streams").word == "ok");
    descriptors = daemon.proc().descriptors();
    CHECK(descriptors.at(1).target == places / "open/out");
    CHECK(descriptors.at(2).target == places / "open/inner/err");
    CHECK_FALSE(exists(places / "hook/out"));
}

TEST_CASE("a relative chroot_directory, pidfile and stream mean the launcher's directory outside of the new root",
          "[A06][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const Places places;
    Probe probe(places.commands(
        method, {"chroot_directory=jail", "working_directory=/inside", "pidfile=pid", "stdout=path:out"}));
    const Process daemon = probe.opened();
    CHECK(daemon.proc().root() == places / "open/jail");
    CHECK(daemon.proc().working_directory() == places / "open/jail/inside");
    CHECK(daemon.proc().descriptors().at(1).target == places / "open/out");
    CHECK(read_file(places / "open/pid") == std::to_string(daemon.pid()) + '\n');
    CHECK_FALSE(exists(places / "open/jail/pid"));
}

TEST_CASE("chroot_directory with a relative working_directory is refused before any change", "[A06]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string call = GENERATE(as<std::string>{}, "open", "check", "launch");
    CAPTURE(method, call);
    const Places places;
    auto commands =
        places.commands(method, {"chroot_directory=jail", "working_directory=inside", "pidfile=pid", "atfork"});
    commands.pop_back();
    Probe probe(commands);
    const Report failed = probe.launcher().ask(call);
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_ARGUMENT);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains("working_directory") && Catch::Contains("inside") &&
                                           Catch::Contains("chroot_directory"));
    CHECK(probe.launcher().proc().working_directory() == places / "open");
    CHECK_FALSE(exists(places / "open/pid"));
    CHECK(probe.take("atfork_prepare").empty());
    CHECK(probe.take("hook").empty());
}

TEST_CASE("a relative path from a directory that was removed is refused with its name", "[A06]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string option =
        GENERATE(as<std::string>{}, "working_directory=gone", "pidfile=gone", "stdout=path:gone");
    CAPTURE(method, option);
    const TemporaryDirectory directory;
    const std::string place = directory.make_directory("removed");
    auto commands = opening(method, {option, command("chdir", {place})});
    commands.pop_back();
    Probe probe(commands);
    probe.launcher().ask_ok("getpid");
    REQUIRE(rmdir(place.c_str()) == 0);
    const Report failed = probe.launcher().ask("open");
    REQUIRE(failed.word == "failed");
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK(failed.number("errno") == ENOENT);
    CHECK_THAT(failed.text("message"), Catch::Contains("gone"));
}
