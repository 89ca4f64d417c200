// result.hpp: a value or a failure, for programs that do not use exceptions, and for calls that are expected to fail.
#ifndef DAEMONCTX_RESULT_HPP
#define DAEMONCTX_RESULT_HPP

#include <daemonctx/error.hpp>

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

namespace daemonctx {
inline namespace v1 {

/** @cond internal */
namespace detail {

[[noreturn]] inline void raise(const failure &known)
{
#if DAEMONCTX_CPP_EXCEPTIONS
    throw error(known);
#else
    (void)known;
    std::abort(); // a value was taken out of a failure: a mistake of the program, as with std::optional
#endif
}

} // namespace detail
/** @endcond */

/**
 * @brief What a `try_` function returns: a value, or the failure.
 * @tparam T the value's type; void where there is none.
 * @since 1.0
 */
template <class T>
class [[nodiscard]] result {
  public:
    /** @brief Success. @param value what the call gave. @since 1.0 */
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    /** @brief Failure. @param known what is known of it. @since 1.0 */
    result(failure known) : held_(std::in_place_index<1>, std::move(known)) {}

    /** @brief Whether there is a value. @return true: value() may be called; false: error(). @since 1.0 */
    bool has_value() const noexcept { return held_.index() == 0; }
    /** @brief has_value(). @since 1.0 */
    explicit operator bool() const noexcept { return has_value(); }

    /**
     * @brief The value.
     * @return borrowed from the result.
     * @throws daemonctx::error there is none; without exceptions the program is aborted.
     * @since 1.0
     */
    T &value() &
    {
        expect_value();
        return *std::get_if<0>(&held_);
    }
    /** @brief The value, to be moved out. @return a reference to it. @throws daemonctx::error there is none. @since 1.0
     */
    T &&value() && { return std::move(value()); }
    /** @brief The value, to be read. @return borrowed. @throws daemonctx::error there is none. @since 1.0 */
    const T &value() const &
    {
        expect_value();
        return *std::get_if<0>(&held_);
    }
    /** @brief As value(). @return borrowed. @since 1.0 */
    T &operator*() & { return value(); }
    /** @brief As value(). @return borrowed. @since 1.0 */
    const T &operator*() const & { return value(); }
    /** @brief As value(). @return its address. @since 1.0 */
    T *operator->() { return &value(); }
    /** @brief As value(). @return its address. @since 1.0 */
    const T *operator->() const { return &value(); }

    /** @brief What went wrong; only where has_value() is false. @return borrowed from the result. @since 1.0 */
    const failure &error() const noexcept { return *std::get_if<1>(&held_); }

  private:
    void expect_value() const
    {
        if (!has_value()) {
            detail::raise(error());
        }
    }

    std::variant<T, failure> held_;
};

/**
 * @brief Done, or the failure.
 * @since 1.0
 */
template <>
class [[nodiscard]] result<void> {
  public:
    /** @brief Success. @since 1.0 */
    result() = default;
    /** @brief Failure. @param known what is known of it. @since 1.0 */
    result(failure known) : known_(std::move(known)) {}

    /** @brief Whether it went well. @return false: error() says what did not. @since 1.0 */
    bool has_value() const noexcept { return !known_.has_value(); }
    /** @brief has_value(). @since 1.0 */
    explicit operator bool() const noexcept { return has_value(); }
    /** @brief Insists on success. @throws daemonctx::error it failed; without exceptions the program is aborted.
     * @since 1.0 */
    void value() const
    {
        if (known_) {
            detail::raise(*known_);
        }
    }
    /** @brief What went wrong; only where has_value() is false. @return borrowed from the result. @since 1.0 */
    const failure &error() const noexcept { return *known_; }

  private:
    std::optional<failure> known_;
};

} // namespace v1
} // namespace daemonctx

#endif
