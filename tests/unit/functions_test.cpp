// Every function of the ABI, called without a handle and with extreme arguments, on a context that is not open.
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <tuple>

#include "support/arguments.hpp"
#include "support/context.hpp"

namespace {

// The header without comments and preprocessor lines.
std::string declarations()
{
    std::ifstream file(DAEMONCTX_TEST_HEADER);
    std::string text(std::istreambuf_iterator<char>(file), {});
    for (std::size_t start; (start = text.find("/*")) != std::string::npos;) {
        text.erase(start, text.find("*/", start) + 2 - start);
    }
    std::string kept;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        kept += line.rfind('#', 0) == 0 ? "" : line + " ";
    }
    return kept;
}

// Names are followed at once by the bracket of the parameters.
std::set<std::string> declared_in_header()
{
    const std::string text = declarations();
    const std::string letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    std::set<std::string> names;
    for (std::size_t at = 0; (at = text.find("daemonctx_", at)) != std::string::npos;) {
        std::size_t end = text.find_first_not_of(letters, at);
        if (end != std::string::npos && text[end] == '(') {
            names.insert(text.substr(at, end - at));
        }
        at = end;
    }
    return names;
}

template <class T>
inline constexpr bool is_handle_v = std::is_same_v<std::remove_const_t<T>, daemonctx_context_t>;

// True for anything but an out-parameter that was written.
template <class T>
bool left_alone(T argument)
{
    if constexpr (std::is_pointer_v<T>) {
        using Target = std::remove_pointer_t<T>;
        if constexpr (!std::is_const_v<Target> && !std::is_void_v<Target> && !std::is_function_v<Target>) {
            return *argument == arguments::untouched<Target>();
        }
    }
    return true;
}

bool is_refusal(int32_t status)
{
    return status == DAEMONCTX_ERR_ARGUMENT;
}
bool is_refusal(daemonctx_step_t step)
{
    return step == DAEMONCTX_STEP_NONE;
}
bool is_refusal(const char *message)
{
    return message != nullptr && *message != '\0';
}

// Not in the templates: each expansion of CHECK costs the compiler much.
void check(bool as_promised)
{
    CHECK(as_promised);
}

template <class Result, class Handle, class... Rest>
std::enable_if_t<is_handle_v<Handle>> call_without_handle(Result (*function)(Handle *, Rest...))
{
    std::tuple<Rest...> given{arguments::ordinary<Rest>()...};
    if constexpr (std::is_void_v<Result>) {
        std::apply([&](auto... rest) { function(nullptr, rest...); }, given);
    } else {
        check(is_refusal(std::apply([&](auto... rest) { return function(nullptr, rest...); }, given)));
    }
    check(std::apply([](auto... rest) { return (left_alone(rest) && ...); }, given));
}
void call_without_handle(...) {}

// Calls `use` with every combination of extreme values.
template <class... Types>
struct Combinations {
    template <class Use>
    static void each(Use use)
    {
        use();
    }
};
template <class First, class... Rest>
struct Combinations<First, Rest...> {
    template <class Use>
    static void each(Use use)
    {
        for (First value : arguments::Extremes<First>::all()) {
            Combinations<Rest...>::each([&](auto... rest) { use(value, rest...); });
        }
    }
};

// Those that other threads may call; what they refuse is told by the status alone.
const std::set<std::string> records_nothing = {"daemonctx_terminate", "daemonctx_notify_ready",
                                               "daemonctx_notify_failed"};

void check_recorded(const Context &context, const std::string &name, daemonctx_status_t status)
{
    if (status < DAEMONCTX_OK && records_nothing.count(name) == 0) {
        CHECK(context.status() == status);
        CHECK(!context.message().empty());
    }
}

template <class Result, class Handle, class... Rest>
std::enable_if_t<is_handle_v<Handle>> call_with_extremes(const std::string &name, Result (*function)(Handle *, Rest...))
{
    Context context;
    Combinations<Rest...>::each([&](Rest... rest) {
        std::string before = context.message();
        if constexpr (std::is_void_v<Result>) {
            function(context, rest...);
        } else if constexpr (std::is_const_v<Handle>) {
            (void)function(context, rest...);
            check(context.message() == before);
        } else {
            check_recorded(context, name, function(context, rest...));
        }
    });
    (void)daemonctx_check(context);
}
template <class Result, class... Types>
void call_with_extremes(const std::string &, Result (*function)(Types...))
{
    Combinations<Types...>::each([&](Types... values) { (void)function(values...); });
}
// What new() makes would have to be freed.
void call_with_extremes(const std::string &, daemonctx_status_t (*)(daemonctx_context_t **)) {}

template <auto function>
void without_handle()
{
    call_without_handle(function);
}
template <auto function>
void with_extremes(const std::string &name)
{
    call_with_extremes(name, function);
}

struct Call {
    const char *name;
    void (*without_handle)();
    void (*with_extremes)(const std::string &name);
};
const Call calls[] = {
#define FUNCTION(name) {#name, without_handle<name>, with_extremes<name>},
#include "support/functions.def"
#undef FUNCTION
};

} // namespace

TEST_CASE("The list of functions under test is the header's", "[A07]")
{
    std::set<std::string> known;
    for (const Call &call : calls) {
        known.insert(call.name);
    }
    CHECK(known == declared_in_header());
}

TEST_CASE("Without a handle every function refuses and leaves its out-parameters alone", "[A07][A08]")
{
    for (const Call &call : calls) {
        INFO(call.name);
        call.without_handle();
    }
}

TEST_CASE("No function crashes on extreme values, and each failure leaves a sentence", "[A07]")
{
    // Opening is for the daemon tests, and freeing is the context's own.
    const std::set<std::string> left_out = {"daemonctx_open", "daemonctx_launch", "daemonctx_free"};
    for (const Call &call : calls) {
        if (left_out.count(call.name) == 0) {
            INFO(call.name);
            call.with_extremes(call.name);
        }
    }
}

TEST_CASE("A list is refused when it has no address but a count", "[A07]")
{
    Context context;
    for (std::size_t count : {std::size_t{1}, SIZE_MAX / 8, SIZE_MAX}) {
        CHECK(daemonctx_set_files_preserve(context, nullptr, count) == DAEMONCTX_ERR_ARGUMENT);
        CHECK(daemonctx_set_groups(context, nullptr, count) == DAEMONCTX_ERR_ARGUMENT);
    }
}

TEST_CASE("A context is refused a place that is NULL", "[A07]")
{
    CHECK(daemonctx_new(nullptr) == DAEMONCTX_ERR_ARGUMENT);
}

TEST_CASE("Freeing nothing does nothing", "[A07]")
{
    daemonctx_free(nullptr);
}
