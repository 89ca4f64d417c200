// stored.hpp: what a context has stored: reading its options, and putting them back to their defaults.
#ifndef DAEMONCTX_STORED_HPP
#define DAEMONCTX_STORED_HPP

#include <daemonctx/detail/state.hpp>
#include <daemonctx/options.hpp>
#include <daemonctx/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace daemonctx {
inline namespace v1 {

/**
 * @brief The part of DaemonContext that knows its options. It is not made by itself.
 * @since 1.0
 */
class stored_options {
  public:
    /** @name Options as they are stored
     * Copies; after a move the defaults of their types.
     * @{ */
    /** @brief Descriptors that stay open. @return the list. @since 1.0 */
    std::vector<int> files_preserve() const
    {
        const std::int32_t *list = nullptr;
        std::size_t count = 0;
        (void)daemonctx_get_files_preserve(handle(), &list, &count);
        return std::vector<int>(list, list + count);
    }
    /** @brief The new root directory. @return nothing: none. @since 1.0 */
    std::optional<std::filesystem::path> chroot_directory() const { return text(daemonctx_get_chroot_directory); }
    /** @brief The working directory. @return its path. @since 1.0 */
    std::filesystem::path working_directory() const { return text(daemonctx_get_working_directory).value_or(""); }
    /** @brief The umask. @return nothing: the launcher's is kept. @since 1.0 */
    std::optional<mode_t> umask() const { return number(daemonctx_get_umask); }
    /** @brief The pid file. @return nothing: none, or a manager. @since 1.0 */
    std::optional<std::filesystem::path> pidfile() const { return text(daemonctx_get_pidfile); }
    /** @brief Whether to detach. @return as it was set: automatic is not resolved. @since 1.0 */
    daemonctx::detach_process detach_process() const
    {
        return enumerated<daemonctx::detach_process>(daemonctx_get_detach_process);
    }
    /** @brief What automatic decided when the context was made. @return why. @since 1.0 */
    daemonctx::detach_reason detach_reason() const
    {
        return enumerated<daemonctx::detach_reason>(daemonctx_detach_reason);
    }
    /** @brief What a signal does. @param signum the signal. @return nothing: that is no signal. @since 1.0 */
    std::optional<daemonctx::signal_action> signal_action(int signum) const
    {
        std::uint32_t action = 0;
        if (daemonctx_get_signal_action(handle(), signum, &action) < 0) {
            return std::nullopt;
        }
        return static_cast<daemonctx::signal_action>(action);
    }
    /** @brief What happens to signals outside the map. @return the mode. @since 1.0 */
    daemonctx::signal_reset signal_reset() const
    {
        return enumerated<daemonctx::signal_reset>(daemonctx_get_signal_reset);
    }
    /** @brief The user id. @return as set, else the real one. @since 1.0 */
    uid_t uid() const { return number(daemonctx_get_uid).value_or(0); }
    /** @brief The group id. @return as set, else the real one. @since 1.0 */
    gid_t gid() const { return number(daemonctx_get_gid).value_or(0); }
    /** @brief The user by name. @return nothing: none. @since 1.0 */
    std::optional<std::string> user() const { return text(daemonctx_get_user); }
    /** @brief The group by name. @return nothing: none. @since 1.0 */
    std::optional<std::string> group() const { return text(daemonctx_get_group); }
    /** @brief Supplementary groups. @return the list; empty also if none is set. @since 1.0 */
    std::vector<gid_t> groups() const
    {
        const std::uint32_t *list = nullptr;
        std::size_t count = 0;
        (void)daemonctx_get_groups(handle(), &list, &count);
        return std::vector<gid_t>(list, list + count);
    }
    /** @brief Whether no core file is left. @return the flag. @since 1.0 */
    bool prevent_core() const { return flag(daemonctx_get_prevent_core); }
    /** @brief Standard input. @return the stream. @since 1.0 */
    stream stdin_stream() const
    {
        constexpr auto path = [](const daemonctx_context_t *context, const char **file, std::uint32_t *mode) {
            *mode = 0;
            return daemonctx_get_stdin_path(context, file);
        };
        return stream_of(daemonctx_get_stdin_kind, daemonctx_get_stdin, path);
    }
    /** @brief Standard output. @return the stream. @since 1.0 */
    stream stdout_stream() const
    {
        return stream_of(daemonctx_get_stdout_kind, daemonctx_get_stdout, daemonctx_get_stdout_path);
    }
    /** @brief Standard error output. @return the stream. @since 1.0 */
    stream stderr_stream() const
    {
        return stream_of(daemonctx_get_stderr_kind, daemonctx_get_stderr, daemonctx_get_stderr_path);
    }
    /** @brief How to detach. @return as it was set. @since 1.0 */
    daemonctx::detach_method detach_method() const
    {
        return enumerated<daemonctx::detach_method>(daemonctx_get_detach_method);
    }
    /** @brief When the daemon is ready. @return the mode. @since 1.0 */
    daemonctx::ready_mode ready_mode() const { return enumerated<daemonctx::ready_mode>(daemonctx_get_ready_mode); }
    /** @brief How long the launcher waits. @return the time. @since 1.0 */
    timeout ready_timeout() const
    {
        std::int32_t milliseconds = 0;
        (void)daemonctx_get_ready_timeout(handle(), &milliseconds);
        return timeout::from_milliseconds(milliseconds);
    }
    /** @brief When the streams are switched. @return when. @since 1.0 */
    daemonctx::stream_switch stream_switch() const
    {
        return enumerated<daemonctx::stream_switch>(daemonctx_get_stream_switch);
    }
    /** @brief Whether programs that are executed can gain no privileges. @return the flag. @since 1.0 */
    bool no_new_privs() const { return flag(daemonctx_get_no_new_privs); }
    /** @brief Capabilities that are kept. @return bit n for number n; 0: not used. @since 1.0 */
    std::uint64_t capabilities() const
    {
        std::uint64_t kept = 0;
        (void)daemonctx_get_capabilities(handle(), &kept);
        return kept;
    }
    /** @brief Whether exit() closes the context. @return the flag. @since 1.0 */
    bool close_at_exit() const { return flag(daemonctx_get_close_at_exit); }
    /** @brief The bytes for the daemon by re-exec. @return a copy; empty: none. @since 1.0 */
    std::string state() const { return bytes(daemonctx_get_state).value_or(std::string()); }
    /** @brief The bytes that the launcher stored. @return nothing: not started again by re-exec. @since 1.0 */
    std::optional<std::string> inherited_state() const { return bytes(daemonctx_get_inherited_state); }
    /** @} */

    /** @name Back to the default
     * Each returns done, or status::state: the context is not closed.
     * @{ */
    /** @brief No new root directory. @return done, or why not. @since 1.0 */
    result<void> unset_chroot_directory() { return recorded(daemonctx_unset_chroot_directory(handle())); }
    /** @brief Neither a pid file nor a manager. @return done, or why not. @since 1.0 */
    result<void> unset_pidfile() { return recorded(daemonctx_unset_pidfile(handle())); }
    /** @brief The real user id. @return done, or why not. @since 1.0 */
    result<void> unset_uid() { return recorded(daemonctx_unset_uid(handle())); }
    /** @brief The real group id, or the user's. @return done, or why not. @since 1.0 */
    result<void> unset_gid() { return recorded(daemonctx_unset_gid(handle())); }
    /** @brief No user by name. @return done, or why not. @since 1.0 */
    result<void> unset_user() { return recorded(daemonctx_unset_user(handle())); }
    /** @brief No group by name. @return done, or why not. @since 1.0 */
    result<void> unset_group() { return recorded(daemonctx_unset_group(handle())); }
    /** @brief Groups are not set. @return done, or why not. @since 1.0 */
    result<void> unset_groups() { return recorded(daemonctx_unset_groups(handle())); }
    /** @} */

  protected:
    /** @cond internal */
    stored_options(stored_options &&) noexcept = default;
    ~stored_options() = default;
    explicit stored_options(std::shared_ptr<detail::state> made) noexcept : state_(std::move(made)) {}

    daemonctx_context_t *handle() const noexcept { return state_ != nullptr ? state_->handle.get() : nullptr; }
    daemonctx::failure failure(daemonctx_status_t status) const { return detail::failure_of(handle(), status); }
    result<void> recorded(daemonctx_status_t status) const
    {
        return status < 0 ? result<void>(failure(status)) : result<void>();
    }

    // Shared with a call that is under way, so that a handler may destroy or move the context that runs it.
    std::shared_ptr<detail::state> state_;
    /** @endcond */

  private:
    template <class Getter>
    std::optional<std::uint32_t> number(Getter getter) const
    {
        std::uint32_t value = 0;
        return getter(handle(), &value) < 0 ? std::nullopt : std::optional<std::uint32_t>(value);
    }
    template <class Enumeration, class Getter>
    Enumeration enumerated(Getter getter) const
    {
        return static_cast<Enumeration>(number(getter).value_or(0));
    }
    template <class Getter>
    bool flag(Getter getter) const
    {
        std::int32_t value = 0;
        return getter(handle(), &value) >= 0 && value == 1;
    }
    template <class Getter>
    std::optional<std::string> text(Getter getter) const
    {
        const char *value = nullptr;
        if (getter(handle(), &value) < 0 || value == nullptr) {
            return std::nullopt;
        }
        return std::string(value);
    }
    template <class Getter>
    std::optional<std::string> bytes(Getter getter) const
    {
        const void *value = nullptr;
        std::size_t length = 0;
        if (getter(handle(), &value, &length) < 0) {
            return std::nullopt;
        }
        return value == nullptr ? std::string() : std::string(static_cast<const char *>(value), length);
    }
    template <class Kind, class Descriptor, class Path>
    stream stream_of(Kind kind, Descriptor descriptor, Path path) const
    {
        const auto which = enumerated<stream_kind>(kind);
        std::int32_t fd = -1;
        const char *file = "";
        std::uint32_t mode = 0;
        if (which == stream_kind::descriptor && descriptor(handle(), &fd) >= 0) {
            return stream::descriptor(fd);
        }
        if (which == stream_kind::path && path(handle(), &file, &mode) >= 0) {
            return stream::path(file, mode);
        }
        return which == stream_kind::inherit ? stream::inherit() : stream::null();
    }
};

} // namespace v1
} // namespace daemonctx

#endif
