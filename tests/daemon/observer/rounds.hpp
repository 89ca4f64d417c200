// rounds.hpp: helpers that make very many launches in one process, several of them side by side, and their counts.
#pragma once

#include "report.hpp"
#include "spawn.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace observer {

// What one of them says at its end: rounds, done, refused, wrong, and counts of its own.
struct Rounds {
    Report tally;
    std::string first_wrong; // the sentence of the first round that went wrong
    long number(const std::string &key) const { return tally.number(key); }
};

struct RoundsOf {
    std::string helper;
    std::string what;
    int rounds;
};

// Runs all of them at once, each with a pid file of its own. Failure when one did not come to its end.
std::vector<Rounds> run_rounds(const std::vector<RoundsOf> &runs);

} // namespace observer
