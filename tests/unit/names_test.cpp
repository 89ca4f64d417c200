// Names of statuses and steps, and the version.
#include <set>
#include <string>

#include "support/context.hpp"

namespace {

const daemonctx_status_t statuses[] = {
    DAEMONCTX_OK,
    DAEMONCTX_LAUNCHED,
    DAEMONCTX_TERMINATED,
    DAEMONCTX_IDLE,
    DAEMONCTX_NOT_RUNNING,
    DAEMONCTX_ERR_ARGUMENT,
    DAEMONCTX_ERR_RANGE,
    DAEMONCTX_ERR_STATE,
    DAEMONCTX_ERR_MEMORY,
    DAEMONCTX_ERR_SYSTEM,
    DAEMONCTX_ERR_NOT_FOUND,
    DAEMONCTX_ERR_ALREADY_RUNNING,
    DAEMONCTX_ERR_UNSAFE_PATH,
    DAEMONCTX_ERR_PRIVILEGE,
    DAEMONCTX_ERR_THREADS,
    DAEMONCTX_ERR_TIMEOUT,
    DAEMONCTX_ERR_DIED,
    DAEMONCTX_ERR_PROGRAM,
    DAEMONCTX_ERR_CALLBACK,
    DAEMONCTX_ERR_UNSUPPORTED,
};

} // namespace

TEST_CASE("Every status has a name and a message of its own, an unknown one has some", "[A07]")
{
    std::set<std::string> names;
    std::set<std::string> messages;
    for (daemonctx_status_t status : statuses) {
        INFO(status);
        CHECK(names.insert(daemonctx_status_name(status)).second);
        CHECK(messages.insert(daemonctx_status_message(status)).second);
    }
    CHECK(names.count("") == 0);
    CHECK(messages.count("") == 0);
    for (daemonctx_status_t unknown : {5, -16, 1000, INT32_MAX, INT32_MIN}) {
        INFO(unknown);
        CHECK(names.count(daemonctx_status_name(unknown)) == 0);
        CHECK(messages.count(daemonctx_status_message(unknown)) == 0);
    }
}

TEST_CASE("A status is named as its enumerator, without the library's prefix", "[A07]")
{
    CHECK(std::string(daemonctx_status_name(DAEMONCTX_OK)) == "OK");
    CHECK(std::string(daemonctx_status_name(DAEMONCTX_NOT_RUNNING)) == "NOT_RUNNING");
    CHECK(std::string(daemonctx_status_name(DAEMONCTX_ERR_ALREADY_RUNNING)) == "ERR_ALREADY_RUNNING");
    CHECK(std::string(daemonctx_status_name(5)) == "UNKNOWN");
}

TEST_CASE("Every step has a name of its own, in the enumerator's words, an unknown one has some", "[A07]")
{
    std::set<std::string> names;
    for (daemonctx_step_t step = DAEMONCTX_STEP_NONE; step <= DAEMONCTX_STEP_REPORT; step++) {
        INFO(step);
        CHECK(names.insert(daemonctx_step_name(step)).second);
    }
    CHECK(names.count("") == 0);
    CHECK(std::string(daemonctx_step_name(DAEMONCTX_STEP_WORKING_DIRECTORY)) == "working_directory");
    CHECK(std::string(daemonctx_step_name(1000)) == "unknown");
    for (daemonctx_step_t unknown : {DAEMONCTX_STEP_REPORT + 1U, 1000U, UINT32_MAX}) {
        INFO(unknown);
        CHECK(names.count(daemonctx_step_name(unknown)) == 0);
    }
}

TEST_CASE("The version of the library is that of the header", "[A07]")
{
    CHECK(daemonctx_version() ==
          DAEMONCTX_VERSION_MAJOR * 10000U + DAEMONCTX_VERSION_MINOR * 100U + DAEMONCTX_VERSION_PATCH);
    CHECK(std::string(daemonctx_version_string()) == std::to_string(DAEMONCTX_VERSION_MAJOR) + "." +
                                                         std::to_string(DAEMONCTX_VERSION_MINOR) + "." +
                                                         std::to_string(DAEMONCTX_VERSION_PATCH));
}
