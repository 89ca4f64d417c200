// options.hpp: the options of a context, as one aggregate.
#ifndef DAEMONCTX_OPTIONS_HPP
#define DAEMONCTX_OPTIONS_HPP

#include <daemonctx/callback.hpp>
#include <daemonctx/stream.hpp>
#include <daemonctx/timeout.hpp>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace daemonctx {
inline namespace v1 {

/** @brief Whether to detach; see enum daemonctx_detach_process. @since 1.0 */
enum class detach_process : std::uint32_t {
    no = DAEMONCTX_DETACH_PROCESS_NO,         /**< in place: same process, same session */
    yes = DAEMONCTX_DETACH_PROCESS_YES,       /**< always */
    automatic = DAEMONCTX_DETACH_PROCESS_AUTO /**< where it is required (the PEP's None) */
};

/** @brief Why detaching is, or is not, required; see enum daemonctx_detach_reason. @since 1.0 */
enum class detach_reason : std::uint32_t {
    required = DAEMONCTX_DETACH_REASON_REQUIRED,             /**< it is required */
    pid_1 = DAEMONCTX_DETACH_REASON_PID_1,                   /**< this process is PID 1 */
    child_of_pid_1 = DAEMONCTX_DETACH_REASON_CHILD_OF_PID_1, /**< started by PID 1, without a terminal */
    inetd = DAEMONCTX_DETACH_REASON_INETD,                   /**< started by inetd */
    notify_socket = DAEMONCTX_DETACH_REASON_NOTIFY_SOCKET,   /**< a service manager waits for a notification */
    listen_pid = DAEMONCTX_DETACH_REASON_LISTEN_PID          /**< systemd's variables name this process */
};

/** @brief How to detach; see enum daemonctx_detach_method. @since 1.0 */
enum class detach_method : std::uint32_t {
    automatic = DAEMONCTX_DETACH_METHOD_AUTO,               /**< the library chooses */
    fork = DAEMONCTX_DETACH_METHOD_FORK,                    /**< fork twice */
    reexec = DAEMONCTX_DETACH_METHOD_REEXEC,                /**< start the executable again */
    fork_unchecked = DAEMONCTX_DETACH_METHOD_FORK_UNCHECKED /**< fork, and threads are the caller's concern */
};

/** @brief When the daemon is ready; see enum daemonctx_ready_mode. @since 1.0 */
enum class ready_mode : std::uint32_t {
    on_open = DAEMONCTX_READY_MODE_ON_OPEN, /**< when open() has done its steps */
    manual = DAEMONCTX_READY_MODE_MANUAL    /**< when the daemon calls notify_ready() */
};

/** @brief When the streams are switched; see enum daemonctx_stream_switch. @since 1.0 */
enum class stream_switch : std::uint32_t {
    at_open = DAEMONCTX_STREAM_SWITCH_AT_OPEN,  /**< in the launch */
    at_ready = DAEMONCTX_STREAM_SWITCH_AT_READY /**< when the daemon is ready */
};

/** @brief What happens to signals outside the map; see enum daemonctx_signal_reset. @since 1.0 */
enum class signal_reset : std::uint32_t {
    mapped = DAEMONCTX_SIGNAL_RESET_MAPPED, /**< nothing */
    all = DAEMONCTX_SIGNAL_RESET_ALL        /**< they go to their default action */
};

/** @brief The type of daemonctx::inherit. @since 1.0 */
struct inherit_t {
    explicit inherit_t() = default;
};
/** @brief For options::umask: keep the launcher's. @since 1.0 */
inline constexpr inherit_t inherit{};

/**
 * @brief The daemon's umask: mode bits, or the launcher's (daemonctx::inherit).
 * @since 1.0
 */
class umask_option {
  public:
    /** @brief A mask. @param mask the mode bits to take away from new files, 0 to 0777. @since 1.0 */
    umask_option(mode_t mask) noexcept : mask_(mask) {}
    /** @brief The launcher's. @since 1.0 */
    umask_option(inherit_t) noexcept {}
    /** @brief The mask. @return it; nothing if the launcher's is kept. @since 1.0 */
    std::optional<mode_t> mask() const noexcept { return mask_; }

  private:
    std::optional<mode_t> mask_;
};

/**
 * @brief The pid file: none, a path, or a pidfile_manager.
 * @since 1.0
 */
class pidfile_option {
  public:
    /** @brief None: the default. @since 1.0 */
    pidfile_option() = default;
    /**
     * @brief A path.
     * @tparam Path whatever makes a std::filesystem::path.
     * @param path the file; relative to the launcher's working directory at open.
     * @since 1.0
     */
    template <class Path, class = std::enable_if_t<std::is_convertible_v<Path, std::filesystem::path>>>
    pidfile_option(const Path &path) : held_(std::filesystem::path(path))
    {
    }
    /** @brief Callbacks. @param manager enters and exits. @since 1.0 */
    pidfile_option(pidfile_manager manager) : held_(std::move(manager)) {}

    /** @brief The path. @return its address; null if there is none. @since 1.0 */
    const std::filesystem::path *path() const noexcept { return std::get_if<std::filesystem::path>(&held_); }
    /** @brief The manager. @return its address; null if there is none. @since 1.0 */
    const pidfile_manager *manager() const noexcept { return std::get_if<pidfile_manager>(&held_); }

  private:
    std::variant<std::monostate, std::filesystem::path, pidfile_manager> held_;
};

/**
 * @brief The options of a context: first the PEP's, in its order, then the library's own; later versions append.
 *
 * What is left out has the library's default. It is an aggregate: with C++20 name the members in their order,
 * `{.working_directory = "/var/lib/foo", .pidfile = "/run/foo.pid"}`; with C++17 assign to them. The setters of the C
 * ABI say what each takes and refuses.
 *
 * @since 1.0
 */
struct options {
    std::vector<int> files_preserve = {};                         /**< stay open in the daemon; default: none */
    std::optional<std::filesystem::path> chroot_directory = {};   /**< becomes the root; default: none */
    std::optional<std::filesystem::path> working_directory = {};  /**< default: "/" */
    std::optional<umask_option> umask = {};                       /**< default: 0 */
    pidfile_option pidfile = {};                                  /**< default: none */
    std::optional<daemonctx::detach_process> detach_process = {}; /**< default: automatic */
    daemonctx::signal_map signal_map = {};                        /**< laid over the default map */
    std::optional<uid_t> uid = {};                                /**< default: the real user id */
    std::optional<gid_t> gid = {};                                /**< default: that user's, or the real one */
    std::optional<bool> prevent_core = {};                        /**< default: true */
    std::optional<stream> stdin_stream = {};                      /**< default: null */
    std::optional<stream> stdout_stream = {};                     /**< default: null */
    std::optional<stream> stderr_stream = {};                     /**< default: null */
    std::optional<std::string> user = {};                         /**< by name, in place of uid */
    std::optional<std::string> group = {};                        /**< by name, in place of gid */
    std::optional<std::vector<gid_t>> groups = {};                /**< default: that user's; may be empty */
    bool clear_signal_map = false;                                /**< lay signal_map over an empty map */
    std::optional<daemonctx::signal_reset> signal_reset = {};     /**< default: mapped */
    std::optional<daemonctx::detach_method> detach_method = {};   /**< default: automatic */
    std::optional<daemonctx::ready_mode> ready_mode = {};         /**< default: on_open */
    std::optional<timeout> ready_timeout = {};                    /**< default: 90 seconds */
    std::optional<daemonctx::stream_switch> stream_switch = {};   /**< default: at_open */
    hook prepare_hook = {};                                       /**< in the launcher, before the first fork */
    hook launcher_hook = {};                                      /**< in the launcher, right after it */
    hook daemon_hook = {};                                        /**< first of all in the daemon */
    hook privileged_hook = {};                                    /**< in the daemon, with all privileges */
    trace_function trace = {};                                    /**< told of each step */
    std::optional<bool> no_new_privs = {};                        /**< default: false */
    std::optional<std::uint64_t> capabilities = {};               /**< kept ones, bit n for number n */
    std::optional<bool> close_at_exit = {};                       /**< default: true */
    std::optional<std::string> state = {};                        /**< bytes for the daemon by re-exec */
};

/**
 * @brief Whether this process is one that the library started again, by re-exec.
 * @return true there, also after opening.
 * @since 1.0
 */
inline bool is_relaunched() noexcept
{
    return daemonctx_is_relaunched() == 1;
}

/** @brief Whether a daemon started as this process was has to detach, and why. @since 1.0 */
struct detach_requirement {
    bool required;                   /**< what automatic goes by */
    daemonctx::detach_reason reason; /**< why, or why not */
    /** @brief Whether it is required. @since 1.0 */
    explicit operator bool() const noexcept { return required; }
};

/**
 * @brief Ask whether a daemon started as this process was has to detach.
 * @return the answer and its reason.
 * @since 1.0
 */
inline detach_requirement is_detach_required() noexcept
{
    std::uint32_t reason = 0;
    const bool required = daemonctx_is_detach_required(&reason) == 1;
    return {required, static_cast<detach_reason>(reason)};
}

} // namespace v1
} // namespace daemonctx

#endif
