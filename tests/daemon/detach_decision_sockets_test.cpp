// detach_decision_sockets_test.cpp: inetd's services need not detach; other programs with sockets as streams do (H01).
#include "catch.hpp"
#include "observer/inetd.hpp"
#include "observer/namespaces.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/socket.h>

using namespace observer;

namespace {

struct Decision {
    long required;
    long reason;
    bool in_place;
};

// With these descriptors as 0 and 1, in a session without a terminal.
Decision decision_with(int input, int output)
{
    Conditions conditions;
    conditions.wrapper = without_terminal();
    conditions.descriptors = {{0, input}, {1, output}};
    Probe probe({}, conditions);
    const Process process = probe.launcher();
    const Report report = process.ask_ok("is_detach_required");
    process.tell("open");
    return {report.number("value"), report.number("reason"), probe.opened().pid() == process.pid()};
}

void check_detaches(const Decision &decision)
{
    CHECK(decision.required == 1);
    CHECK(decision.reason == DAEMONCTX_DETACH_REASON_REQUIRED);
    CHECK_FALSE(decision.in_place);
}

void check_is_inetd(const Decision &decision)
{
    CHECK(decision.required == 0);
    CHECK(decision.reason == DAEMONCTX_DETACH_REASON_INETD);
    CHECK(decision.in_place);
}

struct Pair {
    Fd first;
    Fd second;
};

Pair local_pair()
{
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    return {Fd(ends[0]), Fd(ends[1])};
}

} // namespace

TEST_CASE("a service of a real inetd does not detach", "[H01]")
{
    SKIP_IF_REASON(no_inetd());
    const Inetd inetd("stream tcp4 nowait", {helper_path("daemonctx_inetd_service")});
    for (int round = 0; round < 3; ++round) {
        const Fd connection = inetd.connect();
        const Report before = parse_report(read_line(connection));
        REQUIRE(before.word == "before");
        CHECK(before.number("required") == 0);
        CHECK(before.number("reason") == DAEMONCTX_DETACH_REASON_INETD);
        const Report after = parse_report(read_line(connection)); // over the connection: the streams are inherited
        CAPTURE(after.line);
        REQUIRE(after.word == "after");
        CHECK(after.status() == DAEMONCTX_OK);
        CHECK(after.text("pid") == before.text("pid"));
    }
}

TEST_CASE("the same network socket as 0 and 1 is inetd's way", "[H01]")
{
    const Connection connection = connect_over_loopback();
    check_is_inetd(decision_with(connection.there.get(), connection.there.get()));
}

TEST_CASE("a datagram socket as 0 and 1 is inetd's way too", "[H01]")
{
    const int family = GENERATE(AF_INET, AF_INET6);
    const Fd datagrams(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    SKIP_IF_REASON(datagrams.get() < 0 ? "needs IPv6" : "");
    check_is_inetd(decision_with(datagrams.get(), datagrams.get()));
}

TEST_CASE("an AF_UNIX socket pair as 0 and 1, as sshd gives it, does not keep a program from detaching", "[H01]")
{
    const Pair pair = local_pair();
    check_detaches(decision_with(pair.first.get(), pair.first.get()));
}

TEST_CASE("two different sockets as 0 and 1 do not keep a program from detaching", "[H01]")
{
    const Connection one = connect_over_loopback();
    const Connection other = connect_over_loopback();
    const Pair pair = local_pair();
    check_detaches(decision_with(one.there.get(), other.there.get()));
    check_detaches(decision_with(one.there.get(), one.here.get()));
    check_detaches(decision_with(one.there.get(), pair.first.get()));
}

TEST_CASE("a network socket as 0 or 1 alone does not keep a program from detaching", "[H01]")
{
    const Connection connection = connect_over_loopback();
    const Fd null = open_file("/dev/null", 02);
    check_detaches(decision_with(connection.there.get(), null.get()));
    check_detaches(decision_with(null.get(), connection.there.get()));
}

TEST_CASE("0 and 1 closed do not keep a program from detaching", "[H01]")
{
    Conditions conditions;
    conditions.wrapper = without_terminal();
    conditions.closed = {0, 1};
    Probe probe({}, conditions);
    const Report report = probe.launcher().ask_ok("is_detach_required");
    CHECK(report.number("value") == 1);
    CHECK(report.number("reason") == DAEMONCTX_DETACH_REASON_REQUIRED);
}
