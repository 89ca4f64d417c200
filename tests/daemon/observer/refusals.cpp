// refusals.cpp: see refusals.hpp.
#include "refusals.hpp"

#include "reaper.hpp"

#include <cerrno>

namespace observer {

static bool works(const std::vector<std::string> &wrapper)
{
    Conditions conditions;
    conditions.wrapper = wrapper;
    conditions.program = "true";
    return Reaper::instance().wait(spawn({}, conditions)).exited_with(0);
}

std::vector<std::string> refusing(int error, const std::string &calls)
{
    return {helper_path("daemonctx_refuse_calls"), std::to_string(error), calls};
}

std::string no_refusing()
{
    static const bool possible = works(refusing(ENOSYS, "signalfd4"));
    return possible ? "" : "needs the right to filter system calls (seccomp)";
}

std::vector<std::string> without_proc()
{
    return {"unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec \"$0\" \"$@\""};
}

std::vector<std::string> with_disk(const std::string &path, const std::string &options, const std::string &script)
{
    return {"unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o " + options + " none \"$0\" && { " + script + "; } && exec \"$@\"",
            path};
}

std::string no_mounts()
{
    if (!no_root().empty() || !no_program("unshare").empty()) {
        return no_root() + no_program("unshare");
    }
    static const bool possible = works(without_proc());
    return possible ? "" : "needs the right to mount";
}

} // namespace observer
