// process_copy_test.cpp: by fork the launcher is copied once, by an intermediate that shares its memory; where that is
// not safe, twice. The daemon is a whole process either way: what the kernel keeps of a thread (its number, the robust
// mutexes that it holds, where it writes the number of the processor) is right again.
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"
#include "observer/reaper.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

using namespace observer;

namespace {

// Restartable sequences are what the choice is made by: an emulator that does not know them does not know the rest.
enum class Copies { once, twice };

std::ostream &operator<<(std::ostream &out, Copies copies)
{
    return out << (copies == Copies::once ? "copied once" : "copied twice");
}

Conditions copied(Copies copies)
{
    Conditions conditions;
    if (copies == Copies::twice) {
        conditions.wrapper = refusing(ENOSYS, "rseq");
    }
    return conditions;
}

int processors()
{
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

struct Clones {
    int sharing = 0;
    int copying = 0;
};

// What a launch makes, by strace(1).
Clones clones_of(const std::vector<std::string> &commands, Conditions conditions)
{
    const TemporaryDirectory directory;
    const std::vector<std::string> trace = {
        "strace", "-f", "-qq", "-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", directory / "calls"};
    conditions.wrapper.insert(conditions.wrapper.begin(), trace.begin(), trace.end());
    Probe probe(commands, conditions);
    probe.opened().tell("_exit 0");
    probe.launcher().wait_for_end();
    Clones clones;
    for (const auto &line : split(read_file(directory / "calls"), '\n')) {
        if (line.find("child_stack=") != std::string::npos && line.find("CLONE_THREAD") == std::string::npos) {
            (line.find("CLONE_VM") != std::string::npos ? clones.sharing : clones.copying)++;
        }
    }
    return clones;
}

} // namespace

TEST_CASE("by fork page tables are copied once, and twice where that is not safe", "[B17]")
{
    SKIP_IF_REASON(no_program("strace"));
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
#if !defined(__x86_64__)
    SKIP_IF_REASON("the launcher is copied once on x86-64 alone");
#endif
    SKIP_IF_REASON(sanitized("follows every stack: the launcher is copied twice"));
    const Copies copies = GENERATE(Copies::once, Copies::twice);
    CAPTURE(copies);
    const Clones clones = clones_of(opening(Method::fork), copied(copies));
    CHECK(clones.sharing == (copies == Copies::once ? 1 : 0));
    CHECK(clones.copying == (copies == Copies::once ? 1 : 2));
}

TEST_CASE("where there have been threads, fork takes locks: page tables are copied twice", "[B17]")
{
    SKIP_IF_REASON(no_program("strace"));
    SKIP_IF_REASON(no_forking());
#if !defined(__GLIBC__)
    SKIP_IF_REASON("only glibc tells whether there have been threads");
#elif !__GLIBC_PREREQ(2, 32)
    SKIP_IF_REASON("this glibc does not tell whether there have been threads");
#endif
    const Clones clones = clones_of(opening(Method::fork, {"workers 2", "end_workers"}), {});
    CHECK(clones.sharing == 0);
    CHECK(clones.copying == 2);
}

TEST_CASE("the kernel tells of a robust mutex that the daemon held when it ended", "[B17][G05]")
{
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Copies copies = GENERATE(Copies::once, Copies::twice);
    CAPTURE(copies);
    Probe probe(opening(Method::fork, {"robust_make"}, "launch"), copied(copies));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    CHECK(daemon.ask_ok("robust_trylock").number("value") == 0);
    CHECK(probe.launcher().ask_ok("robust_trylock").number("value") == EBUSY);
    daemon.kill(SIGKILL);
    daemon.wait_for_end();
    CHECK(probe.launcher().ask_ok("robust_trylock").number("value") == EOWNERDEAD);
}

TEST_CASE("the C library knows on which processor the daemon, and a child of it, runs", "[B17]")
{
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    SKIP_IF_REASON(processors() < 2 ? "needs two processors" : "");
    const Copies copies = GENERATE(Copies::once, Copies::twice);
    CAPTURE(copies);
    Probe probe(opening(Method::fork, {}, "launch"), copied(copies));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    daemon.ask_ok("fork 3");
    for (const Process &process : {daemon, probe.forked(3), probe.launcher()}) {
        const Report answer = process.ask_ok("processors");
        CHECK(answer.number("value") >= 2);
        CHECK(answer.number("wrong") == 0);
    }
}

TEST_CASE("the daemon can signal itself and make threads", "[B17]")
{
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Copies copies = GENERATE(Copies::once, Copies::twice);
    CAPTURE(copies);
    Probe probe(opening(Method::fork, {"sigaction USR1 report"}), copied(copies));
    const Process daemon = probe.daemon();
    daemon.ask_ok("raise USR1");
    CHECK(probe.await({"signal"}).sender == daemon.pid());
    daemon.ask_ok("workers 2");
    daemon.ask_ok("end_workers");
}

TEST_CASE("the daemon has the launcher's alternative signal stack", "[B17]")
{
    SKIP_IF_REASON(no_refusing());
    SKIP_IF_REASON(no_forking());
    const Copies copies = GENERATE(Copies::once, Copies::twice);
    CAPTURE(copies);
    Probe probe(opening(Method::fork, {"sigaltstack"}, "launch"), copied(copies));
    const Process daemon = probe.opened();
    probe.await({"launched"});
    CHECK(daemon.ask_ok("signal_stack").number("value") == 1);
    CHECK(probe.launcher().ask_ok("signal_stack").number("value") == 1);
}

// strace has the launcher told that there is no such child, and holds the intermediate where the launcher's hanging up
// wakes it: it comes back to its stack when the launch is long over.
TEST_CASE("the intermediate keeps its stack until it has ended, whatever waiting says of it", "[B17]")
{
    SKIP_IF_REASON(no_injection());
    SKIP_IF_REASON(no_forking());
    Conditions conditions;
    conditions.wrapper = with_injected({{"waitid", "error=ECHILD:when=1"}, {"ppoll", "delay_exit=300000"}});
    Probe probe(opening(Method::fork, {}, "launch"), conditions);
    probe.opened();
    const std::vector<pid_t> children = children_of(probe.await({"launched"}).sender);
    REQUIRE(children.size() == 1);
    probe.let_go();
    CHECK(Reaper::instance().wait(children.front()).exited_with(0));
}
