// What a hook may not do: seen from a prepare hook that then refuses, so that nothing is ever opened (in place, without
// a fork).
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "support/arguments.hpp"
#include "support/context.hpp"
#include "support/options.hpp"
#include "support/snapshot.hpp"

namespace {

constexpr int32_t refusing = 7;

using Inside = std::function<void(daemonctx_context_t *)>;

int32_t run_inside(daemonctx_context_t *ctx, void *inside)
{
    (*static_cast<Inside *>(inside))(ctx);
    return refusing;
}

// Opens `context` with a prepare hook that runs `inside` and refuses. False where the process has helper threads.
bool open_with(const Context &context, Inside inside)
{
    REQUIRE(daemonctx_set_detach_process(context, DAEMONCTX_DETACH_PROCESS_NO) == DAEMONCTX_OK);
    REQUIRE(daemonctx_set_prepare_hook(context, run_inside, &inside) == DAEMONCTX_OK);
    daemonctx_status_t status = daemonctx_open(context);
    if (status == DAEMONCTX_ERR_THREADS) {
        std::cout << "SKIPPED: a second thread runs in this process\n";
        return false;
    }
    CHECK(status == DAEMONCTX_ERR_CALLBACK);
    CHECK(context.step() == DAEMONCTX_STEP_PREPARE);
    CHECK(daemonctx_is_open(context) == 0);
    return true;
}

} // namespace

TEST_CASE("A setter in a prepare hook is refused and changes nothing, for every option", "[A04]")
{
    Context context;
    std::vector<std::string> wrong;
    bool opened = open_with(context, [&](daemonctx_context_t *ctx) {
        for (const Row &row : rows()) {
            if (row.is_default) {
                continue;
            }
            const Got before = get(ctx, row.getter, row.getter_arguments);
            if (set(ctx, row.option, row.value) != DAEMONCTX_ERR_STATE ||
                !(get(ctx, row.getter, row.getter_arguments) == before) ||
                daemonctx_error_status(ctx) != DAEMONCTX_ERR_STATE) {
                wrong.push_back(row.place.substr(0, 80));
            }
            if (restore(ctx, option_of(row.option)) != DAEMONCTX_ERR_STATE) {
                wrong.push_back("back to the default: " + row.option);
            }
        }
    });
    if (opened) {
        CHECK(wrong == std::vector<std::string>{});
    }
}

TEST_CASE("A setter of a callback in a prepare hook is refused", "[A04]")
{
    Context context;
    std::vector<daemonctx_status_t> statuses;
    bool opened = open_with(context, [&](daemonctx_context_t *ctx) {
        statuses = {
            daemonctx_set_prepare_hook(ctx, nullptr, nullptr),
            daemonctx_set_launcher_hook(ctx, arguments::hook, nullptr),
            daemonctx_set_daemon_hook(ctx, arguments::hook, nullptr),
            daemonctx_set_privileged_hook(ctx, arguments::hook, nullptr),
            daemonctx_set_trace(ctx, arguments::trace, nullptr),
            daemonctx_set_pidfile_manager(ctx, arguments::hook, arguments::hook, nullptr),
            daemonctx_set_signal_handler(ctx, SIGUSR1, arguments::signal_handler, nullptr),
            daemonctx_set_signal_async_handler(ctx, SIGUSR1, arguments::async_handler),
            daemonctx_unset_signal(ctx, SIGTERM),
        };
    });
    if (opened) {
        CHECK(statuses == std::vector<daemonctx_status_t>(statuses.size(), DAEMONCTX_ERR_STATE));
        CHECK(statuses.size() == 9);
    }
}

TEST_CASE("open, launch and close in a prepare hook are refused", "[A04]")
{
    Context context;
    std::vector<daemonctx_status_t> statuses;
    bool opened = open_with(context, [&](daemonctx_context_t *ctx) {
        statuses = {daemonctx_open(ctx), daemonctx_launch(ctx), daemonctx_close(ctx)};
    });
    if (opened) {
        CHECK(statuses == std::vector<daemonctx_status_t>(3, DAEMONCTX_ERR_STATE));
    }
}

TEST_CASE("preserve is allowed in a prepare hook", "[A04]")
{
    Context context;
    daemonctx_status_t allowed = DAEMONCTX_ERR_STATE;
    daemonctx_status_t negative = DAEMONCTX_OK;
    bool opened = open_with(context, [&](daemonctx_context_t *ctx) {
        allowed = daemonctx_preserve(ctx, 9);
        negative = daemonctx_preserve(ctx, -1);
    });
    if (opened) {
        CHECK(allowed == DAEMONCTX_OK);
        CHECK(negative == DAEMONCTX_ERR_RANGE);
    }
}

TEST_CASE("A prepare hook preserves at most 64 descriptors more", "[A04]")
{
    Context context;
    int accepted = 0;
    daemonctx_status_t last = DAEMONCTX_OK;
    bool opened = open_with(context, [&](daemonctx_context_t *ctx) {
        while (accepted < 1000 && (last = daemonctx_preserve(ctx, 100 + accepted)) == DAEMONCTX_OK) {
            accepted++;
        }
    });
    if (opened) {
        CHECK(accepted == 64);
        CHECK(last == DAEMONCTX_ERR_MEMORY);
    }
}

TEST_CASE("A prepare hook that refuses leaves the process as it was, and its result is told", "[A04]")
{
    Context context;
    const auto descriptors = descriptors_now();
    const auto directory = std::filesystem::current_path();
    if (open_with(context, [](daemonctx_context_t *) {})) {
        CHECK(daemonctx_error_exit_code(context) == refusing);
        CHECK(contains(context.message(), "prepare"));
        CHECK(descriptors_now() == descriptors);
        CHECK(std::filesystem::current_path() == directory);
    }
}

TEST_CASE("The text and the code that a prepare hook gives are the error's", "[hooks]")
{
    const std::string euro = "\xe2\x82\xac";
    std::string long_text(2046, 'x');
    const std::vector<std::pair<std::string, std::string>> texts = {
        {"no configuration", "no configuration"},
        {"two\nlines", "two\nlines"},
        {"100% of %s", "100% of %s"},
        {euro, euro},
        {std::string(2048, 'y'), std::string(2048, 'y')},
        {std::string(5000, 'z'), std::string(2048, 'z')},
        {long_text + euro, long_text}, // the character would end at byte 2,049
    };
    for (const auto &text : texts) {
        INFO(text.first.substr(0, 40));
        Context context;
        bool opened = open_with(
            context, [&](daemonctx_context_t *ctx) { (void)daemonctx_notify_failed(ctx, -42, text.first.c_str()); });
        if (!opened) {
            return;
        }
        CHECK(context.message() == text.second);
        CHECK(daemonctx_error_exit_code(context) == -42);
    }
}
