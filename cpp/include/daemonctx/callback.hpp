// callback.hpp: what the library calls in the program: hooks, a pid file manager, the trace, signal handlers.
#ifndef DAEMONCTX_CALLBACK_HPP
#define DAEMONCTX_CALLBACK_HPP

#include <daemonctx/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace daemonctx {
inline namespace v1 {

/**
 * @brief What a hook may do with the context that is being opened. It lives as long as the hook runs.
 * @since 1.0
 */
class hook_context {
  public:
    /** @brief For the wrapper. @param context the context. @since 1.0 */
    explicit hook_context(daemonctx_context_t *context) noexcept : context_(context) {}
    hook_context(const hook_context &) = delete;
    hook_context &operator=(const hook_context &) = delete;

    /**
     * @brief Keep a descriptor open in the daemon; in the prepare, daemon and privileged hooks.
     * @param fd the descriptor; it stays the program's.
     * @return done, or why not.
     * @since 1.0
     */
    result<void> try_preserve(int fd)
    {
        const daemonctx_status_t status = daemonctx_preserve(context_, fd);
        return status < 0 ? result<void>(detail::failure_of(context_, status)) : result<void>();
    }
#if DAEMONCTX_CPP_EXCEPTIONS
    /** @brief As try_preserve(). @param fd the descriptor. @throws daemonctx::error it cannot be kept. @since 1.0 */
    void preserve(int fd)
    {
        try_preserve(fd).value();
    }
#endif
    /**
     * @brief Fail the launch with a code and a text, whatever the hook then returns.
     *
     * With exceptions it is simpler to throw: what() is then the text, and the code is 1.
     *
     * @param exit_code any number; the launcher reads it in failure::exit_code.
     * @param text cut to 2,048 bytes.
     * @since 1.0
     */
    void fail(int exit_code, const std::string &text) noexcept
    {
        (void)daemonctx_notify_failed(context_, exit_code, text.c_str());
    }
    /** @brief The C handle. @return borrowed. @since 1.0 */
    daemonctx_context_t *native_handle() const noexcept
    {
        return context_;
    }

  private:
    daemonctx_context_t *context_;
};

/**
 * @brief A hook: any copyable callable that takes a hook_context & or nothing, and returns nothing or an int.
 *
 * Anything other than 0, and an exception, fails the launch with status::callback; an exception's what() becomes the
 * text that the launcher reports.
 *
 * @since 1.0
 */
class hook {
  public:
    /** @brief None. @since 1.0 */
    hook() = default;
    /**
     * @brief From a callable, which is copied.
     * @tparam Function its type.
     * @param function the callable.
     * @since 1.0
     */
    template <class Function, class = std::enable_if_t<!std::is_same_v<std::decay_t<Function>, hook> &&
                                                       (std::is_invocable_v<std::decay_t<Function> &> ||
                                                        std::is_invocable_v<std::decay_t<Function> &, hook_context &>)>>
    hook(Function &&function)
        : call_([copy = std::decay_t<Function>(std::forward<Function>(function))](hook_context &context) mutable {
              if constexpr (std::is_invocable_v<std::decay_t<Function> &, hook_context &>) {
                  return result_of([&]() { return copy(context); });
              } else {
                  return result_of([&]() { return copy(); });
              }
          })
    {
    }

    /** @brief Whether there is one. @since 1.0 */
    explicit operator bool() const noexcept { return static_cast<bool>(call_); }
    /** @brief Call it. @param context for it. @return 0, or what fails the launch. @since 1.0 */
    int operator()(hook_context &context) const { return call_ ? call_(context) : 0; }

  private:
    template <class Function>
    static int result_of(const Function &function)
    {
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            return 0;
        } else {
            return function();
        }
    }

    std::function<int(hook_context &)> call_;
};

/**
 * @brief Callbacks that keep the pid file, in place of a path: both are needed.
 *
 * enter runs in the daemon, at the step of the pid file; exit when the context is closed, never in a signal handler.
 *
 * @since 1.0
 */
struct pidfile_manager {
    hook enter = {}; /**< takes the pid file */
    hook exit = {};  /**< gives it back */
};

/**
 * @brief Told of each step of a launch, in the launcher, and how it ended.
 *
 * An exception that leaves it before the fork fails the launch with its text. Later it is kept, the trace is not
 * called again, and open() or launch() throw it if they return where it came up; in place the context is closed first.
 *
 * @since 1.0
 */
using trace_function = std::function<void(step, status)>;

/** @brief A deferred signal handler: it runs in dispatch() and wait_events(). @since 1.0 */
using signal_handler = std::function<void(int signum)>;

/** @brief What the signal map does with a signal; see enum daemonctx_signal_action. @since 1.0 */
enum class signal_action : std::uint32_t {
    ignore = DAEMONCTX_SIGNAL_ACTION_IGNORE,               /**< ignored */
    default_action = DAEMONCTX_SIGNAL_ACTION_DEFAULT,      /**< its default action */
    terminate = DAEMONCTX_SIGNAL_ACTION_TERMINATE,         /**< asks the daemon to end */
    handler = DAEMONCTX_SIGNAL_ACTION_HANDLER,             /**< a deferred handler; read only */
    async_handler = DAEMONCTX_SIGNAL_ACTION_ASYNC_HANDLER, /**< an async handler; read only */
    unset = DAEMONCTX_SIGNAL_ACTION_UNSET                  /**< not in the map: as the program set it */
};

/** @brief A handler that is installed as it is: only async-signal-safe calls are allowed in it. @since 1.0 */
struct async_handler {
    daemonctx_async_signal_fn function; /**< a plain function */
};

/**
 * @brief One entry of the signal map: an action, a callable (deferred), or an async_handler.
 * @since 1.0
 */
class signal_disposition {
  public:
    /** @brief An action. @param action ignore, default_action, terminate, or unset. @since 1.0 */
    signal_disposition(signal_action action) : held_(action) {}
    /** @brief A handler in signal context. @param handler the plain function. @since 1.0 */
    signal_disposition(async_handler handler) : held_(handler) {}
    /**
     * @brief A deferred handler.
     * @tparam Function a copyable callable that takes the signal's number or nothing.
     * @param function the callable, which is copied.
     * @since 1.0
     */
    template <class Function, class = std::enable_if_t<std::is_invocable_v<std::decay_t<Function> &> ||
                                                       std::is_invocable_v<std::decay_t<Function> &, int>>>
    signal_disposition(Function &&function) : held_(deferred(std::forward<Function>(function)))
    {
    }

    /** @cond internal */
    using held_type = std::variant<signal_action, async_handler, signal_handler>;
    const held_type &held() const noexcept { return held_; }
    /** @endcond */

  private:
    template <class Function>
    static signal_handler deferred(Function &&function)
    {
        if constexpr (std::is_invocable_v<std::decay_t<Function> &, int>) {
            return signal_handler(std::forward<Function>(function));
        } else {
            return [copy = std::decay_t<Function>(std::forward<Function>(function))](int) mutable {
                copy();
            };
        }
    }

    held_type held_;
};

/**
 * @brief Entries that are laid over the default map: SIGTTIN, SIGTTOU, SIGTSTP ignored, SIGTERM terminates.
 * @since 1.0
 */
using signal_map = std::map<int, signal_disposition>;

} // namespace v1
} // namespace daemonctx

#endif
