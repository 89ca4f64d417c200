// Two threads with two contexts.
#include <atomic>
#include <string>
#include <thread>

#include "support/context.hpp"
#include "support/options.hpp"

namespace {

// Options, getters, refusals and errors of one context, over and over; counts what another thread has disturbed.
void work(daemonctx_context_t *ctx, std::int64_t number, std::atomic<int> &wrong)
{
    const std::string path = "/dev/null/" + std::to_string(number);
    for (int time = 0; time < 2000; time++) {
        bool good = set(ctx, "ready_timeout", {number}) == DAEMONCTX_OK &&
                    set(ctx, "working_directory", {path}) == DAEMONCTX_OK &&
                    get(ctx, "ready_timeout").values == Values{number} &&
                    get(ctx, "working_directory").values == Values{path} &&
                    set(ctx, "umask", {number}) == DAEMONCTX_ERR_RANGE &&
                    contains(daemonctx_error_message(ctx), std::to_string(number)) &&
                    daemonctx_check(ctx) == DAEMONCTX_ERR_RANGE &&
                    contains(daemonctx_error_message(ctx), std::to_string(number)) &&
                    set(ctx, "umask", {std::int64_t{0}}) == DAEMONCTX_OK &&
                    set(ctx, "stdin_path", {path}) == DAEMONCTX_OK && daemonctx_check(ctx) == DAEMONCTX_ERR_SYSTEM &&
                    contains(daemonctx_error_message(ctx), path) && daemonctx_error_errno(ctx) == ENOTDIR &&
                    daemonctx_set_stdin_null(ctx) == DAEMONCTX_OK;
        wrong += good ? 0 : 1;
    }
}

} // namespace

TEST_CASE("Two threads that use two contexts at once do not disturb each other", "[A09]")
{
    Context one;
    Context other;
    std::atomic<int> wrong{0};
    std::thread first(work, static_cast<daemonctx_context_t *>(one), 1111, std::ref(wrong));
    std::thread second(work, static_cast<daemonctx_context_t *>(other), 2222, std::ref(wrong));
    first.join();
    second.join();
    CHECK(wrong == 0);
}

TEST_CASE("Contexts are made and freed by several threads at once", "[A09]")
{
    std::atomic<int> wrong{0};
    auto make = [&wrong] {
        for (int time = 0; time < 500; time++) {
            daemonctx_context_t *ctx = nullptr;
            wrong += daemonctx_new(&ctx) == DAEMONCTX_OK && daemonctx_set_user(ctx, "nobody") == DAEMONCTX_OK ? 0 : 1;
            daemonctx_free(ctx);
        }
    };
    std::thread first(make);
    std::thread second(make);
    first.join();
    second.join();
    CHECK(wrong == 0);
}
