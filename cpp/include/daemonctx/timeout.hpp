// timeout.hpp: how long to wait: a duration, or for ever.
#ifndef DAEMONCTX_TIMEOUT_HPP
#define DAEMONCTX_TIMEOUT_HPP

#include <chrono>
#include <cstdint>
#include <limits>

namespace daemonctx {
inline namespace v1 {

/**
 * @brief A time to wait: any std::chrono duration, or for ever.
 *
 * A negative duration, such as what is left of a time that is over, is none at all: 0.
 *
 * @since 1.0
 */
class timeout {
  public:
    /**
     * @brief From any duration.
     * @tparam Rep its number's type.
     * @tparam Period its unit.
     * @param duration the time, rounded up to milliseconds; at most some 24 days.
     * @since 1.0
     */
    template <class Rep, class Period>
    constexpr timeout(std::chrono::duration<Rep, Period> duration) : milliseconds_(count(duration))
    {
    }
    /** @brief As long as it takes. @return that. @since 1.0 */
    static constexpr timeout forever() noexcept { return timeout(-1); }
    /** @brief Whether it has no end. @return true: for ever. @since 1.0 */
    constexpr bool is_forever() const noexcept { return milliseconds_ < 0; }
    /** @brief The time in the C ABI's form. @return milliseconds; -1: for ever. @since 1.0 */
    constexpr std::int32_t milliseconds() const noexcept { return milliseconds_; }

    /** @brief Whether two are the same. @param a one. @param b the other. @return true if so. @since 1.0 */
    friend constexpr bool operator==(timeout a, timeout b) noexcept { return a.milliseconds_ == b.milliseconds_; }
    /** @brief Whether two differ. @param a one. @param b the other. @return true if so. @since 1.0 */
    friend constexpr bool operator!=(timeout a, timeout b) noexcept { return !(a == b); }

    /** @cond internal */
    static constexpr timeout from_milliseconds(std::int32_t value) noexcept { return timeout(value); }
    /** @endcond */

  private:
    explicit constexpr timeout(std::int32_t milliseconds) noexcept : milliseconds_(milliseconds) {}

    template <class Rep, class Period>
    static constexpr std::int32_t count(std::chrono::duration<Rep, Period> duration)
    {
        // Compared as seconds in floating point first: hours::max() has no number of milliseconds.
        constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
        if (duration <= duration.zero()) {
            return 0;
        }
        if (std::chrono::duration<double, std::milli>(duration).count() >= static_cast<double>(most)) {
            return most;
        }
        return static_cast<std::int32_t>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
    }

    std::int32_t milliseconds_;
};

} // namespace v1
} // namespace daemonctx

#endif
