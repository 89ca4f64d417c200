// rounds.cpp: see rounds.hpp.
#include "rounds.hpp"

#include "reaper.hpp"

#include <fcntl.h>

#include <csignal>

namespace observer {

namespace {

constexpr auto rounds_patience = std::chrono::seconds(100);

struct Running {
    pid_t pid;
    std::string output;
};

Running start(const RoundsOf &run, const std::string &place)
{
    const Fd output = open_file(place + ".out", O_RDWR | O_CREAT | O_TRUNC);
    Conditions conditions;
    conditions.program = helper_path(run.helper);
    conditions.descriptors = {{1, output.get()}, {2, output.get()}};
    return {spawn({run.what, std::to_string(run.rounds), place + ".pid"}, conditions), place + ".out"};
}

Rounds finish(const Running &running)
{
    Ended ended;
    try {
        ended = Reaper::instance().wait(running.pid, rounds_patience);
    } catch (const Failure &) {
        ::kill(running.pid, SIGKILL); // its processes end with their lines
        throw;
    }
    const std::string text = read_file(running.output);
    const auto end = text.find('\n');
    if (text.rfind("tally ", 0) != 0 || end == std::string::npos) {
        throw Failure("no counts, but '" + text + "'; it " + describe(ended));
    }
    return {parse_report(text.substr(0, end)), text.substr(end + 1)};
}

} // namespace

std::vector<Rounds> run_rounds(const std::vector<RoundsOf> &runs)
{
    const TemporaryDirectory directory;
    std::vector<Running> running;
    for (const auto &run : runs) {
        running.push_back(start(run, directory / (run.what + std::to_string(running.size()))));
    }
    std::vector<Rounds> counts;
    for (const auto &one : running) {
        counts.push_back(finish(one));
    }
    return counts;
}

} // namespace observer
