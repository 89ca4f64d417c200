// relaunch_marker_test.cpp: the variable that tells a program that it was started again (H05).
#include "catch.hpp"
#include "observer/probe.hpp"
#include "observer/relaunched.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>

using namespace observer;

namespace {

const char marker[] = "DAEMONCTX_RELAUNCH";
const char preloaded[] = "libm.so.6"; // of the program's own

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

// Started as a launcher would start it, by a marker for the copy of the library that it has.
Conditions forged(const std::string &kind, const std::string &how)
{
    Conditions conditions = relaunch_program(kind);
    conditions.wrapper = {helper_path("daemonctx_forge_marker"), how};
    conditions.environment.push_back(std::string("FORGED_FOR=") +
                                     (kind == "shared" ? DAEMONCTX_LINKED_LIBRARY : DAEMONCTX_LIBRARY));
    return conditions;
}

} // namespace

TEST_CASE("the marker is gone from the environment, from /proc and from children", "[H05]")
{
    SKIP_IF_REASON(sanitized("has to be the first library of a program"));
    const std::string kind = GENERATE(from_range(relaunch_programs()));
    const std::string detach = GENERATE("1", "0");
    CAPTURE(kind, detach);
    const TemporaryDirectory directory;
    const std::string seen = directory / "seen";
    Conditions conditions = relaunch_program(kind);
    conditions.environment.push_back(std::string("LD_PRELOAD=") + preloaded);
    conditions.environment.push_back("LAST=1");
    // The second run's own child, before open; then that run ends, and so the launch has failed.
    Probe probe({"detach=" + detach, "threads=1",
                 "run=tr '\\0' '\\n' < /proc/$PPID/environ > " + seen + "; echo == >> " + seen + "; env >> " + seen},
                conditions);
    (void)probe.await({"before"});
    (void)probe.await({"before"});
    if (detach == "1") {
        CHECK(probe.await({"failed"}).status() == DAEMONCTX_ERR_DIED);
    } else {
        CHECK(probe.wait_for_silence());
    }
    const std::string text = read_file(seen);
    CHECK_FALSE(contains(text, marker));
    CHECK(contains(text, "\nLAST=1\n"));
    CHECK(contains(text.substr(text.find("==")), "\nLAST=1\n"));
    CHECK(contains(text, std::string("LD_PRELOAD=") + preloaded + "\n"));
}

TEST_CASE("a marker that no launcher made is taken out, and the program runs as usual", "[H05]")
{
    const std::string nonce = std::string(32, 'a') + ".00000000";
    const std::string value = GENERATE_COPY(std::string(), std::string("garbage"), "0000000250.0000000001." + nonce,
                                            "0000000999.0000000001." + nonce, "9999999999.0000000001." + nonce,
                                            "0000000000.0000000001." + nonce + nonce, std::string(100000, '0'));
    CAPTURE(value.substr(0, 60));
    Conditions conditions = relaunch_program("shared");
    conditions.environment.push_back(std::string(marker) + "=" + value);
    Probe probe({"wait=1", "threads=1"}, conditions);
    const Report first = probe.await({"before"});
    CHECK(first.text("relaunched") == "0");
    CHECK_FALSE(contains(Procfs(probe.pid()).file("environ"), marker));
    probe.send(0, "go");
    CHECK(probe.await({"before"}).text("relaunched") == "1"); // by its own new start
    CHECK(probe.await({"opened"}).status() == DAEMONCTX_OK);
}

TEST_CASE("a marker that was made for this process, with a plan that is not right: no daemon, and no new start",
          "[H05]")
{
    const std::string wrong = GENERATE("parent", "nonce", "unsealed", "cut", "version");
    const std::string detach = GENERATE("1", "0");
    CAPTURE(wrong, detach);
    const Conditions conditions = forged("shared", wrong);
    Probe probe({"detach=" + detach, "wait=1", "threads=1"}, conditions);
    const Report first = probe.await({"before"});
    CHECK(first.text("relaunched") == "0");
    CHECK_FALSE(contains(Procfs(probe.pid()).file("environ"), marker));
    CHECK(Procfs(probe.pid()).blocked().empty());
    probe.send(0, "go");
    // Else one that goes wrong each time would go on without end, and a launcher would not know its daemon.
    const Report failed = probe.await({"failed"});
    CHECK(failed.status() == (wrong == "parent" ? DAEMONCTX_ERR_UNSUPPORTED : DAEMONCTX_ERR_SYSTEM));
    CHECK_THAT(failed.text("message"), Catch::Contains("started_again_already"));
}

TEST_CASE("a forged marker that is right in everything makes a daemon of nobody else's", "[H05]")
{
    // The helper executes the program as a launcher would, in place: the test of the test above.
    const std::string how = GENERATE("right", "twice");
    const Conditions conditions = forged("shared", how);
    Probe probe({"detach=0", "threads=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "1");
    CHECK(probe.await({"opened"}).number("pid") == probe.pid());
    CHECK_FALSE(contains(Procfs(probe.pid()).file("environ"), marker));
}

TEST_CASE("two copies of the library in one program: the plan is for the one that has made it", "[H05][H02]")
{
    SKIP_IF_REASON(sanitized("has to be the first library of a program"));
    const std::string kind = GENERATE("archive", "dlopen");
    const std::string detach = GENERATE("1", "0");
    CAPTURE(kind, detach);
    Conditions conditions = relaunch_program(kind);
    conditions.environment.push_back(std::string("LD_PRELOAD=") + DAEMONCTX_LINKED_LIBRARY);
    const TemporaryDirectory directory;
    const std::string other = directory / "libdaemonctx.so.1";
    write_file(other, read_file(DAEMONCTX_LIBRARY));
    conditions.environment.push_back("RELAUNCH_LIBRARY=" + other);
    Probe probe({"detach=" + detach, "threads=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "0");
    CHECK(probe.await({"before"}).text("relaunched") == "1");
    const Report opened = probe.await({"opened", "failed"});
    CHECK(opened.word == "opened");
    CHECK_FALSE(contains(Procfs(static_cast<pid_t>(opened.number("pid"))).file("environ"), marker));
    CHECK(probe.take("before").empty());
}

TEST_CASE("a set-user-id program takes no marker", "[H05][root]")
{
    SKIP_IF_REASON(no_nobody());
    SKIP_IF_REASON(sanitized("cannot be linked statically"));
    const TemporaryDirectory directory;
    Conditions conditions = copied_into(directory / "program", "static");
    REQUIRE(chmod(conditions.program.c_str(), 04755) == 0);
    conditions.wrapper = as_nobody();
    conditions.wrapper.push_back(helper_path("daemonctx_forge_marker"));
    conditions.wrapper.push_back("right");
    Probe probe({"detach=0", "threads=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "0");
}

TEST_CASE("a library that cannot be preloaded from where it is: the program is not started again, and is told why",
          "[H05][H03]")
{
    SKIP_IF_REASON(sanitized("cannot be loaded late"));
    const TemporaryDirectory directory;
    const std::string odd = directory.make_directory("a directory") + "/libdaemonctx.so.1";
    write_file(odd, read_file(DAEMONCTX_LIBRARY));
    const std::string detach = GENERATE("1", "0");
    const bool relative = GENERATE(false, true);
    CAPTURE(detach, relative);
    Conditions conditions = relaunch_program("dlopen");
    conditions.wrapper = {"sh", "-c", R"(cd "$0" && exec "$@")", directory.path()};
    conditions.environment = {"RELAUNCH_LIBRARY=" + (relative ? "a directory/libdaemonctx.so.1" : odd)};
    Probe probe({"detach=" + detach, "threads=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "0");
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK_THAT(failed.text("message"), Catch::Contains("a_directory/libdaemonctx.so.1"));
    CHECK(probe.take("before").empty());
}

TEST_CASE("a program that was started again and comes to have the library too late goes on as it was", "[H05]")
{
    SKIP_IF_REASON(sanitized("cannot be loaded late"));
    const Conditions conditions = forged("dlopen", "right");
    Probe probe({"wait=1", "threads=1"}, conditions);
    CHECK(probe.await({"before"}).text("relaunched") == "0");
    CHECK(Procfs(probe.pid()).blocked().empty());
    CHECK(Procfs(probe.pid()).file("comm") == "the-launcher\n");
    probe.send(0, "go");
    const Report failed = probe.await({"failed"}, 0);
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK_THAT(failed.text("message"), Catch::Contains("started_again_already"));
}
