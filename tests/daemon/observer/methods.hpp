// methods.hpp: the ways to become a daemon over which a row's test is repeated. Another way is one more value here.
//
//     const Method method = GENERATE(from_range(detaching_methods()));
//     Probe probe(opening(method, {"umask=027"}));
//     const Process daemon = probe.daemon();
#pragma once

#include "probe.hpp"
#include "spawn.hpp"

#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

namespace observer {

enum class Method { fork, reexec, in_place, in_place_reexec };

inline const char *name_of(Method method)
{
    switch (method) {
    case Method::fork:
        return "fork";
    case Method::reexec:
        return "reexec";
    case Method::in_place:
        return "in_place";
    default:
        return "in_place_reexec";
    }
}

inline bool is_in_place(Method method)
{
    return method == Method::in_place || method == Method::in_place_reexec;
}

inline bool is_by_reexec(Method method)
{
    return method == Method::reexec || method == Method::in_place_reexec;
}

// A probe in a language that cannot do all of them names those that it can: DAEMONCTX_PROBE_METHODS=reexec,...
inline std::vector<Method> among_probes(const std::vector<Method> &methods)
{
    const char *names = std::getenv("DAEMONCTX_PROBE_METHODS");
    std::vector<Method> able;
    for (const Method method : methods) {
        const std::string all = std::string(",") + (names == nullptr ? "" : names) + ",";
        if (names == nullptr || all.find(std::string(",") + name_of(method) + ",") != std::string::npos) {
            able.push_back(method);
        }
    }
    return able;
}

inline std::vector<Method> detaching_methods()
{
    return among_probes({Method::fork, Method::reexec});
}

inline std::vector<Method> all_methods()
{
    return among_probes({Method::fork, Method::reexec, Method::in_place, Method::in_place_reexec});
}

inline std::vector<Method> in_place_methods()
{
    return among_probes({Method::in_place, Method::in_place_reexec});
}

// The methods that fork, or go on as they are: for rows about fork hooks (prepare, launcher, daemon) and fork handlers.
// By re-exec nothing of the program is copied, so there is nothing that such a hook could mend, and none is called.
inline std::vector<Method> forking_methods()
{
    return among_probes({Method::fork, Method::in_place});
}

inline std::string no_forking()
{
    return forking_methods().size() == 2 ? "" : "this probe's methods are by re-exec alone";
}

// The hooks that come in the process that becomes the daemon, in their order.
inline std::vector<std::string> daemons_hooks(Method method)
{
    return is_by_reexec(method) ? std::vector<std::string>{"privileged_hook"}
                                : std::vector<std::string>{"daemon_hook", "privileged_hook"};
}

// The hooks whose failure is the launch's, in their order.
inline std::vector<std::string> hooks_before_open(Method method)
{
    auto hooks = daemons_hooks(method);
    if (!is_by_reexec(method)) {
        hooks.insert(hooks.begin(), "prepare_hook");
    }
    return hooks;
}

// All that a launch by this method calls. There is no launcher in place.
inline std::vector<std::string> hooks_called(Method method)
{
    auto hooks = hooks_before_open(method);
    if (method == Method::fork) {
        hooks.push_back("launcher_hook");
    }
    return hooks;
}

// Where a test only has to stop, or to do something, as early as it can in the process that becomes the daemon.
inline std::string first_hook(Method method)
{
    return daemons_hooks(method).front();
}

// Threads of a daemon that made none itself.
inline int own_threads(Method method)
{
    return method == Method::in_place_reexec ? 2 : 1; // see opening()
}

// Commands (options and conditions first), with the method's options before and the opening command after them.
inline std::vector<std::string> opening(Method method, const std::vector<std::string> &commands = {},
                                        const std::string &call = "open")
{
    std::vector<std::string> all;
    all = {is_in_place(method) ? "detach_process=no" : "detach_process=yes"};
    if (method != Method::in_place) {
        all.push_back(is_by_reexec(method) ? "method=reexec" : "method=fork");
    }
    all.insert(all.end(), commands.begin(), commands.end());
    if (method == Method::in_place_reexec) {
        all.push_back("threads 1"); // alone it would not have to start again
    }
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
    return out << name_of(method);
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
