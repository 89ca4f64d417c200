// stream.hpp: what one of the daemon's three standard streams is.
#ifndef DAEMONCTX_STREAM_HPP
#define DAEMONCTX_STREAM_HPP

#include <daemonctx/daemonctx.h>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <utility>

namespace daemonctx {
inline namespace v1 {

/** @brief The kinds of a stream; see enum daemonctx_stream_kind. @since 1.0 */
enum class stream_kind : std::uint32_t {
    null = DAEMONCTX_STREAM_KIND_NULL,       /**< /dev/null */
    inherit = DAEMONCTX_STREAM_KIND_INHERIT, /**< what the launcher has */
    descriptor = DAEMONCTX_STREAM_KIND_FD,   /**< a copy of a descriptor of the caller */
    path = DAEMONCTX_STREAM_KIND_PATH        /**< a file */
};

/**
 * @brief One standard stream of the daemon.
 * @since 1.0
 */
class stream {
  public:
    /** @brief /dev/null, the default. @return the stream. @since 1.0 */
    static stream null() { return stream(stream_kind::null); }
    /** @brief What the launcher has; /dev/null if that is closed. @return the stream. @since 1.0 */
    static stream inherit() { return stream(stream_kind::inherit); }
    /**
     * @brief A copy of a descriptor.
     * @param fd the descriptor, 0 or more; it stays the caller's.
     * @return the stream.
     * @since 1.0
     */
    static stream descriptor(int fd)
    {
        stream made(stream_kind::descriptor);
        made.fd_ = fd;
        return made;
    }
    /**
     * @brief A file: standard input reads it, the others append to it and create it where it is missing.
     * @param file the file; relative to the launcher's working directory at open.
     * @param mode mode bits of a file that has to be created, 0 to 0777, whatever the umask; not used for input.
     * @return the stream.
     * @since 1.0
     */
    static stream path(std::filesystem::path file, mode_t mode = 0640)
    {
        stream made(stream_kind::path);
        made.file_ = std::move(file);
        made.mode_ = mode;
        return made;
    }

    /** @brief What it is. @return the kind. @since 1.0 */
    stream_kind kind() const noexcept { return kind_; }
    /** @brief The descriptor. @return its number; -1 unless it is of that kind. @since 1.0 */
    int fd() const noexcept { return fd_; }
    /** @brief The file. @return its path; empty unless it is of that kind. @since 1.0 */
    const std::filesystem::path &file() const noexcept { return file_; }
    /** @brief Mode bits of a file that has to be created. @return 0 to 0777. @since 1.0 */
    mode_t mode() const noexcept { return mode_; }

  private:
    explicit stream(stream_kind kind) : kind_(kind) {}

    stream_kind kind_;
    int fd_ = -1;
    mode_t mode_ = 0;
    std::filesystem::path file_;
};

} // namespace v1
} // namespace daemonctx

#endif
