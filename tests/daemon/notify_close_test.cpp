// notify_close_test.cpp: one thread tells of readiness while another closes the context (G04): what was about to be
// told is told, and the channel belongs to the telling thread until then.
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

TEST_CASE("a context that is closed while another thread tells of readiness: the launcher is told", "[G04][G12]")
{
    SKIP_IF_REASON(no_injection());
    SKIP_IF_REASON(no_forking());
    // The telling takes so long that closing comes in the middle of it.
    Conditions conditions;
    conditions.wrapper = with_injected({{"sendmsg", "delay_enter=300000"}});
    Probe probe(opening(Method::fork, {"ready_mode=manual"}, "launch"), conditions);
    const Process daemon = probe.opened();
    const Report answer = daemon.ask_ok("notify_ready_and_close 100000");
    CHECK(answer.status() == DAEMONCTX_OK);
    CHECK(answer.number("value") == DAEMONCTX_OK);
    CHECK(probe.await({"launched", "failed"}).word == "launched");
    CHECK(daemon.value("is_open") == "0");
}
