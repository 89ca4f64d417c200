// Every function of the ABI, called without a handle and with extreme arguments, on a context that is not open.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <tuple>

#include "support/arguments.hpp"
#include "support/context.hpp"

namespace {

const std::set<std::string> known = {
#define FUNCTION(name) #name,
#include "support/functions.def"
#undef FUNCTION
};

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

std::set<std::string> declared_in_header()
{
    const std::string text = declarations();
    const std::regex name_of_function("(daemonctx_[a-z0-9_]+) *\\(");
    std::set<std::string> names;
    for (std::sregex_iterator found(text.begin(), text.end(), name_of_function), end; found != end; ++found) {
        names.insert((*found)[1]);
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

template <class Result, class Handle, class... Rest>
std::enable_if_t<is_handle_v<Handle>> call_without_handle(Result (*function)(Handle *, Rest...))
{
    std::tuple<Rest...> given{arguments::ordinary<Rest>()...};
    if constexpr (std::is_void_v<Result>) {
        std::apply([&](auto... rest) { function(nullptr, rest...); }, given);
    } else {
        Result result = std::apply([&](auto... rest) { return function(nullptr, rest...); }, given);
        CHECK(is_refusal(result));
    }
    CHECK(std::apply([](auto... rest) { return (left_alone(rest) && ...); }, given));
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
            CHECK(context.message() == before);
        } else {
            daemonctx_status_t status = function(context, rest...);
            if (status < DAEMONCTX_OK && records_nothing.count(name) == 0) {
                CHECK(context.status() == status);
                CHECK(!context.message().empty());
            }
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

} // namespace

TEST_CASE("The list of functions under test is the header's", "[A07]")
{
    CHECK(known == declared_in_header());
}

TEST_CASE("Without a handle every function refuses and leaves its out-parameters alone", "[A07][A08]")
{
    std::size_t functions = 0;
#define FUNCTION(name)             \
    {                              \
        INFO(#name);               \
        call_without_handle(name); \
        functions++;               \
    }
#include "support/functions.def"
#undef FUNCTION
    CHECK(functions == known.size());
}

TEST_CASE("No function crashes on extreme values, and each failure leaves a sentence", "[A07]")
{
    // Opening is for the daemon tests, and freeing is the context's own.
    const std::set<std::string> left_out = {"daemonctx_open", "daemonctx_launch", "daemonctx_free"};
#define FUNCTION(name)                   \
    if (left_out.count(#name) == 0) {    \
        INFO(#name);                     \
        call_with_extremes(#name, name); \
    }
#include "support/functions.def"
#undef FUNCTION
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
