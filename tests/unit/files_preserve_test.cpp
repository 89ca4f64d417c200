// files_preserve: what the table of values cannot say.
#include <unistd.h>

#include "support/context.hpp"
#include "support/options.hpp"

TEST_CASE("Closed, duplicate and very large descriptors are harmless to a plan", "[A05]")
{
    int closed = dup(0);
    REQUIRE(closed >= 0);
    REQUIRE(close(closed) == 0);

    Context context;
    const int32_t descriptors[] = {closed, 1, 1, 1000000000, 2147483647};
    REQUIRE(daemonctx_set_files_preserve(context, descriptors, 5) == DAEMONCTX_OK);
    CHECK(daemonctx_check(context) == DAEMONCTX_OK);
}

TEST_CASE("A list of ten thousand descriptors is stored whole", "[A02][A05]")
{
    std::vector<int32_t> descriptors(10000);
    for (std::size_t i = 0; i < descriptors.size(); i++) {
        descriptors[i] = static_cast<int32_t>(i);
    }
    Context context;
    REQUIRE(daemonctx_set_files_preserve(context, descriptors.data(), descriptors.size()) == DAEMONCTX_OK);

    const int32_t *stored = nullptr;
    std::size_t count = 0;
    REQUIRE(daemonctx_get_files_preserve(context, &stored, &count) == DAEMONCTX_OK);
    CHECK(std::vector<int32_t>(stored, stored + count) == descriptors);
}

TEST_CASE("A count of zero empties the list, wherever the list is", "[A11]")
{
    const int32_t descriptors[] = {3, 4};
    for (const int32_t *place : {static_cast<const int32_t *>(nullptr), descriptors}) {
        Context context;
        REQUIRE(daemonctx_set_files_preserve(context, descriptors, 2) == DAEMONCTX_OK);
        CHECK(daemonctx_set_files_preserve(context, place, 0) == DAEMONCTX_OK);
        CHECK(get(context, "files_preserve").values == parse_values("[]"));
    }
}

TEST_CASE("preserve adds one descriptor to those that are preserved", "[A02]")
{
    Context context;
    REQUIRE(set(context, "files_preserve", parse_values("[5]")) == DAEMONCTX_OK);
    CHECK(daemonctx_preserve(context, 9) == DAEMONCTX_OK);
    CHECK(get(context, "files_preserve").values == parse_values("[5,9]"));
    CHECK(daemonctx_preserve(context, 5) == DAEMONCTX_OK);
    CHECK(get(context, "files_preserve").values == parse_values("[5,9]"));
}

TEST_CASE("A list of more descriptors than a process can have open is refused", "[A03][A05]")
{
    std::vector<int32_t> descriptors(1048577, 1);
    Context context;
    CHECK(daemonctx_set_files_preserve(context, descriptors.data(), descriptors.size()) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "files_preserve"));
    CHECK(contains(context.message(), "1048577"));
    CHECK(get(context, "files_preserve").values == parse_values("[]"));
}

TEST_CASE("preserve refuses a negative descriptor and names it", "[A03][A05]")
{
    Context context;
    REQUIRE(daemonctx_preserve(context, 9) == DAEMONCTX_OK);
    CHECK(daemonctx_preserve(context, -7) == DAEMONCTX_ERR_RANGE);
    CHECK(contains(context.message(), "files_preserve"));
    CHECK(contains(context.message(), "-7"));
    CHECK(get(context, "files_preserve").values == parse_values("[9]"));
}
