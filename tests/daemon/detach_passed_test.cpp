// detach_passed_test.cpp: descriptors that a service manager passed to this very process (sd_listen_fds(3)).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/probe.hpp"

using namespace observer;

namespace {

// A probe that holds descriptor 3 as a service manager would pass it, opened with `method`.
std::vector<std::string> passed(const std::string &naming, Method method)
{
    return opening(method, {"signal=clear", "hold 3 /dev/zero r", "env LISTEN_FDS 1", naming});
}

} // namespace

TEST_CASE("in place, the descriptors that a service manager passed stay open", "[B05][H01]")
{
    const Method method = GENERATE(from_range(in_place_methods()));
    CAPTURE(method);
    Probe probe(passed("env_pid LISTEN_PID", method));
    const auto descriptors = probe.opened().proc().descriptors();
    REQUIRE(descriptors.count(3) == 1);
    CHECK(descriptors.at(3).target == "/dev/zero");
}

TEST_CASE("descriptors that were passed to another process are closed like any other", "[B05][H01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(passed("env LISTEN_PID 1", method));
    CHECK(probe.daemon().proc().descriptors().count(3) == 0);
}
