// methods.hpp: the ways to become a daemon over which a row's test is repeated. Another way is one more value here.
//
//     const Method method = GENERATE(from_range(detaching_methods()));
//     Probe probe(opening(method, {"umask=027"}));
//     const Process daemon = probe.daemon();
#pragma once

#include "probe.hpp"
#include "spawn.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace observer {

enum class Method { fork, in_place };

inline std::vector<Method> detaching_methods()
{
    return {Method::fork};
}

inline std::vector<Method> all_methods()
{
    auto methods = detaching_methods();
    methods.push_back(Method::in_place);
    return methods;
}

// Commands (options and conditions first), with the method's options before and the opening command after them.
inline std::vector<std::string> opening(Method method, const std::vector<std::string> &commands = {},
                                        const std::string &call = "open")
{
    std::vector<std::string> all;
    if (method == Method::in_place) {
        all = {"detach_process=no"};
    } else {
        all = {"detach_process=yes", "method=fork"};
    }
    all.insert(all.end(), commands.begin(), commands.end());
    all.push_back(call);
    return all;
}

// The same for a process that runs already. The options' answers are taken, that of the opening command is not.
inline void tell_opening(const Process &process, Method method, const std::vector<std::string> &commands = {},
                         const std::string &call = "open")
{
    for (const auto &command : opening(method, commands, call)) {
        if (command == call) {
            process.tell(command);
        } else {
            process.ask_ok(command);
        }
    }
}

inline std::ostream &operator<<(std::ostream &out, Method method)
{
    return out << (method == Method::in_place ? "in place" : "by fork");
}

// Who starts the probe: whoever runs the tests and, where that is root, an ordinary user too.
enum class User { own, nobody };

inline std::vector<User> users()
{
    return no_nobody().empty() ? std::vector<User>{User::own, User::nobody} : std::vector<User>{User::own};
}

inline Conditions started_by(User user)
{
    Conditions conditions;
    if (user == User::nobody) {
        conditions.wrapper = as_nobody();
    }
    return conditions;
}

inline std::ostream &operator<<(std::ostream &out, User user)
{
    return out << (user == User::nobody ? "as nobody" : "as oneself");
}

} // namespace observer
