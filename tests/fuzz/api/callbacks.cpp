// See callbacks.hpp.
#include "callbacks.hpp"

#include <csignal>

#include "run.hpp"

namespace {

constexpr std::uintptr_t lines_mask = 3;
volatile std::sig_atomic_t async_signals;

void call_lines(void *user_data, Run::Callback kind)
{
    Run *run = Run::current();
    const Run::Callback outer = run->callback;
    if (outer == Run::Callback::none) { // callbacks within callbacks end somewhere
        run->callback = kind;
        run->lines(static_cast<int>(reinterpret_cast<std::uintptr_t>(user_data) & lines_mask));
        run->callback = outer;
    }
}

} // namespace

void *callbacks::script(std::int64_t number)
{
    return reinterpret_cast<void *>(static_cast<std::uintptr_t>(number));
}

std::int32_t callbacks::hook(daemonctx_context_t *, void *user_data)
{
    call_lines(user_data, Run::Callback::frees_nothing);
    return static_cast<std::int32_t>(reinterpret_cast<std::uintptr_t>(user_data) >> 2U);
}

void callbacks::handler(daemonctx_context_t *, std::int32_t, void *user_data)
{
    call_lines(user_data, Run::Callback::frees_later);
}

void callbacks::async_handler(int)
{
    async_signals = async_signals + 1;
}

void callbacks::trace(daemonctx_context_t *, daemonctx_step_t, daemonctx_status_t, void *user_data)
{
    call_lines(user_data, Run::Callback::frees_nothing);
}
