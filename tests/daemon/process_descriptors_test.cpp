// process_descriptors_test.cpp: which descriptors the daemon has (B05, B07). `signal=clear`: the library then needs
// none of its own.
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <set>

using namespace observer;

using Numbers = std::set<int>;

static const std::string null_device = "/dev/null";

TEST_CASE("nothing but 0, 1, 2 is open in the daemon", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Probe probe(opening(method, {"signal=clear", "fill 40", "hold 77 / rd", "hold 200 /dev/zero bx", "pipe 300 900"}),
                started_by(user));
    CHECK(probe.daemon().proc().descriptor_numbers() == Numbers{0, 1, 2});
}

TEST_CASE("a thousand open descriptors are closed", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "limit NOFILE 4096 4096", "fill 3000"}));
    CHECK(probe.daemon().proc().descriptor_numbers() == Numbers{0, 1, 2});
}

TEST_CASE("descriptors above a lowered limit are closed too", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "hold 900 /dev/zero", "hold 1000 /dev/zero", "limit NOFILE 64 64"}));
    CHECK(probe.daemon().proc().descriptor_numbers() == Numbers{0, 1, 2});
}

TEST_CASE("a descriptor that is preserved above a lowered limit stays", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"signal=clear", "hold 900 /dev/zero", "hold 901 /dev/zero", "limit NOFILE 64 64",
                                 "files_preserve=901"}));
    CHECK(probe.daemon().proc().descriptor_numbers() == Numbers{0, 1, 2, 901});
}

TEST_CASE("descriptors are closed where the kernel has no close_range", "[B05][B12]")
{
    SKIP_IF_REASON(no_program("strace"));
    const Method method = GENERATE(from_range(all_methods()));
    Conditions conditions;
    conditions.wrapper = {
        "strace", "-f", "-o", "/dev/null", "-e", "trace=close_range", "-e", "inject=close_range:error=ENOSYS"};
    Probe probe(opening(method, {"signal=clear", "fill 40", "hold 300 /dev/zero", "hold 900 /dev/zero",
                                 "hold 901 /dev/zero", "limit NOFILE 64 64", "files_preserve=901,30"}),
                conditions);
    CHECK(probe.opened().proc().descriptor_numbers() == Numbers{0, 1, 2, 30, 901});
}

TEST_CASE("preserved descriptors keep number, file, offset and flags", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    const TemporaryDirectory directory;
    write_file(directory / "a", "0123456789");
    write_file(directory / "b", "0123456789");
    Probe probe({command("hold", {"20", directory / "a", "r"}), "seek 20 5",
                 command("hold", {"21", directory / "b", "rnx"}), "dup 20 22", "hold 30 / rd", "hold 23 /dev/zero",
                 "signal=clear", "files_preserve=22,21,20,30"},
                started_by(user));
    const Process launcher = probe.launcher();
    launcher.ask_ok("getpid");
    const auto before = launcher.proc().descriptors();
    tell_opening(probe.launcher(), method);
    const auto after = probe.daemon().proc().descriptors();
    for (const int number : {20, 21, 22, 30}) {
        CAPTURE(number);
        REQUIRE(after.count(number) == 1);
        CHECK(after.at(number) == before.at(number));
    }
    CHECK(after.at(20).position == 5);
    CHECK(after.at(21).close_on_exec);
    CHECK(after.size() == 7);
}

TEST_CASE("many preserved descriptors with gaps between them all stay", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    std::string list;
    Numbers expected = {0, 1, 2};
    for (int number = 3; number < 240; number += 1 + number % 4) {
        list += (list.empty() ? "" : ",") + std::to_string(number);
        expected.insert(number);
    }
    REQUIRE(expected.size() < 131); // the probe's lists hold 128
    Probe probe(opening(method, {"signal=clear", "fill 300", "files_preserve=" + list}));
    CHECK(probe.daemon().proc().descriptor_numbers() == expected);
}

TEST_CASE("closed, double and very large descriptors in files_preserve are harmless", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(
        method, {"signal=clear", "fill 50", "close_fd 30", "files_preserve=20,20,30,1000000000,20,2147483647"}));
    CHECK(probe.daemon().proc().descriptor_numbers() == Numbers{0, 1, 2, 20});
}

TEST_CASE("no process of the launch keeps the other end of a pipe open", "[B05]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const Fd read_end(ends[0]);
    Fd write_end(ends[1]);
    Conditions conditions;
    conditions.descriptors[40] = write_end.get();
    Probe probe(opening(method), conditions);
    write_end.reset();
    probe.daemon();
    pollfd event = {read_end.get(), POLLIN, 0};
    const Deadline deadline;
    REQUIRE(poll(&event, 1, deadline.milliseconds_left()) == 1);
    char byte;
    CHECK(read(read_end.get(), &byte, 1) == 0);
}

// What is neither a stream nor preserved must be one of the library's own, as documented.
static std::multiset<std::string> library_descriptors(const Process &daemon)
{
    std::multiset<std::string> targets;
    for (const auto &[number, descriptor] : daemon.proc().descriptors()) {
        if (number > 2) {
            CHECK(descriptor.close_on_exec);
            targets.insert(descriptor.target.rfind("socket:", 0) == 0 ? "socket" : descriptor.target);
        }
    }
    return targets;
}

TEST_CASE("the library's own descriptors are the documented ones, close-on-exec", "[B05][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const std::string pidfile = directory / "pid";
    const std::string channel = "anon_inode:[eventfd]";
    using Targets = std::multiset<std::string>;
    SECTION("signal channel, pid file")
    {
        Probe probe(opening(method, {"fill 20", option("pidfile", pidfile)}));
        CHECK(library_descriptors(probe.daemon()) == Targets{channel, pidfile});
    }
    SECTION("none when nothing needs one")
    {
        Probe probe(opening(method, {"fill 20", "signal=TERM:default"}));
        CHECK(library_descriptors(probe.daemon()).empty());
    }
    SECTION("the report socket until the daemon is ready")
    {
        Probe probe(opening(method, {"fill 20", "signal=clear", "ready_mode=manual"}));
        const Process daemon = probe.opened();
        CHECK(library_descriptors(daemon) == (is_in_place(method) ? Targets{} : Targets{"socket"}));
        CHECK(daemon.ask_ok("notify_ready").status() == 0);
        CHECK(library_descriptors(daemon).empty());
    }
    SECTION("a program that the daemon executes has none of them")
    {
        Probe probe(opening(method, {"fill 20", option("pidfile", pidfile)}));
        probe.daemon().tell("execute 3");
        CHECK(probe.started(3).proc().descriptor_numbers() == Numbers{0, 1, 2});
    }
}

// All ways in which some of 0, 1, 2 can be closed.
static std::vector<Numbers> subsets_of_streams()
{
    std::vector<Numbers> subsets;
    for (unsigned bits = 1; bits < 8; ++bits) {
        Numbers subset;
        for (int stream = 0; stream < 3; ++stream) {
            if ((bits >> stream & 1) != 0) {
                subset.insert(stream);
            }
        }
        subsets.push_back(subset);
    }
    return subsets;
}

TEST_CASE("a launcher without some of 0, 1, 2 gives a daemon that has them all", "[B07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Numbers closed = GENERATE(from_range(subsets_of_streams()));
    CAPTURE(closed);
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.closed = closed;
    Probe probe(opening(method, {option("pidfile", directory / "pid"), "signal=clear"}), conditions);
    const auto descriptors = probe.daemon().proc().descriptors();
    for (int stream = 0; stream < 3; ++stream) {
        REQUIRE(descriptors.count(stream) == 1);
        CHECK(descriptors.at(stream).target == null_device);
        CHECK_FALSE(descriptors.at(stream).close_on_exec);
    }
    CHECK(descriptors.size() == 4);
    CHECK(read_file(directory / "pid").size() > 1);
}

TEST_CASE("a preserved descriptor that landed on 0, 1 or 2 stays there", "[B07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const Numbers closed = GENERATE(from_range(subsets_of_streams()));
    CAPTURE(closed);
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.closed = closed;
    std::vector<std::string> commands = {"signal=clear"};
    std::string list;
    for (const int number : closed) {
        commands.push_back(
            command("hold", {std::to_string(number), directory / ("file" + std::to_string(number)), "bc"}));
        list += (list.empty() ? "" : ",") + std::to_string(number);
    }
    commands.push_back("files_preserve=" + list);
    Probe probe(opening(method, commands), conditions);
    const auto descriptors = probe.daemon().proc().descriptors();
    CHECK(descriptors.size() == 3);
    for (int stream = 0; stream < 3; ++stream) {
        REQUIRE(descriptors.count(stream) == 1);
        const bool preserved = closed.count(stream) != 0;
        CHECK(descriptors.at(stream).target ==
              (preserved ? directory / ("file" + std::to_string(stream)) : null_device));
        CHECK_FALSE(descriptors.at(stream).close_on_exec);
    }
}

TEST_CASE("a stream's descriptor that landed on 0, 1 or 2 ends on its own number", "[B07][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const int landed = GENERATE(0, 1, 2);
    const int wanted = GENERATE(0, 1, 2);
    CAPTURE(landed, wanted);
    static const char *const names[] = {"stdin", "stdout", "stderr"};
    const TemporaryDirectory directory;
    Conditions conditions;
    conditions.closed = {0, 1, 2};
    Probe probe(opening(method, {"signal=clear", command("hold", {std::to_string(landed), directory / "log", "bc"}),
                                 option(names[wanted], "fd:" + std::to_string(landed))}),
                conditions);
    const auto descriptors = probe.daemon().proc().descriptors();
    CHECK(descriptors.size() == 3);
    for (int stream = 0; stream < 3; ++stream) {
        REQUIRE(descriptors.count(stream) == 1);
        CHECK(descriptors.at(stream).target == (stream == wanted ? directory / "log" : null_device));
        CHECK_FALSE(descriptors.at(stream).close_on_exec);
    }
}
