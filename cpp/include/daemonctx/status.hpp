// status.hpp: the library's statuses, steps and version in C++; statuses are error codes of a category of their own.
#ifndef DAEMONCTX_STATUS_HPP
#define DAEMONCTX_STATUS_HPP

#include <daemonctx/daemonctx.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

/**
 * @def DAEMONCTX_CPP_EXCEPTIONS
 * @brief 1 where exceptions are on; with -fno-exceptions it is 0, and members that throw are not declared.
 * @since 1.0
 */
#if defined(__cpp_exceptions)
#define DAEMONCTX_CPP_EXCEPTIONS 1
#else
#define DAEMONCTX_CPP_EXCEPTIONS 0
#endif

/** @brief The C++ wrapper of libdaemonctx: daemonctx::DaemonContext and what belongs to it. @since 1.0 */
namespace daemonctx {
/** @brief The first version of the interface; its names are those of daemonctx itself. @since 1.0 */
inline namespace v1 {

/**
 * @brief What a call came to: an error, done, or another outcome; enum daemonctx_status says what each means.
 * @since 1.0
 */
enum class status : std::int32_t {
    ok = DAEMONCTX_OK,                               /**< done */
    launched = DAEMONCTX_LAUNCHED,                   /**< this is the launcher, and the daemon runs */
    terminated = DAEMONCTX_TERMINATED,               /**< a signal asks the daemon to end */
    idle = DAEMONCTX_IDLE,                           /**< nothing came in time */
    not_running = DAEMONCTX_NOT_RUNNING,             /**< nobody holds the lock of the pid file */
    argument = DAEMONCTX_ERR_ARGUMENT,               /**< an empty argument, or options that contradict */
    range = DAEMONCTX_ERR_RANGE,                     /**< a value outside its range */
    state = DAEMONCTX_ERR_STATE,                     /**< the call does not fit the state of the context */
    memory = DAEMONCTX_ERR_MEMORY,                   /**< memory could not be had */
    system = DAEMONCTX_ERR_SYSTEM,                   /**< a system call failed */
    not_found = DAEMONCTX_ERR_NOT_FOUND,             /**< no such user, group or stored value */
    already_running = DAEMONCTX_ERR_ALREADY_RUNNING, /**< another process holds the pid file */
    unsafe_path = DAEMONCTX_ERR_UNSAFE_PATH,         /**< the pid file could be in the hands of another user */
    privilege = DAEMONCTX_ERR_PRIVILEGE,             /**< a change of identity failed */
    threads = DAEMONCTX_ERR_THREADS,                 /**< the process has more than one thread */
    timeout = DAEMONCTX_ERR_TIMEOUT,                 /**< not ready, or not gone, in time */
    died = DAEMONCTX_ERR_DIED,                       /**< the daemon ended before it was ready */
    program = DAEMONCTX_ERR_PROGRAM,                 /**< the daemon told that it cannot start */
    callback = DAEMONCTX_ERR_CALLBACK,               /**< a hook or a pid file manager failed */
    unsupported = DAEMONCTX_ERR_UNSUPPORTED          /**< this version or platform cannot do it */
};

/** @brief A step of the launch, in the order in which they run; see enum daemonctx_step. @since 1.0 */
enum class step : std::uint32_t {
    none = DAEMONCTX_STEP_NONE,                           /**< not in a launch */
    plan = DAEMONCTX_STEP_PLAN,                           /**< before any change */
    prepare = DAEMONCTX_STEP_PREPARE,                     /**< the prepare hook */
    detach = DAEMONCTX_STEP_DETACH,                       /**< two forks and a new session */
    files = DAEMONCTX_STEP_FILES,                         /**< descriptors are closed */
    prevent_core = DAEMONCTX_STEP_PREVENT_CORE,           /**< core dumps are switched off */
    privileged = DAEMONCTX_STEP_PRIVILEGED,               /**< the privileged hook */
    chroot = DAEMONCTX_STEP_CHROOT,                       /**< the root directory is changed */
    identity = DAEMONCTX_STEP_IDENTITY,                   /**< groups, gid and uid are changed */
    not_dumpable = DAEMONCTX_STEP_NOT_DUMPABLE,           /**< not dumpable, once more */
    working_directory = DAEMONCTX_STEP_WORKING_DIRECTORY, /**< the working directory is changed */
    umask = DAEMONCTX_STEP_UMASK,                         /**< the umask is set */
    signals = DAEMONCTX_STEP_SIGNALS,                     /**< the signal map is installed */
    streams = DAEMONCTX_STEP_STREAMS,                     /**< descriptors 0, 1 and 2 are switched */
    pidfile = DAEMONCTX_STEP_PIDFILE,                     /**< the pid is written, or the manager entered */
    open = DAEMONCTX_STEP_OPEN,                           /**< the context is marked open */
    close_at_exit = DAEMONCTX_STEP_CLOSE_AT_EXIT,         /**< closing at exit() is put in force */
    report = DAEMONCTX_STEP_REPORT                        /**< the launcher waits for the daemon */
};

/**
 * @brief Name of a status, such as "ERR_TIMEOUT"; "UNKNOWN" for an unknown value.
 * @param value any value.
 * @return a static text.
 * @since 1.0
 */
inline std::string_view name(status value) noexcept
{
    return daemonctx_status_name(static_cast<daemonctx_status_t>(value));
}

/**
 * @brief What a status means, in a few words.
 * @param value any value.
 * @return a static text.
 * @since 1.0
 */
inline std::string_view message(status value) noexcept
{
    return daemonctx_status_message(static_cast<daemonctx_status_t>(value));
}

/**
 * @brief Name of a step, such as "working_directory"; "unknown" for an unknown value.
 * @param value any value.
 * @return a static text.
 * @since 1.0
 */
inline std::string_view name(step value) noexcept
{
    return daemonctx_step_name(static_cast<daemonctx_step_t>(value));
}

/**
 * @brief Version of the library that runs, as one number.
 * @return major * 10000 + minor * 100 + patch: 10000 for 1.0.0.
 * @since 1.0
 */
inline std::uint32_t version() noexcept
{
    return daemonctx_version();
}

/**
 * @brief Version of the library that runs, as text.
 * @return a static text, such as "1.0.0".
 * @since 1.0
 */
inline std::string_view version_string() noexcept
{
    return daemonctx_version_string();
}

/** @cond internal */
namespace detail {

class status_category final : public std::error_category {
  public:
    const char *name() const noexcept override { return "daemonctx"; }
    std::string message(int value) const override { return daemonctx_status_message(value); }
};

} // namespace detail
/** @endcond */

/**
 * @brief The category of error codes that are statuses of this library.
 * @return the one object of that category.
 * @since 1.0
 */
inline const std::error_category &category() noexcept
{
    static const detail::status_category one;
    return one;
}

/**
 * @brief A status as an error code, so that `code == daemonctx::status::already_running` can be asked.
 * @param value any value.
 * @return the code, in category().
 * @since 1.0
 */
inline std::error_code make_error_code(status value) noexcept
{
    return {static_cast<int>(value), category()};
}

} // namespace v1
} // namespace daemonctx

/** @cond internal */
template <>
struct std::is_error_code_enum<daemonctx::status> : std::true_type {
};
/** @endcond */

#endif
