// terminate_late_test.cpp: a terminating signal whose handler runs in one thread while another closes the context
// (C04): nobody takes it as an event any more, and it must not be lost.
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"

#include <csignal>

using namespace observer;

TEST_CASE("SIGTERM in the last moment of a context: the process ends by it once the context is closed", "[C04][B12]")
{
    SKIP_IF_REASON(no_injection());
    const Method method = GENERATE(from_range(detaching_methods())); // in place, the process would be strace's child
    const std::string events = GENERATE("", "signal_fd");            // the program never asked for events, or did
    CAPTURE(method, events);
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    // The thread's first getpid is that of the handler, which knows the context by then; close comes in between.
    Conditions conditions;
    conditions.wrapper = with_injected({{"getpid", "delay_enter=300000:when=1"}});
    Probe probe(opening(method, {option("pidfile", path)}), conditions);
    const Process daemon = probe.opened();
    if (!events.empty()) {
        daemon.ask_ok(events);
    }
    daemon.tell("signal_thread_and_close TERM 100000");
    CHECK(daemon.wait_for_end().died_by(SIGTERM));
    CHECK_FALSE(exists(path));
}
