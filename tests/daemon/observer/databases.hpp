// databases.hpp: users and groups of the tests' own, in a mount namespace: /etc/passwd and /etc/group are other files
// for one probe.
#pragma once

#include "spawn.hpp"

#include <string>
#include <vector>

namespace observer {

// alice 1001:2001, in staff 3001 and ops 3002 too; bob 1002:2002; carol 1003:2003, in 40 more groups (5000 to 5039);
// root, nobody.
class Databases {
  public:
    Databases();
    std::vector<std::string> wrapper() const;
    std::string passwd() const { return directory_ / "passwd"; } // the file that is seen as /etc/passwd
    std::string group() const { return directory_ / "group"; }

  private:
    TemporaryDirectory directory_;
};

constexpr int carols_groups = 40;

std::string no_databases(); // why that cannot be done here

} // namespace observer
