// Getters by name: one overload for each shape that a getter has, and the list of them.
#include <functional>
#include <map>

#include "options.hpp"

namespace {

using Ctx = daemonctx_context_t *;
using ConstCtx = const daemonctx_context_t *;
using Status = daemonctx_status_t;

template <class Number>
Got ask(Status (*fn)(ConstCtx, Number *), Ctx ctx, const Values &)
{
    Number stored{};
    Status status = fn(ctx, &stored);
    return status == DAEMONCTX_OK ? Got{status, {static_cast<std::int64_t>(stored)}} : Got{status, {}};
}

Got ask(Status (*fn)(ConstCtx, std::int32_t, std::uint32_t *), Ctx ctx, const Values &arguments)
{
    std::uint32_t stored = 0;
    Status status = fn(ctx, static_cast<std::int32_t>(std::get<std::int64_t>(arguments.at(0))), &stored);
    return status == DAEMONCTX_OK ? Got{status, {std::int64_t{stored}}} : Got{status, {}};
}

Value text_value(const char *text)
{
    return text == nullptr ? Value(nullptr) : Value(std::string(text));
}

Got ask(Status (*fn)(ConstCtx, const char **), Ctx ctx, const Values &)
{
    const char *stored = nullptr;
    Status status = fn(ctx, &stored);
    return status == DAEMONCTX_OK ? Got{status, {text_value(stored)}} : Got{status, {}};
}

Got ask(Status (*fn)(ConstCtx, const char **, std::uint32_t *), Ctx ctx, const Values &)
{
    const char *stored = nullptr;
    std::uint32_t mode = 0;
    Status status = fn(ctx, &stored, &mode);
    return status == DAEMONCTX_OK ? Got{status, {text_value(stored), std::int64_t{mode}}} : Got{status, {}};
}

template <class Number>
Got ask(Status (*fn)(ConstCtx, const Number **, std::size_t *), Ctx ctx, const Values &)
{
    const Number *stored = nullptr;
    std::size_t count = 0;
    Status status = fn(ctx, &stored, &count);
    return status == DAEMONCTX_OK ? Got{status, {std::vector<std::int64_t>(stored, stored + count)}} : Got{status, {}};
}

Got ask(Status (*fn)(ConstCtx, const void **, std::size_t *), Ctx ctx, const Values &)
{
    const void *stored = nullptr;
    std::size_t length = 0;
    Status status = fn(ctx, &stored, &length);
    const auto *text = static_cast<const char *>(stored);
    return status == DAEMONCTX_OK ? Got{status, {std::string(text == nullptr ? "" : text, length)}} : Got{status, {}};
}

using Named = std::map<std::string, std::function<Got(Ctx, const Values &)>>;

template <class Function>
Named::value_type getter(const char *name, Function function)
{
    return {name, [function](Ctx ctx, const Values &arguments) {
                return ask(function, ctx, arguments);
            }};
}

#define GETTER(name) getter(#name, daemonctx_get_##name)
const Named functions = {
    GETTER(files_preserve),
    GETTER(chroot_directory),
    GETTER(working_directory),
    GETTER(umask),
    GETTER(pidfile),
    GETTER(detach_process),
    GETTER(signal_action),
    GETTER(signal_reset),
    GETTER(uid),
    GETTER(gid),
    GETTER(user),
    GETTER(group),
    GETTER(groups),
    GETTER(prevent_core),
    GETTER(stdin_kind),
    GETTER(stdin),
    GETTER(stdin_path),
    GETTER(stdout_kind),
    GETTER(stdout),
    GETTER(stdout_path),
    GETTER(stderr_kind),
    GETTER(stderr),
    GETTER(stderr_path),
    GETTER(detach_method),
    GETTER(ready_mode),
    GETTER(ready_timeout),
    GETTER(stream_switch),
    GETTER(no_new_privs),
    GETTER(capabilities),
    GETTER(close_at_exit),
    GETTER(state),
};

} // namespace

Got get(daemonctx_context_t *ctx, const std::string &name, const Values &arguments)
{
    return functions.at(name)(ctx, arguments);
}
