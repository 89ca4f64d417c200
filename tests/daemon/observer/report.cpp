// report.cpp: see report.hpp.
#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace observer {

const std::string &Report::text(const std::string &key) const
{
    const auto found = fields.find(key);
    if (found == fields.end()) {
        throw Failure("no field '" + key + "' in the report '" + line + "'");
    }
    return found->second;
}

long Report::number(const std::string &key) const
{
    return std::stol(text(key));
}

bool Report::is_answer() const
{
    static const std::array<const char *, 5> answers = {"ok", "failed", "error", "opened", "launched"};
    return std::any_of(answers.begin(), answers.end(), [this](const char *answer) { return word == answer; });
}

std::vector<std::string> split(const std::string &text, char separator)
{
    std::vector<std::string> parts;
    std::string::size_type start = 0;
    for (auto end = text.find(separator); end != std::string::npos; end = text.find(separator, start)) {
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

Report parse_report(const std::string &line)
{
    Report report;
    report.line = line;
    const auto words = split(line, ' ');
    report.word = words.front();
    for (auto word = words.begin() + 1; word != words.end(); ++word) {
        const auto equals = word->find('=');
        if (equals != std::string::npos) {
            report.fields[word->substr(0, equals)] = decode(word->substr(equals + 1));
        }
    }
    return report;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::strchr("_-./:,+=", c) != nullptr);
}

std::string encode(const std::string &text)
{
    static const char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_plain(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

std::string decode(const std::string &text)
{
    std::string decoded;
    for (std::string::size_type i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string command(const std::string &name, const std::vector<std::string> &arguments)
{
    std::string line = name;
    for (const auto &argument : arguments) {
        line += ' ' + encode(argument);
    }
    return line;
}

std::string option(const std::string &name, const std::string &value)
{
    return name + '=' + encode(value);
}

} // namespace observer
