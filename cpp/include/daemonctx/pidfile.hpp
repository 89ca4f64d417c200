// pidfile.hpp: asking, signalling, stopping and awaiting the daemon of a pid file; no context is needed.
#ifndef DAEMONCTX_PIDFILE_HPP
#define DAEMONCTX_PIDFILE_HPP

#include <daemonctx/result.hpp>
#include <daemonctx/timeout.hpp>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>

namespace daemonctx {
inline namespace v1 {

/** @brief The daemon of a pid file: the lock decides who that is, never the content. @since 1.0 */
namespace pidfile {

/** @brief What came of it. @since 1.0 */
enum class outcome : std::int32_t {
    done = DAEMONCTX_OK,                /**< the daemon was there, and it is done */
    not_running = DAEMONCTX_NOT_RUNNING /**< nobody holds the pid file */
};

/** @brief Who holds a pid file. @since 1.0 */
struct holder {
    bool running = false; /**< a daemon runs or is starting */
    int pid = 0;          /**< its pid; 0 while it is starting, and in another pid namespace */
    /** @brief Whether a daemon runs or is starting. @since 1.0 */
    explicit operator bool() const noexcept { return running; }
};

/** @cond internal */
namespace detail {

inline result<outcome> told(const char *deed, const std::filesystem::path &path, daemonctx_status_t status)
{
    if (status >= 0) {
        return static_cast<outcome>(status);
    }
    const int error_number = errno; // of the failing system call; says nothing where the arguments were refused
    const bool meant = status != DAEMONCTX_ERR_ARGUMENT && status != DAEMONCTX_ERR_RANGE;
    std::string sentence = std::string(deed) + " '" + path.native() + "': " + daemonctx_status_message(status);
    if (meant && error_number != 0) {
        sentence += ": " + std::generic_category().message(error_number);
    }
    return daemonctx::v1::detail::failure_named(static_cast<daemonctx::v1::status>(status), std::move(sentence),
                                                meant ? error_number : 0);
}

// A path that holds a NUL would be another file's.
template <class Call>
result<outcome> ask(const char *deed, const std::filesystem::path &path, const Call &call)
{
    const bool whole = path.native().find('\0') == std::string::npos;
    errno = 0;
    return told(deed, path, whole ? call(path.c_str()) : DAEMONCTX_ERR_ARGUMENT);
}

} // namespace detail
/** @endcond */

/**
 * @brief Ask which daemon holds a pid file.
 * @param path the pid file.
 * @return who, or why that cannot be told.
 * @since 1.0
 */
inline result<holder> try_query(const std::filesystem::path &path)
{
    std::int32_t pid = 0;
    const result<outcome> asked = detail::ask("cannot query the pid file", path,
                                              [&pid](const char *name) { return daemonctx_pidfile_query(name, &pid); });
    if (!asked) {
        return asked.error();
    }
    return *asked == outcome::done ? holder{true, pid} : holder{};
}

/**
 * @brief Send a signal to the daemon of a pid file, and to nobody else.
 * @param path the pid file.
 * @param signum a signal, or 0 to find out whether one could be sent.
 * @return whether there was a daemon, or why it was not sent.
 * @since 1.0
 */
inline result<outcome> try_signal(const std::filesystem::path &path, int signum)
{
    return detail::ask("cannot signal the daemon of", path,
                       [signum](const char *name) { return daemonctx_pidfile_signal(name, signum); });
}

/**
 * @brief Stop the daemon of a pid file: SIGTERM, and SIGKILL if it is not gone in time. Returns when it is gone.
 * @param path the pid file.
 * @param kill_after until SIGKILL; timeout::forever(): never.
 * @return whether there was a daemon, or why it is not stopped.
 * @since 1.0
 */
inline result<outcome> try_stop(const std::filesystem::path &path, timeout kill_after)
{
    return detail::ask("cannot stop the daemon of", path, [kill_after](const char *name) {
        return daemonctx_pidfile_stop(name, kill_after.milliseconds());
    });
}

/**
 * @brief Wait until the daemon of a pid file has ended.
 * @param path the pid file.
 * @param limit how long at most; when it is over, the failure is status::timeout.
 * @return whether there was a daemon, or why its end was not seen.
 * @since 1.0
 */
inline result<outcome> try_wait(const std::filesystem::path &path, timeout limit = timeout::forever())
{
    return detail::ask("cannot await the daemon of", path,
                       [limit](const char *name) { return daemonctx_pidfile_wait(name, limit.milliseconds()); });
}

#if DAEMONCTX_CPP_EXCEPTIONS
/**
 * @brief Ask which daemon holds a pid file.
 * @param path the pid file.
 * @return who holds it.
 * @throws daemonctx::error it cannot be told.
 * @since 1.0
 */
inline holder query(const std::filesystem::path &path)
{
    return try_query(path).value();
}

/**
 * @brief Send a signal to the daemon of a pid file, and to nobody else.
 * @param path the pid file.
 * @param signum a signal, or 0 to find out whether one could be sent.
 * @return whether there was a daemon.
 * @throws daemonctx::error it could not be sent.
 * @since 1.0
 */
inline outcome signal(const std::filesystem::path &path, int signum)
{
    return try_signal(path, signum).value();
}

/**
 * @brief Stop the daemon of a pid file: SIGTERM, and SIGKILL if it is not gone in time. Returns when it is gone.
 * @param path the pid file.
 * @param kill_after until SIGKILL; timeout::forever(): never.
 * @return whether there was a daemon.
 * @throws daemonctx::error it could not be stopped.
 * @since 1.0
 */
inline outcome stop(const std::filesystem::path &path, timeout kill_after)
{
    return try_stop(path, kill_after).value();
}

/**
 * @brief Wait until the daemon of a pid file has ended.
 * @param path the pid file.
 * @param limit how long at most.
 * @return whether there was a daemon.
 * @throws daemonctx::error its end was not seen; status::timeout: it still runs.
 * @since 1.0
 */
inline outcome wait(const std::filesystem::path &path, timeout limit = timeout::forever())
{
    return try_wait(path, limit).value();
}
#endif

} // namespace pidfile
} // namespace v1
} // namespace daemonctx

#endif
