// launch_text_test.cpp: the daemon's own words reach the launcher whole, up to 2,048 bytes, cut at a character (G06).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <daemonctx/daemonctx.h>

using namespace observer;

namespace {

constexpr std::size_t longest = 2048;

struct Text {
    std::string name;
    std::string given;
    std::string arrives;
};

std::ostream &operator<<(std::ostream &out, const Text &text)
{
    return out << text.name;
}

Text whole(const std::string &name, const std::string &text)
{
    return {name, text, text};
}

std::string as(std::size_t count)
{
    return std::string(count, 'a');
}

std::vector<Text> texts()
{
    const std::string two = "\xc3\xa9";          // é
    const std::string three = "\xe6\xbc\xa2";    // a Chinese character
    const std::string four = "\xf0\x9f\x99\x82"; // a smiley
    return {
        whole("one letter", "x"),
        whole("several lines", "first line\nsecond line\n\n\tthird\r\n"),
        whole("percent signs", "100 % of %s and %n"),
        whole("other scripts", "gr\xc3\xb6\xc3\x9f"
                               "er " +
                                   three + ' ' + four),
        whole("exactly the longest", as(longest)),
        whole("exactly the longest, a character of two bytes at the end", as(longest - 2) + two),
        whole("exactly the longest, a character of four bytes at the end", as(longest - 4) + four),
        {"one more than the longest", as(longest + 1), as(longest)},
        {"much longer", as(20000), as(longest)},
        {"cut before a character of two bytes", as(longest - 1) + two, as(longest - 1)},
        {"cut before a character of three bytes, one of them inside", as(longest - 1) + three, as(longest - 1)},
        {"cut before a character of three bytes, two of them inside", as(longest - 2) + three, as(longest - 2)},
        {"cut before a character of four bytes, three of them inside", as(longest - 3) + four, as(longest - 3)},
        {"cut after a character", as(longest - 3) + three + three, as(longest - 3) + three},
    };
}

} // namespace

TEST_CASE("the text of notify_failed arrives whole, up to 2048 bytes, cut at a character", "[G06]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const Text text = GENERATE(from_range(texts()));
    CAPTURE(method, text);
    Attempt attempt(method, {"ready_mode=manual"});
    attempt.launcher().tell("open");
    const Process daemon = attempt.probe().opened();
    CHECK(daemon.ask_ok(command("notify_failed", {"9", text.given})).status() == 0);
    daemon.tell("_exit 9");
    const Report failed = attempt.launcher().answer();
    REQUIRE(failed.word == "failed");
    CHECK(failed.text("message") == text.arrives);
    CHECK(failed.number("exit_code") == 9);
}

TEST_CASE("the text of a hook that fails arrives in the same way", "[G06][B12]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string hook = GENERATE_COPY(from_range(hooks_before_open(method)));
    const Text text =
        GENERATE(filter([](const Text &candidate) { return candidate.given.size() < 4000; }, from_range(texts())));
    CAPTURE(method, hook, text);
    Probe probe(opening(method, {option(hook, "fail:9:" + text.given)}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
    CHECK(failed.text("message") == text.arrives);
    CHECK(failed.number("exit_code") == 9);
}

TEST_CASE("an empty text becomes a sentence", "[G06]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    SECTION("of a daemon")
    {
        Probe probe(opening(method, {"ready_mode=manual"}));
        const Process daemon = probe.opened();
        daemon.ask_ok("notify_failed 9 ");
        daemon.tell("_exit 9");
        const Report failed = probe.failed();
        CHECK(failed.status() == DAEMONCTX_ERR_PROGRAM);
        CHECK(failed.number("exit_code") == 9);
        CHECK_THAT(failed.text("message"), Catch::Contains("daemon"));
    }
    SECTION("of a hook")
    {
        const std::string hook = first_hook(method);
        Probe probe(opening(method, {hook + "=fail:9:"}));
        const Report failed = probe.failed();
        CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
        CHECK(failed.number("exit_code") == 9);
        CHECK_THAT(failed.text("message"), Catch::Contains(hook.substr(0, hook.find('_')) + " hook"));
    }
}

TEST_CASE("bytes that are no UTF-8 are cut too, and lose no more than one character could have", "[G06]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const char byte = GENERATE('\x80', '\xe9', '\xff');
    Probe probe(opening(method, {"ready_mode=manual"}));
    const Process daemon = probe.opened();
    daemon.ask_ok(command("notify_failed", {"9", std::string(3000, byte)}));
    daemon.tell("_exit 9");
    const std::string message = probe.failed().text("message");
    CHECK(message.size() <= longest);
    CHECK(message.size() >= longest - 3);
    CHECK(message == std::string(message.size(), byte));
}
