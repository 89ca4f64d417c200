// Arguments for functions whose types are only known to the compiler: ordinary ones, and extreme ones.
#pragma once

#include <daemonctx/daemonctx.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace arguments {

inline int32_t hook(daemonctx_context_t *, void *)
{
    return 0;
}
inline void signal_handler(daemonctx_context_t *, int32_t, void *) {}
inline void async_handler(int) {}
inline void trace(daemonctx_context_t *, daemonctx_step_t, daemonctx_status_t, void *) {}

// As many elements as the largest count in extremes<size_t>.
inline constexpr std::size_t list_length = 8;
inline const int32_t descriptors[list_length] = {0, 1, 2, 3, 3, 1000000000, 2147483647, 1024};
inline const int32_t negative_descriptors[list_length] = {-1, 3, std::numeric_limits<int32_t>::min(), 3, 3, 3, 3, 3};
inline const uint32_t ids[list_length] = {0, 1, 1000, 65534, 2147483648U, 4294967294U, 0, 0};
inline const uint32_t impossible_ids[list_length] = {4294967295U, 0, 0, 0, 0, 0, 0, 4294967295U};

template <class T>
struct Extremes;

template <>
struct Extremes<int32_t> {
    static std::vector<int32_t> all()
    {
        using limits = std::numeric_limits<int32_t>;
        return {limits::min(), -65536, -2, -1, 0, 1, 2, 3, 9, 15, 19, 32, 33, 34, 64, 65, 128, 1000000, limits::max()};
    }
};

template <>
struct Extremes<uint32_t> {
    static std::vector<uint32_t> all()
    {
        return {0, 1, 2, 3, 4, 5, 6, 7, 0777, 01000, 2147483647U, 2147483648U, 4294967294U, 4294967295U};
    }
};

template <>
struct Extremes<std::size_t> {
    static std::vector<std::size_t> all() { return {0, 1, list_length}; }
};

template <>
struct Extremes<const char *> {
    static std::vector<const char *> all()
    {
        static const std::string longest(4095, 'x');
        static const std::string too_long(4096, 'x');
        static const std::string enormous(1 << 20, '/');
        return {nullptr,
                "",
                "/",
                "a",
                ".",
                "..",
                "//../.",
                "%s%n%p",
                "\n",
                "\xff\xfe\xf0\x9f",
                "/dev/null/none",
                "/proc/0",
                "\xc3\xa9",
                " ",
                "'",
                longest.c_str(),
                "/dev/tty",
                "0123456789",
                "a:b,c",
                too_long.c_str(),
                enormous.c_str()};
    }
};

template <>
struct Extremes<const int32_t *> {
    static std::vector<const int32_t *> all() { return {nullptr, descriptors, negative_descriptors}; }
};

template <>
struct Extremes<const uint32_t *> {
    static std::vector<const uint32_t *> all() { return {nullptr, ids, impossible_ids}; }
};

template <>
struct Extremes<const void *> {
    static std::vector<const void *> all() { return {nullptr, descriptors}; }
};

template <>
struct Extremes<daemonctx_hook_fn> {
    static std::vector<daemonctx_hook_fn> all() { return {nullptr, hook}; }
};

template <>
struct Extremes<daemonctx_signal_fn> {
    static std::vector<daemonctx_signal_fn> all() { return {nullptr, signal_handler}; }
};

template <>
struct Extremes<daemonctx_async_signal_fn> {
    static std::vector<daemonctx_async_signal_fn> all() { return {nullptr, async_handler}; }
};

template <>
struct Extremes<daemonctx_trace_fn> {
    static std::vector<daemonctx_trace_fn> all() { return {nullptr, trace}; }
};

template <>
struct Extremes<void *> {
    static std::vector<void *> all() { return {nullptr}; }
};

// What an out-parameter holds before a call, so that a write is seen.
template <class T>
T untouched()
{
    return static_cast<T>(0x5a5a5a5a);
}
template <>
inline const char *untouched<const char *>()
{
    return "untouched";
}
template <>
inline const int32_t *untouched<const int32_t *>()
{
    return descriptors;
}
template <>
inline const uint32_t *untouched<const uint32_t *>()
{
    return ids;
}

template <>
inline const void *untouched<const void *>()
{
    return descriptors;
}

// An out-parameter: nowhere, or a slot that lives as long as the program.
template <class T>
struct OutExtremes {
    static std::vector<T *> all()
    {
        static T slot;
        slot = untouched<T>();
        return {nullptr, &slot};
    }
};
template <>
struct Extremes<int32_t *> : OutExtremes<int32_t> {
};
template <>
struct Extremes<uint32_t *> : OutExtremes<uint32_t> {
};
template <>
struct Extremes<std::size_t *> : OutExtremes<std::size_t> {
};
template <>
struct Extremes<const char **> : OutExtremes<const char *> {
};
template <>
struct Extremes<const int32_t **> : OutExtremes<const int32_t *> {
};
template <>
struct Extremes<const uint32_t **> : OutExtremes<const uint32_t *> {
};
template <>
struct Extremes<const void **> : OutExtremes<const void *> {
};

// An argument that is fine in itself; the last of the extreme ones is for pointers, a small number for numbers.
template <class T>
T ordinary()
{
    return Extremes<T>::all().back();
}
template <>
inline int32_t ordinary<int32_t>()
{
    return 1;
}
template <>
inline uint32_t ordinary<uint32_t>()
{
    return 1;
}
template <>
inline const char *ordinary<const char *>()
{
    return "text";
}

} // namespace arguments
