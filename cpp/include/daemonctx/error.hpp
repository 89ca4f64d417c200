// error.hpp: what is known of a failed call, as a value and as an exception.
#ifndef DAEMONCTX_ERROR_HPP
#define DAEMONCTX_ERROR_HPP

#include <daemonctx/status.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace daemonctx {
inline namespace v1 {

/**
 * @brief All that is known of a failed call; a copy, which no later call changes.
 * @since 1.0
 */
struct failure {
    daemonctx::status status = daemonctx::status::ok; /**< what the call returned */
    daemonctx::step step = daemonctx::step::none;     /**< the step of the launch that failed */
    int error_number = 0;     /**< errno of the system call that failed, in the daemon or the launcher; 0: none */
    int pid = 0;              /**< the running daemon, or the one that failed; 0: not known */
    int exit_code = -1;       /**< what the daemon ended with, or told; -1: not known; look at status first */
    int signal = -1;          /**< the signal that ended the daemon, or aborted the launch; -1: none, or not known */
    std::string message = {}; /**< one sentence that a user can act on */

    /**
     * @brief The failure as an error code.
     * @return errno in std::generic_category() where a system call failed, else the status in category().
     * @since 1.0
     */
    std::error_code code() const noexcept
    {
        return error_number != 0 ? std::error_code(error_number, std::generic_category()) : make_error_code(status);
    }
};

/**
 * @brief The exception of this library: std::system_error with the detail of the failed call.
 *
 * Copying it never throws.
 *
 * @since 1.0
 */
class error : public std::system_error {
  public:
    /**
     * @brief From what is known of the failed call.
     * @param known the detail.
     * @since 1.0
     */
    explicit error(daemonctx::failure known)
        : std::system_error(known.code()), known_(std::make_shared<const daemonctx::failure>(std::move(known)))
    {
    }

    /** @brief The library's sentence, and nothing else. @return text that lives as long as the exception. @since 1.0 */
    const char *what() const noexcept override { return known_->message.c_str(); }
    /** @brief What the call returned. @return a negative status. @since 1.0 */
    daemonctx::status status() const noexcept { return known_->status; }
    /** @brief Where the launch failed. @return the step; step::none outside a launch. @since 1.0 */
    daemonctx::step step() const noexcept { return known_->step; }
    /** @brief The running daemon, or the one that failed. @return its pid; 0 if not known. @since 1.0 */
    int pid() const noexcept { return known_->pid; }
    /** @brief What the daemon ended with, or told. @return the code; -1 if not known. @since 1.0 */
    int exit_code() const noexcept { return known_->exit_code; }
    /** @brief The signal that ended the daemon, or aborted the launch. @return its number; -1: none. @since 1.0 */
    int signal() const noexcept { return known_->signal; }
    /** @brief All of it as one value. @return borrowed: as long as the exception lives. @since 1.0 */
    const daemonctx::failure &detail() const noexcept { return *known_; }

  private:
    std::shared_ptr<const daemonctx::failure> known_; // shared: an exception must be copied without throwing
};

/** @cond internal */
namespace detail {

// Of a call that leaves its detail in the context.
inline failure failure_of(const daemonctx_context_t *context, daemonctx_status_t returned)
{
    failure known;
    known.status = static_cast<status>(returned);
    known.step = static_cast<step>(daemonctx_error_step(context));
    if (context != nullptr) {
        known.error_number = daemonctx_error_errno(context);
        known.pid = daemonctx_error_pid(context);
        known.exit_code = daemonctx_error_exit_code(context);
        known.signal = daemonctx_error_signal(context);
    }
    known.message = daemonctx_error_message(context);
    return known;
}

// Of a call that records nothing, or of the wrapper itself.
inline failure failure_named(status returned, std::string sentence, int error_number = 0)
{
    failure known;
    known.status = returned;
    known.error_number = error_number;
    known.message = std::move(sentence);
    return known;
}

inline failure failure_unrecorded(std::string_view deed, daemonctx_status_t returned)
{
    return failure_named(static_cast<status>(returned),
                         std::string("cannot ").append(deed) + ": " + daemonctx_status_message(returned));
}

} // namespace detail
/** @endcond */

} // namespace v1
} // namespace daemonctx

#endif
