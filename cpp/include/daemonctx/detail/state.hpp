// state.hpp: what the callbacks of a context point to: on the heap, so that a context can be moved. Not part of the
// interface.
#ifndef DAEMONCTX_DETAIL_STATE_HPP
#define DAEMONCTX_DETAIL_STATE_HPP

#include <daemonctx/options.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <memory>

/** @cond internal */
namespace daemonctx {
inline namespace v1 {
namespace detail {

struct context_free {
    void operator()(daemonctx_context_t *context) const noexcept { daemonctx_free(context); }
};

struct state {
    state() = default;
    state(const state &) = delete;
    state &operator=(const state &) = delete;
    ~state()
    {
        // Before the daemon is ready, the launcher is told why it will not be; afterwards nobody listens.
        if (handle != nullptr && std::uncaught_exceptions() > unwinding) {
            (void)daemonctx_notify_failed(
                handle.get(), EXIT_FAILURE,
                "an exception left the scope of the DaemonContext before the daemon was ready");
        }
    }

    hook prepare, launcher, daemon, privileged;
    pidfile_manager manager;
    trace_function trace;
    std::map<int, std::shared_ptr<const signal_handler>> handlers;
    std::exception_ptr thrown_by_handler, thrown_by_trace;
    int unwinding = std::uncaught_exceptions();
    std::unique_ptr<daemonctx_context_t, context_free> handle; // last: what its callbacks need outlives it
};

// What lies in the buffers of C++ would be written twice after a fork, and never by a launcher that ends with _exit.
inline void flush_streams() noexcept
{
#if DAEMONCTX_CPP_EXCEPTIONS
    try {
#endif
        std::cout.flush();
        std::cerr.flush();
        std::clog.flush();
#if DAEMONCTX_CPP_EXCEPTIONS
    } catch (...) { // the program asked std::cout to throw; its state tells it
    }
#endif
}

#if DAEMONCTX_CPP_EXCEPTIONS
// The launch fails with the exception's own words.
inline int fail_with(daemonctx_context_t *context, const std::exception_ptr &thrown) noexcept
{
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception &known) {
        (void)daemonctx_notify_failed(context, EXIT_FAILURE, known.what());
    } catch (...) {
        (void)daemonctx_notify_failed(context, EXIT_FAILURE, "an exception that is no std::exception was thrown");
    }
    return EXIT_FAILURE;
}
#endif

inline std::int32_t call_hook(daemonctx_context_t *context, const hook &called) noexcept
{
    std::int32_t returned = 0;
#if DAEMONCTX_CPP_EXCEPTIONS
    try {
#endif
        hook_context given(context);
        returned = called(given);
#if DAEMONCTX_CPP_EXCEPTIONS
    } catch (...) {
        returned = fail_with(context, std::current_exception());
    }
#endif
    flush_streams();
    return returned;
}

template <hook state::*Which>
std::int32_t run_hook(daemonctx_context_t *context, void *user_data) noexcept
{
    return call_hook(context, static_cast<state *>(user_data)->*Which);
}

// The last chance to give up with the words of a trace that threw: nothing has been forked yet.
inline std::int32_t run_prepare(daemonctx_context_t *context, void *user_data) noexcept
{
    auto *self = static_cast<state *>(user_data);
#if DAEMONCTX_CPP_EXCEPTIONS
    if (self->thrown_by_trace != nullptr) {
        return fail_with(context, std::exchange(self->thrown_by_trace, nullptr));
    }
#endif
    return call_hook(context, self->prepare);
}

template <hook pidfile_manager::*Which>
std::int32_t run_manager(daemonctx_context_t *context, void *user_data) noexcept
{
    return call_hook(context, static_cast<state *>(user_data)->manager.*Which);
}

inline void run_trace(daemonctx_context_t *, daemonctx_step_t reached, daemonctx_status_t ended,
                      void *user_data) noexcept
{
    auto *self = static_cast<state *>(user_data);
    if (!self->trace || self->thrown_by_trace != nullptr) {
        return;
    }
#if DAEMONCTX_CPP_EXCEPTIONS
    try {
#endif
        self->trace(static_cast<step>(reached), static_cast<status>(ended));
#if DAEMONCTX_CPP_EXCEPTIONS
    } catch (...) {
        self->thrown_by_trace = std::current_exception();
    }
#endif
    flush_streams();
}

inline void run_signal_handler(daemonctx_context_t *, std::int32_t signum, void *user_data) noexcept
{
    auto *self = static_cast<state *>(user_data);
    const auto found = self->handlers.find(signum);
    if (found == self->handlers.end()) {
        return;
    }
#if DAEMONCTX_CPP_EXCEPTIONS
    try {
#endif
        const std::shared_ptr<const signal_handler> handler = found->second; // it may close, and replace itself
        (*handler)(signum);
#if DAEMONCTX_CPP_EXCEPTIONS
    } catch (...) {
        if (self->thrown_by_handler == nullptr) {
            self->thrown_by_handler = std::current_exception();
        }
    }
#endif
}

} // namespace detail
} // namespace v1
} // namespace daemonctx
/** @endcond */

#endif
