// namespaces.cpp: see namespaces.hpp.
#include "namespaces.hpp"

#include "reaper.hpp"

namespace observer {

std::vector<std::string> as_pid_1()
{
    return {"unshare", "--pid", "--fork", "--mount-proc", "--"};
}

std::vector<std::string> without_terminal()
{
    return {"setsid"}; // what is spawned leads no group, so that it need not fork
}

std::string no_pid_namespace()
{
    if (!no_program("unshare").empty()) {
        return no_program("unshare");
    }
    Conditions conditions;
    conditions.wrapper = as_pid_1();
    conditions.program = "true";
    const bool possible = Reaper::instance().wait(spawn({}, conditions)).exited_with(0);
    return possible ? "" : "needs the right to make pid namespaces";
}

std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string> &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

} // namespace observer
