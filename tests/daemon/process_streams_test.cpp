// process_streams_test.cpp: the daemon's stdin, stdout and stderr by default and as descriptors (B06, B08).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <fcntl.h>

#include <array>
#include <cerrno>

using namespace observer;

static const std::string null_device = "/dev/null";

TEST_CASE("0, 1, 2 are /dev/null by default, usable and not close-on-exec", "[B06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe probe(opening(method), started_by(user));
    const Process daemon = probe.daemon();
    const auto descriptors = daemon.proc().descriptors();
    for (int stream = 0; stream < 3; ++stream) {
        REQUIRE(descriptors.count(stream) == 1);
        CHECK(descriptors.at(stream).target == null_device);
        CHECK_FALSE(descriptors.at(stream).close_on_exec);
    }
    CHECK(daemon.value("read 0 16").empty());
    CHECK(daemon.ask_ok("write 1 text").number("result") == 4);
    CHECK(daemon.ask_ok("write 2 text").number("result") == 4);
}

TEST_CASE("a program that the daemon executes has 0, 1, 2", "[B06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method));
    probe.daemon().tell("execute 3");
    const auto descriptors = probe.started(3).proc().descriptors();
    CHECK(descriptors.size() == 3);
    for (int stream = 0; stream < 3; ++stream) {
        REQUIRE(descriptors.count(stream) == 1);
        CHECK(descriptors.at(stream).target == null_device);
    }
}

TEST_CASE("streams given as close-on-exec descriptors reach a program that the daemon executes", "[B06][B08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe probe(opening(
        method, {command("hold", {"10", directory / "log", "wacx"}), "cloexec 2 1", "stdout=fd:10", "stderr=fd:2"}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().descriptors().at(10).close_on_exec); // the caller's own is as it was
    daemon.tell("execute 3");
    const auto descriptors = probe.started(3).proc().descriptors();
    REQUIRE(descriptors.size() == 3);
    CHECK(descriptors.at(0).target == null_device);
    CHECK(descriptors.at(1).target == directory / "log");
    CHECK(descriptors.at(2).target == "/dev/zero");
}

// The launcher has five files: on 0, 1, 2 and on 10 and 11. Every choice of three of them as streams, swapped and the
// same ones included.
TEST_CASE("streams given as descriptors end on the right numbers, whatever the numbers were", "[B08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::array<int, 5> sources = {0, 1, 2, 10, 11};
    const TemporaryDirectory directory;
    const auto file = [&](int number) {
        return directory / ("file" + std::to_string(number));
    };
    for (int choice = 0; choice < 125; ++choice) {
        const std::array<int, 3> chosen = {sources[static_cast<std::size_t>(choice % 5)],
                                           sources[static_cast<std::size_t>(choice / 5 % 5)],
                                           sources[static_cast<std::size_t>(choice / 25)]};
        CAPTURE(method, chosen);
        std::vector<std::string> commands = {"signal=clear"};
        for (const int source : sources) {
            commands.push_back(command("hold", {std::to_string(source), file(source), "bc"}));
        }
        commands.push_back("stdin=fd:" + std::to_string(chosen[0]));
        commands.push_back("stdout=fd:" + std::to_string(chosen[1]));
        commands.push_back("stderr=fd:" + std::to_string(chosen[2]));

        std::map<int, std::string> expected = {{0, file(chosen[0])}, {1, file(chosen[1])}, {2, file(chosen[2])}};
        for (const int source : chosen) {
            if (source > 2) {
                expected[source] = file(source); // the caller's own stays open
            }
        }
        Probe probe(opening(method, commands));
        std::map<int, std::string> targets;
        for (const auto &[number, descriptor] : probe.opened().proc().descriptors()) {
            targets[number] = descriptor.target;
            CHECK_FALSE(descriptor.close_on_exec);
        }
        CHECK(targets == expected);
    }
}

TEST_CASE("one stream given as descriptor leaves the others /dev/null", "[B08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int stream = GENERATE(0, 1, 2);
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    const TemporaryDirectory directory;
    Probe probe(opening(
        method, {"signal=clear", command("hold", {"12", directory / "file", "bc"}), option(names[stream], "fd:12")}));
    const auto descriptors = probe.daemon().proc().descriptors();
    CHECK(descriptors.size() == 4);
    for (int number = 0; number < 3; ++number) {
        CHECK(descriptors.at(number).target == (number == stream ? directory / "file" : null_device));
    }
}

TEST_CASE("a stream's descriptor that is closed at the time of open is refused", "[B08][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"stdout=fd:77"}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK(failed.number("errno") == EBADF);
    CHECK_THAT(failed.text("message"), Catch::Contains("stdout") && Catch::Contains("77"));
    CHECK(probe.launcher().proc().descriptors().at(1).target == "/dev/zero"); // nothing has changed
}
