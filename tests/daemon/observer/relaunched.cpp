#include "relaunched.hpp"

#include "report.hpp"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>

namespace observer {

std::vector<std::string> relaunch_programs()
{
    // The sanitizers' runtime can neither be linked statically nor come after the library.
    return sanitized("").empty() ? std::vector<std::string>{"shared", "static", "dlopen"}
                                 : std::vector<std::string>{"shared"};
}

Conditions relaunch_program(const std::string &kind)
{
    Conditions conditions;
    conditions.program = helper_path("daemonctx_relaunch_" + kind);
    // A binding's tests lead their own probe to another copy of the library: here it is the one that this program has.
    conditions.environment = {"RELAUNCH_LIBRARY=" DAEMONCTX_LIBRARY, "LD_LIBRARY_PATH="};
    return conditions;
}

Conditions copied_into(const std::string &path, const std::string &kind)
{
    Conditions conditions = relaunch_program(kind);
    std::filesystem::copy_file(conditions.program, path, std::filesystem::copy_options::overwrite_existing);
    conditions.program = path;
    return conditions;
}

std::string own_user()
{
    const passwd *user = getpwuid(getuid());
    if (user == nullptr) {
        throw Failure("the user of this process has no name");
    }
    return user->pw_name;
}

} // namespace observer
