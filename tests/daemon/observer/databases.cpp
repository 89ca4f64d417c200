// databases.cpp: see databases.hpp.
#include "databases.hpp"

#include "reaper.hpp"

namespace observer {

Databases::Databases()
{
    std::string groups = "root:x:0:\nnogroup:x:65534:\nalice:x:2001:\nbob:x:2002:\ncarol:x:2003:\n"
                         "staff:x:3001:alice\nops:x:3002:alice\n";
    for (int i = 0; i < carols_groups; ++i) {
        groups += "team" + std::to_string(i) + ":x:" + std::to_string(5000 + i) + ":carol\n";
    }
    write_file(group(), groups);
    write_file(directory_ / "nsswitch.conf", "passwd: files\ngroup: files\ninitgroups: files\n");
    write_file(passwd(), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nalice:x:1001:2001::/:/bin/false\n"
                         "bob:x:1002:2002::/:/bin/false\ncarol:x:1003:2003::/:/bin/false\n");
}

std::vector<std::string> Databases::wrapper() const
{
    const std::string script =
        "for file in passwd group nsswitch.conf; do "
        "[ ! -e /etc/$file ] || mount --bind \"$0/$file\" /etc/$file || exit 1; done; exec \"$@\"";
    return {"unshare", "--mount", "sh", "-c", script, directory_.path()};
}

std::string no_databases()
{
    static const std::string reason = [] {
        if (!no_root().empty() || !no_program("unshare").empty()) {
            return no_root() + no_program("unshare");
        }
        const Databases databases;
        Conditions conditions;
        conditions.wrapper = databases.wrapper();
        conditions.program = "true";
        return Reaper::instance().wait(spawn({}, conditions)).exited_with(0) ? std::string() : "may not mount here";
    }();
    return reason;
}

} // namespace observer
