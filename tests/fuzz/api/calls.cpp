// See calls.hpp. The list of functions is that of the unit tests, which compare it with the header.
#include "calls.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <tuple>
#include <type_traits>

#include "arguments.hpp"
#include "run.hpp"

namespace {

template <class Handle>
inline constexpr bool is_handle = std::is_same_v<std::remove_const_t<Handle>, daemonctx_context_t>;

template <class Result, class... Rest>
void apply(Result (*function)(Rest...), Arguments &arguments)
{
    const std::tuple<Rest...> given{arguments.take<Rest>()...};
    std::apply(function, given);
}

template <class Result, class Handle, class... Rest>
std::enable_if_t<is_handle<Handle>> apply(Result (*function)(Handle *, Rest...), Arguments &arguments)
{
    daemonctx_context_t *ctx = Run::current()->context();
    const std::tuple<Rest...> given{arguments.take<Rest>()...};
    std::apply([&](auto... rest) { return function(ctx, rest...); }, given);
}

// What the numbers mean that must not be any.
Arguments::Numbers numbers_of(const char *name)
{
    if (std::strstr(name, "_wait") != nullptr || std::strstr(name, "_stop") != nullptr) {
        return Arguments::Numbers::milliseconds;
    }
    return std::strcmp(name, "daemonctx_pidfile_signal") == 0 ? Arguments::Numbers::sent_signals
                                                              : Arguments::Numbers::any;
}

template <auto function>
void call(Run &run, const char *name, Words &words)
{
    using Function = decltype(function);
    if constexpr (std::is_same_v<Function, daemonctx_status_t (*)(daemonctx_context_t **)>) {
        (void)daemonctx_new(nullptr);
        run.make();
    } else if constexpr (std::is_same_v<Function, void (*)(daemonctx_context_t *)>) {
        run.free();
    } else {
        if constexpr (std::is_same_v<Function, daemonctx_status_t (*)(daemonctx_context_t *)>) {
            if (function == daemonctx_open || function == daemonctx_launch) {
                run.open(function);
                return;
            }
        }
        Arguments arguments(words, numbers_of(name));
        apply(function, arguments);
        arguments.read_results();
    }
}

// ---- what is no function of the ABI ----

void use(Run &run, const char *, Words &words)
{
    run.use(words.take_number());
}

// Nobody would wake a process that its own signal has stopped.
bool stops(int signum)
{
    struct sigaction now = {};
    const bool stopping = signum == SIGTSTP || signum == SIGTTIN || signum == SIGTTOU;
    return signum == SIGSTOP || (stopping && sigaction(signum, nullptr, &now) == 0 && now.sa_handler == SIG_DFL);
}

// Sends a signal to this process, if it is one that may end.
void raise_here(Run &run, const char *, Words &words)
{
    if (run.may_harm_itself()) {
        Arguments arguments(words, Arguments::Numbers::sent_signals);
        const std::int32_t signum = arguments.take<std::int32_t>();
        if (!stops(signum)) {
            (void)raise(signum);
        }
    }
}

// Puts text into one of two files, which can be pid files and streams too.
void write_file(Run &, const char *, Words &words)
{
    const char *path = words.take_number() % 2 == 0 ? "pid" : "file";
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const std::string text = words.take();
    (void)!write(fd, text.data(), text.size());
    (void)close(fd);
}

struct Call {
    const char *name;
    void (*run)(Run &, const char *, Words &);
};
const Call calls[] = {
#define FUNCTION(name) {#name, call<name>},
#include "../../unit/support/functions.def"
#undef FUNCTION
    {"daemonctx_/use", use},
    {"daemonctx_/raise", raise_here},
    {"daemonctx_/file", write_file},
};

const Call &find(const std::string &word)
{
    constexpr std::size_t prefix = sizeof("daemonctx_") - 1;
    for (const Call &call : calls) {
        if (word == call.name + prefix) {
            return call;
        }
    }
    return calls[hash(word) % std::size(calls)];
}

} // namespace

void call_line(Run &run, const std::string &line)
{
    Words words(line);
    const Call &call = find(words.take());
    call.run(run, call.name, words);
}
