// See arguments.hpp. A type that the ABI does not use yet fails to link here.
#include "arguments.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "callbacks.hpp"

namespace {

constexpr std::int32_t most_wait_ms = 3;

// Paths stay in the scratch directory but for a few that nothing can be done to: whoever runs the fuzzer has files.
std::string harmless(std::string text)
{
    const std::vector<std::string> allowed = {"/", "/dev/null", "/dev/full", "/nonexistent", "/proc/self/fd/0"};
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) {
        return text;
    }
    for (std::size_t at = 0; (at = text.find("..", at)) != std::string::npos;) {
        text[at] = '_';
    }
    if (!text.empty() && text[0] == '/') {
        text[0] = '_';
    }
    return text;
}

} // namespace

template <class Number>
const Number *Arguments::take_list()
{
    static_assert(sizeof(Number) == sizeof(std::int32_t));
    const std::string word = words_.take();
    if (!word.empty() && word[0] == '!') { // no list, but a count
        count_ = static_cast<std::size_t>(std::strtoul(word.c_str() + 1, nullptr, 0));
        return nullptr;
    }
    std::vector<std::int32_t> &list = lists_.emplace_back();
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t end = std::min(word.find(',', at), word.size());
        list.push_back(static_cast<std::int32_t>(std::strtoll(word.substr(at, end - at).c_str(), nullptr, 0)));
        at = end + 1;
    }
    list.shrink_to_fit();
    count_ = list.size();
    return list.empty() ? nullptr : reinterpret_cast<const Number *>(list.data());
}

std::int32_t Arguments::bounded(std::int32_t number) const
{
    static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    switch (numbers_) {
    case Numbers::milliseconds:
        return number == -1 || number > most_wait_ms ? most_wait_ms : number;
    case Numbers::sent_signals:
        return std::find(std::begin(crashes), std::end(crashes), number) != std::end(crashes) ? SIGTERM : number;
    default:
        return number;
    }
}

template <>
std::int32_t Arguments::take()
{
    return bounded(static_cast<std::int32_t>(words_.take_number()));
}
template <>
std::uint32_t Arguments::take()
{
    return static_cast<std::uint32_t>(words_.take_number());
}
template <>
std::size_t Arguments::take()
{
    // A count follows its list; the same type is also that of 64 bits that mean something else.
    return count_ ? *count_ : static_cast<std::size_t>(words_.take_number());
}
template <>
const char *Arguments::take()
{
    return words_.take_nothing() ? nullptr : texts_.emplace_back(harmless(words_.take())).c_str();
}
template <>
const std::int32_t *Arguments::take()
{
    return take_list<std::int32_t>();
}
template <>
const std::uint32_t *Arguments::take()
{
    return take_list<std::uint32_t>();
}
template <>
const void *Arguments::take()
{
    if (words_.take_nothing()) {
        count_ = 0;
        return nullptr;
    }
    const std::string &bytes = texts_.emplace_back(words_.take());
    count_ = bytes.size();
    return bytes.data();
}

template <>
void *Arguments::take()
{
    return callbacks::script(words_.take_number());
}
template <>
daemonctx_hook_fn Arguments::take()
{
    return words_.take_nothing() ? nullptr : callbacks::hook;
}
template <>
daemonctx_signal_fn Arguments::take()
{
    return words_.take_nothing() ? nullptr : callbacks::handler;
}
template <>
daemonctx_async_signal_fn Arguments::take()
{
    return words_.take_nothing() ? nullptr : callbacks::async_handler;
}
template <>
daemonctx_trace_fn Arguments::take()
{
    return words_.take_nothing() ? nullptr : callbacks::trace;
}

// Out-parameters are somewhere unless a word says that they are nowhere.
template <>
std::int32_t *Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &number_;
}
template <>
std::uint32_t *Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &unsigned_number_;
}
template <>
std::size_t *Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &size_;
}
template <>
const char **Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &text_;
}
template <>
const void **Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &bytes_;
}

template <>
const std::int32_t **Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &list_;
}
template <>
const std::uint32_t **Arguments::take()
{
    return words_.take() == "nowhere" ? nullptr : &unsigned_list_;
}

void Arguments::read_results() const
{
    std::uint32_t sum = static_cast<std::uint32_t>(number_) + unsigned_number_;
    for (const char *letter = text_; letter != nullptr && *letter != '\0'; letter++) {
        sum += static_cast<unsigned char>(*letter);
    }
    for (std::size_t i = 0; i < size_; i++) {
        sum += list_ != nullptr ? static_cast<std::uint32_t>(list_[i]) : 0;
        sum += unsigned_list_ != nullptr ? unsigned_list_[i] : 0;
    }
    asm volatile("" : : "r"(sum)); // as if it were used
}
