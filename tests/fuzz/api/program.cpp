// See program.hpp.
#include "program.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <limits>

namespace {

constexpr std::size_t most_bytes = 200000;

int digit(char letter)
{
    const std::string digits = "0123456789abcdef";
    const std::size_t value = digits.find(letter);
    return value == std::string::npos ? -1 : static_cast<int>(value);
}

std::string decoded(const std::string &word)
{
    std::string bytes;
    for (std::size_t i = 0; i < word.size(); i++) {
        const bool coded = word[i] == '%' && i + 2 < word.size() && digit(word[i + 1]) >= 0 && digit(word[i + 2]) >= 0;
        if (coded) {
            bytes += static_cast<char>(digit(word[i + 1]) * 16 + digit(word[i + 2]));
            i += 2;
        } else {
            bytes += word[i];
        }
    }
    return bytes;
}

} // namespace

std::uint32_t hash(const std::string &word)
{
    std::uint32_t value = 2166136261U;
    for (const char letter : word) {
        value = (value ^ static_cast<unsigned char>(letter)) * 16777619U;
    }
    return value;
}

Words::Words(const std::string &line)
{
    for (std::size_t at = 0; at <= line.size();) {
        const std::size_t end = std::min(line.find(' ', at), line.size());
        words_.push_back(line.substr(at, end - at));
        at = end + 1;
    }
}

std::string Words::take()
{
    const std::string word = next_ < words_.size() ? words_[next_] : "";
    next_++;
    const std::size_t star = word.find('*');
    if (star == std::string::npos) {
        return decoded(word);
    }
    const std::string repeated = star == 0 ? "x" : decoded(word.substr(0, star));
    const std::size_t times = std::strtoul(word.c_str() + star + 1, nullptr, 10);
    std::string all;
    for (std::size_t i = 0; i < times && all.size() + repeated.size() <= most_bytes; i++) {
        all += repeated;
    }
    return all;
}

std::int64_t Words::take_number()
{
    using int32 = std::numeric_limits<std::int32_t>;
    static const std::int64_t extremes[] = {int32::min(), -65536, -2,           -1,         64,         65,        0777,
                                            01000,        65534,  int32::max(), 2147483648, 4294967294, 4294967295};
    const std::string word = take();
    char *end = nullptr;
    const std::int64_t number = std::strtoll(word.c_str(), &end, 0);
    return *end == '\0' ? number : extremes[hash(word) % std::size(extremes)];
}

bool Words::take_nothing()
{
    const bool nothing = next_ >= words_.size() || words_[next_].empty() || words_[next_] == "-";
    next_ += nothing ? 1 : 0;
    return nothing;
}

std::string Program::take()
{
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string line = text_.substr(at_, end - at_);
    at_ = end + 1;
    return line;
}
