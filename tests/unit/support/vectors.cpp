#include "vectors.hpp"

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <stdexcept>

namespace {

const std::map<std::string, std::int64_t> words = {
    {"SIGHUP", SIGHUP},   {"SIGINT", SIGINT},   {"SIGTERM", SIGTERM}, {"SIGUSR1", SIGUSR1},
    {"SIGCHLD", SIGCHLD}, {"SIGTSTP", SIGTSTP}, {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU},
    {"SIGKILL", SIGKILL}, {"SIGSTOP", SIGSTOP}, {"$uid", getuid()},   {"$gid", getgid()},
};

daemonctx_status_t status_named(const std::string &name)
{
    for (daemonctx_status_t status = DAEMONCTX_ERR_UNSUPPORTED; status <= DAEMONCTX_OK; status++) {
        if (name == daemonctx_status_name(status)) {
            return status;
        }
    }
    throw std::runtime_error("no status is named " + name);
}

std::int64_t parse_number(const std::string &text)
{
    bool octal = text.rfind("0o", 0) == 0;
    std::size_t used = 0;
    std::string digits = octal ? text.substr(2) : text;
    std::int64_t number = std::stoll(digits, &used, octal ? 8 : 10);
    if (used != digits.size()) {
        throw std::runtime_error("not a number: " + text);
    }
    return number;
}

// "text" or "text"*N, from `at` on.
std::string take_text(const std::string &cell, std::size_t &at)
{
    std::size_t end = cell.find('"', at + 1);
    if (end == std::string::npos) {
        throw std::runtime_error("no closing quote: " + cell);
    }
    std::string text = cell.substr(at + 1, end - at - 1);
    at = end + 1;
    if (at >= cell.size() || cell[at] != '*') {
        return text;
    }
    end = cell.find(' ', at);
    std::int64_t times = parse_number(cell.substr(at + 1, end == std::string::npos ? end : end - at - 1));
    at = end == std::string::npos ? cell.size() : end;
    std::string repeated;
    while (times-- > 0) {
        repeated += text;
    }
    return repeated;
}

std::vector<std::int64_t> parse_list(const std::string &text)
{
    std::vector<std::int64_t> numbers;
    for (std::size_t at = 1; at < text.size() - 1;) {
        std::size_t end = text.find_first_of(",]", at);
        numbers.push_back(parse_number(text.substr(at, end - at)));
        at = end + 1;
    }
    return numbers;
}

Value parse_word(const std::string &word)
{
    if (word == "null") {
        return nullptr;
    }
    if (word.front() == '[') {
        return parse_list(word);
    }
    auto known = words.find(word);
    return known == words.end() ? parse_number(word) : known->second;
}

std::vector<std::string> split(const std::string &line)
{
    std::vector<std::string> cells;
    std::size_t at = 0;
    for (std::size_t end; (end = line.find('\t', at)) != std::string::npos; at = end + 1) {
        cells.push_back(line.substr(at, end - at));
    }
    cells.push_back(line.substr(at));
    return cells;
}

Row parse_row(const std::string &line, int number)
{
    std::vector<std::string> cells = split(line);
    if (cells.size() != 6) {
        throw std::runtime_error("not six columns: " + line);
    }
    Row row;
    row.place = "options.tsv:" + std::to_string(number) + ": " + cells[0] + " " + cells[1];
    row.option = cells[0];
    row.is_default = cells[1] == "default";
    row.value = row.is_default ? Values{} : parse_values(cells[1]);
    row.status = status_named(cells[2]);
    std::size_t bracket = cells[3].find('(');
    row.getter = cells[3].substr(0, bracket);
    if (bracket != std::string::npos) {
        row.getter_arguments = parse_values(cells[3].substr(bracket + 1, cells[3].size() - bracket - 2));
    }
    row.unchanged = cells[4] == "unchanged";
    if (cells[4].rfind("ERR_", 0) == 0) {
        row.stored_status = status_named(cells[4]);
    } else if (!row.unchanged) {
        row.stored = parse_values(cells[4]);
    }
    row.refused = cells[5];
    return row;
}

} // namespace

Values parse_values(const std::string &cell)
{
    Values values;
    if (cell == "-") {
        return values;
    }
    for (std::size_t at = 0; at < cell.size();) {
        if (cell[at] == ' ') {
            at++;
        } else if (cell[at] == '"') {
            values.push_back(take_text(cell, at));
        } else {
            std::size_t end = std::min(cell.find(' ', at), cell.size());
            values.push_back(parse_word(cell.substr(at, end - at)));
            at = end;
        }
    }
    return values;
}

const std::vector<Row> &rows()
{
    static const std::vector<Row> table = [] {
        std::ifstream file(DAEMONCTX_TEST_VECTORS);
        std::vector<Row> read;
        std::string line;
        for (int number = 1; std::getline(file, line); number++) {
            if (!line.empty() && line.front() != '#') {
                read.push_back(parse_row(line, number));
            }
        }
        if (read.empty()) {
            throw std::runtime_error("no rows in " DAEMONCTX_TEST_VECTORS);
        }
        return read;
    }();
    return table;
}
