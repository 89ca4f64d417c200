// daemonctx.hpp: daemonctx::DaemonContext, the whole library in C++. Include this; the other headers come with it.
#ifndef DAEMONCTX_DAEMONCTX_HPP
#define DAEMONCTX_DAEMONCTX_HPP

#include <daemonctx/daemonctx.h>
#include <daemonctx/detail/apply.hpp>
#include <daemonctx/options.hpp>
#include <daemonctx/pidfile.hpp>
#include <daemonctx/result.hpp>
#include <daemonctx/stored.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace daemonctx {
inline namespace v1 {

/** @brief The type of daemonctx::defer_open. @since 1.0 */
struct defer_open_t {
    explicit defer_open_t() = default;
};
/** @brief For DaemonContext's constructor: store the options, and leave opening to open(). @since 1.0 */
inline constexpr defer_open_t defer_open{};

/** @brief What launch() gives in the launcher: the daemon runs. @since 1.0 */
struct launched {
    int pid; /**< of the daemon */
};

/** @brief What dispatch() and wait_events() came to. @since 1.0 */
enum class event : std::int32_t {
    handled = DAEMONCTX_OK,            /**< whatever came was handled */
    terminated = DAEMONCTX_TERMINATED, /**< the daemon is asked to end */
    idle = DAEMONCTX_IDLE              /**< nothing came in time */
};

/**
 * @brief A running program becomes a daemon, for as long as an object of this class lives.
 *
 * The constructor opens: it returns in the daemon, and the process that called it has ended with success; if the daemon
 * could not be made, it throws in the calling process, which is unchanged. The destructor closes.
 *
 * @code
 * int main()
 * {
 *     try {
 *         daemonctx::DaemonContext context{{.working_directory = "/var/lib/foo", .pidfile = "/run/foo.pid"}};
 *         while (context.wait_events() != daemonctx::event::terminated) {
 *         }
 *     } catch (const std::exception &failed) {
 *         std::cerr << "foo: " << failed.what() << '\n';
 *         return 1;
 *     }
 * }
 * @endcode
 *
 * SIGTERM ends that loop, and destructors run. A program that never asks for events ends by SIGTERM at once; its pid
 * file is removed, but no destructor runs.
 *
 * **Exceptions** never cross into C. One that leaves a hook, or a pid file manager's callback, fails the launch (or the
 * closing) with its text; one that leaves a deferred signal handler is kept, and thrown by the dispatch() or
 * wait_events() that called the handler (of several the first); for the trace see daemonctx::trace_function.
 *
 * With ready_mode::manual an exception that unwinds the context before notify_ready() ends the launch: the destructor
 * tells the launcher, but a destructor cannot have the exception's text. run() catches it, sends the text, and throws
 * it on: the launcher's user then reads why.
 *
 * **Without exceptions** (-fno-exceptions) the members that throw are not declared: use try_create(), try_open() and
 * the other `try_` members, which are there with exceptions too.
 *
 * The object can be moved: callbacks do not point into it. A context that was moved from fails each call with
 * status::argument. std::cout, std::cerr and std::clog are flushed before the launch and after each hook.
 *
 * One thread at a time uses a context, except terminate(), notify_ready(), notify_failed() and terminating_signal().
 *
 * @since 1.0
 * @see PEP 3143, DaemonContext
 */
class DaemonContext : public stored_options {
  public:
    /** @brief Take the other's place; the other is then empty. @since 1.0 */
    DaemonContext(DaemonContext &&) noexcept = default;
    /** @brief Close this one, then take the other's place. @param other then empty. @return this. @since 1.0 */
    DaemonContext &operator=(DaemonContext &&other) noexcept
    {
        DaemonContext taken(std::move(other));
        std::swap(state_, taken.state_);
        return *this;
    }
    DaemonContext(const DaemonContext &) = delete;
    DaemonContext &operator=(const DaemonContext &) = delete;
    /** @brief Close. What goes wrong is not told: call close() before to know. A handler of this context may do it.
     * @since 1.0 */
    ~DaemonContext()
    {
        // A call is under way, whose handler destroys the context: it is closed now, and freed when the call returns.
        if (state_.use_count() > 1) {
            (void)daemonctx_close(handle());
        }
    }

    /** @name Making
     * @{ */
    /**
     * @brief A closed context, without exceptions.
     * @param given the options.
     * @return the context, or the first option that was refused.
     * @since 1.0
     */
    static result<DaemonContext> try_create(const options &given = {})
    {
        auto made = std::make_shared<detail::state>();
        daemonctx_context_t *context = nullptr;
        const daemonctx_status_t status = daemonctx_new(&context);
        if (status < 0) {
            return detail::failure_unrecorded("create a context", status);
        }
        made->handle.reset(context);
        const result<void> applied = detail::apply(*made, given);
        if (!applied) {
            return applied.error();
        }
        return DaemonContext(std::move(made));
    }

    /**
     * @brief Launch a daemon and return in both processes, without exceptions.
     * @param given the options.
     * @return in the daemon its open context, in the launcher the daemon's pid; or why there is no daemon.
     * @since 1.0
     */
    static result<std::variant<DaemonContext, launched>> try_launch(const options &given)
    {
        result<DaemonContext> made = try_create(given);
        if (!made) {
            return made.error();
        }
        const result<std::optional<launched>> outcome = made->try_launch();
        if (!outcome) {
            return outcome.error();
        }
        using both = std::variant<DaemonContext, launched>;
        return *outcome ? both(**outcome) : both(std::move(*made));
    }

#if DAEMONCTX_CPP_EXCEPTIONS
    /**
     * @brief Become a daemon with these options.
     * @param given the options.
     * @throws daemonctx::error there is no daemon, and this process is as it was (in place: see the error's step()).
     * @since 1.0
     */
    explicit DaemonContext(const options &given) : DaemonContext(given, defer_open)
    {
        open();
    }
    /**
     * @brief A closed context.
     * @param given the options.
     * @throws daemonctx::error an option was refused.
     * @since 1.0
     */
    DaemonContext(const options &given, defer_open_t) : DaemonContext(try_create(given).value()) {}
    /**
     * @brief Launch a daemon and return in both processes.
     * @param given the options.
     * @return in the daemon its open context; in the launcher the daemon's pid.
     * @throws daemonctx::error there is no daemon.
     * @since 1.0
     */
    [[nodiscard]] static std::variant<DaemonContext, launched> launch(const options &given)
    {
        return try_launch(given).value();
    }
#endif
    /** @} */

    /** @name Life
     * @{ */
    /**
     * @brief Change options of a closed context; what is left out stays as it is.
     * @param given the options.
     * @return done, or the first option that was refused: those before it are stored.
     * @since 1.0
     */
    result<void> try_configure(const options &given)
    {
        if (state_ == nullptr) {
            return failure(DAEMONCTX_ERR_ARGUMENT);
        }
        return detail::apply(*state_, given);
    }
    /** @brief Dry run: what would open() refuse before it changes anything? @return nothing, or that. @since 1.0 */
    result<void> try_check()
    {
        return recorded(daemonctx_check(handle()));
    }
    /**
     * @brief Become a daemon. It returns in the daemon; in the launcher only when there is none.
     * @return done, or why there is no daemon.
     * @since 1.0
     */
    result<void> try_open()
    {
        const auto keep = state_;
        detail::flush_streams();
        const daemonctx_status_t status = daemonctx_open(handle());
        return after_launch(status) < 0 ? result<void>(failure(status)) : result<void>();
    }
    /**
     * @brief As try_open(), but return in the launcher too, where the context stays closed and can launch again.
     * @return in the launcher the daemon's pid, in the daemon nothing; or why there is no daemon.
     * @since 1.0
     */
    result<std::optional<launched>> try_launch()
    {
        const auto keep = state_;
        detail::flush_streams();
        const daemonctx_status_t status = daemonctx_launch(handle());
        if (after_launch(status) < 0) {
            return failure(status);
        }
        return status == DAEMONCTX_LAUNCHED ? std::optional<launched>(launched{daemon_pid()}) : std::nullopt;
    }
    /** @brief Close. @return done, or the first thing that went wrong; it is closed in any case. @since 1.0 */
    result<void> try_close()
    {
        const auto keep = state_;
        return recorded(daemonctx_close(handle()));
    }
    /**
     * @brief Tell the waiting launcher that the daemon is ready. Any thread.
     * @return done, or why not.
     * @since 1.0
     */
    result<void> try_notify_ready()
    {
        detail::flush_streams(); // what was written until now belongs to where the streams led until now
        return unrecorded("tell that the daemon is ready", daemonctx_notify_ready(handle()));
    }
    /**
     * @brief Tell the waiting launcher that the daemon cannot start. Any thread.
     * @param exit_code any number; the launcher finds it in failure::exit_code.
     * @param text UTF-8, cut to 2,048 bytes.
     * @return told; or status::state: nobody waits.
     * @since 1.0
     */
    result<void> try_notify_failed(int exit_code, const std::string &text)
    {
        return unrecorded("tell that the daemon failed", daemonctx_notify_failed(handle(), exit_code, text.c_str()));
    }
    /** @brief Open streams given as paths again, for log rotation. @return done, or what kept the old. @since 1.0 */
    result<void> try_reopen_streams()
    {
        return recorded(daemonctx_reopen_streams(handle()));
    }
    /**
     * @brief Add a descriptor to those that stay open in the daemon.
     * @param fd the descriptor; it stays the caller's.
     * @return done, or why it was refused.
     * @since 1.0
     */
    result<void> try_preserve(int fd)
    {
        return recorded(daemonctx_preserve(handle(), fd));
    }
    /**
     * @brief Ask the daemon to end, as if a signal mapped to terminate had come. Any thread, and signal handlers.
     * @param signum a signal whose default action ends a process.
     * @return ok; range, state or argument if it was refused.
     * @since 1.0
     */
    status terminate(int signum) noexcept
    {
        return static_cast<status>(daemonctx_terminate(handle(), signum));
    }
    /** @brief Whether the context is open in this process. @return true: it is. @since 1.0 */
    bool is_open() const noexcept
    {
        return daemonctx_is_open(handle()) == 1;
    }
    /** @brief The daemon: this one, or the one that launch() started. @return its pid; 0: none. @since 1.0 */
    int daemon_pid() const noexcept
    {
        return state_ != nullptr ? daemonctx_daemon_pid(handle()) : 0;
    }
    /** @brief Detail of the last call of the C ABI that failed on this context. @return a copy. @since 1.0 */
    daemonctx::failure last_failure() const
    {
        return failure(daemonctx_error_status(handle()));
    }
    /** @brief The C handle, for what C code wants to do with it. @return borrowed; null if moved from. @since 1.0 */
    daemonctx_context_t *native_handle() const noexcept
    {
        return handle();
    }

#if DAEMONCTX_CPP_EXCEPTIONS
    /** @brief As try_configure(). @param given the options. @throws daemonctx::error one was refused. @since 1.0 */
    void configure(const options &given)
    {
        try_configure(given).value();
    }
    /** @brief As try_check(). @throws daemonctx::error what open() would refuse. @since 1.0 */
    void check()
    {
        try_check().value();
    }
    /** @brief As try_open(). @throws daemonctx::error there is no daemon. @since 1.0 */
    void open()
    {
        try_open().value();
    }
    /** @brief As try_launch(). @return in the launcher the pid. @throws daemonctx::error no daemon. @since 1.0 */
    [[nodiscard]] std::optional<launched> launch()
    {
        return try_launch().value();
    }
    /** @brief As try_close(). @throws daemonctx::error what went wrong; it is closed in any case. @since 1.0 */
    void close()
    {
        try_close().value();
    }
    /** @brief As try_notify_ready(). @throws daemonctx::error the streams could not be switched. @since 1.0 */
    void notify_ready()
    {
        try_notify_ready().value();
    }
    /**
     * @brief As try_notify_failed().
     * @param exit_code any number.
     * @param text the reason.
     * @throws daemonctx::error nobody waits.
     * @since 1.0
     */
    void notify_failed(int exit_code, const std::string &text)
    {
        try_notify_failed(exit_code, text).value();
    }
    /** @brief As try_reopen_streams(). @throws daemonctx::error a file could not be opened. @since 1.0 */
    void reopen_streams()
    {
        try_reopen_streams().value();
    }
    /** @brief As try_preserve(). @param fd the descriptor. @throws daemonctx::error it was refused. @since 1.0 */
    void preserve(int fd)
    {
        try_preserve(fd).value();
    }
    /**
     * @brief Call a function, and tell the launcher in the exception's words if it throws before the daemon is ready.
     * @tparam Function its type.
     * @param function takes this context, or nothing.
     * @return what it returns.
     * @throws anything that the function throws.
     * @since 1.0
     */
    template <class Function>
    decltype(auto) run(Function &&function)
    {
        const auto keep = state_; // the function may move the context away
        try {
            if constexpr (std::is_invocable_v<Function, DaemonContext &>) {
                return std::forward<Function>(function)(*this);
            } else {
                return std::forward<Function>(function)();
            }
        } catch (...) {
            if (keep != nullptr) {
                (void)detail::fail_with(keep->handle.get(), std::current_exception());
            }
            throw;
        }
    }
#endif
    /** @} */

    /** @name Events
     * Asking for events turns SIGTERM from the end of the process into an event.
     * @{ */
    /** @brief The descriptor that is readable when dispatch() has work. @return it: the library's. @since 1.0 */
    result<int> try_signal_fd()
    {
        std::int32_t fd = -1;
        const daemonctx_status_t status = daemonctx_signal_fd(handle(), &fd);
        if (status < 0) {
            return failure(status);
        }
        return fd;
    }
    /**
     * @brief Run the deferred handlers of the signals that came; never wait.
     * @return handled or terminated; or why not.
     * @throws anything that a handler threw.
     * @since 1.0
     */
    result<event> try_dispatch()
    {
        const auto keep = state_; // a handler may destroy the context
        return after_events(keep, daemonctx_dispatch(handle()));
    }
    /**
     * @brief Wait for signals and run their deferred handlers.
     * @param limit how long at most.
     * @return what it came to; or why not.
     * @throws anything that a handler threw.
     * @since 1.0
     */
    result<event> try_wait_events(timeout limit = timeout::forever())
    {
        const auto keep = state_;
        return after_events(keep, daemonctx_wait_events(handle(), limit.milliseconds()));
    }
    /** @brief The signal that asks the daemon to end. Any thread. @return it; nothing: none does. @since 1.0 */
    std::optional<int> terminating_signal() const noexcept
    {
        std::int32_t signum = 0;
        return daemonctx_is_terminating(handle(), &signum) == 1 ? std::optional<int>(signum) : std::nullopt;
    }
#if DAEMONCTX_CPP_EXCEPTIONS
    /** @brief As try_signal_fd(). @return the descriptor. @throws daemonctx::error it cannot be made. @since 1.0 */
    int signal_fd()
    {
        return try_signal_fd().value();
    }
    /** @brief As try_dispatch(). @return what it came to. @throws daemonctx::error not open. @since 1.0 */
    event dispatch()
    {
        return try_dispatch().value();
    }
    /**
     * @brief As try_wait_events().
     * @param limit how long at most.
     * @return what it came to.
     * @throws daemonctx::error not open, or waiting failed.
     * @since 1.0
     */
    event wait_events(timeout limit = timeout::forever())
    {
        return try_wait_events(limit).value();
    }
#endif
    /** @} */

  private:
    explicit DaemonContext(std::shared_ptr<detail::state> made) noexcept : stored_options(std::move(made)) {}

    static result<void> unrecorded(const char *deed, daemonctx_status_t status)
    {
        return status < 0 ? result<void>(detail::failure_unrecorded(deed, status)) : result<void>();
    }

    // A trace that threw: in place the context is not left open behind an exception.
    daemonctx_status_t after_launch(daemonctx_status_t status)
    {
        std::exception_ptr thrown;
        if (state_ != nullptr) {
            thrown = std::exchange(state_->thrown_by_trace, nullptr);
        }
#if DAEMONCTX_CPP_EXCEPTIONS
        if (status >= 0 && thrown != nullptr) {
            if (status == DAEMONCTX_OK) {
                (void)daemonctx_close(handle());
            }
            std::rethrow_exception(thrown);
        }
#endif
        return status;
    }

    static result<event> after_events(const std::shared_ptr<detail::state> &keep, daemonctx_status_t status)
    {
#if DAEMONCTX_CPP_EXCEPTIONS
        if (keep != nullptr && keep->thrown_by_handler != nullptr) {
            std::rethrow_exception(std::exchange(keep->thrown_by_handler, nullptr));
        }
#endif
        if (status < 0) {
            return detail::failure_of(keep != nullptr ? keep->handle.get() : nullptr, status);
        }
        return static_cast<event>(status);
    }
};

#if DAEMONCTX_CPP_EXCEPTIONS
/**
 * @brief Become a daemon and call a function; an exception before the daemon is ready is the launcher's error message.
 *
 * @code
 * daemonctx::run({.pidfile = "/run/foo.pid", .ready_mode = daemonctx::ready_mode::manual},
 *                [](daemonctx::DaemonContext &context) {
 *                    Server server;           // throws: "cannot bind to port 80"
 *                    context.notify_ready();
 *                    return server.serve(context);
 *                });
 * @endcode
 *
 * @tparam Function its type.
 * @param given the options.
 * @param function takes the open context, or nothing.
 * @return what it returns.
 * @throws daemonctx::error there is no daemon.
 * @throws anything that the function throws.
 * @since 1.0
 */
template <class Function>
decltype(auto) run(const options &given, Function &&function)
{
    DaemonContext context{given};
    return context.run(std::forward<Function>(function));
}
#endif

} // namespace v1
} // namespace daemonctx

#endif
