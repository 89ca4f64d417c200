// Setters by name: one overload for each shape that a setter has, and the list of them.
#include <functional>
#include <map>

#include "options.hpp"

namespace {

using Ctx = daemonctx_context_t *;
using Status = daemonctx_status_t;

std::int64_t number(const Value &value)
{
    return std::get<std::int64_t>(value);
}

// A copy of a text for one call: gone, and overwritten before, when the call is over.
class Passing {
  public:
    explicit Passing(const Value &value)
    {
        if (const auto *text = std::get_if<std::string>(&value)) {
            copy_.assign(text->begin(), text->end());
            copy_.push_back('\0');
        }
    }
    ~Passing() { copy_.assign(copy_.size(), 'Z'); }
    Passing(const Passing &) = delete;
    Passing &operator=(const Passing &) = delete;

    const char *text() const { return copy_.empty() ? nullptr : copy_.data(); }

  private:
    std::vector<char> copy_;
};

Status call(Status (*fn)(Ctx), Ctx ctx, const Values &)
{
    return fn(ctx);
}

Status call(Status (*fn)(Ctx, std::int32_t), Ctx ctx, const Values &values)
{
    return fn(ctx, static_cast<std::int32_t>(number(values.at(0))));
}

Status call(Status (*fn)(Ctx, std::uint32_t), Ctx ctx, const Values &values)
{
    return fn(ctx, static_cast<std::uint32_t>(number(values.at(0))));
}

Status call(Status (*fn)(Ctx, std::uint64_t), Ctx ctx, const Values &values)
{
    return fn(ctx, static_cast<std::uint64_t>(number(values.at(0))));
}

Status call(Status (*fn)(Ctx, std::int32_t, std::uint32_t), Ctx ctx, const Values &values)
{
    return fn(ctx, static_cast<std::int32_t>(number(values.at(0))), static_cast<std::uint32_t>(number(values.at(1))));
}

Status call(Status (*fn)(Ctx, const char *), Ctx ctx, const Values &values)
{
    return fn(ctx, Passing(values.at(0)).text());
}

Status call(Status (*fn)(Ctx, const char *, std::uint32_t), Ctx ctx, const Values &values)
{
    return fn(ctx, Passing(values.at(0)).text(), static_cast<std::uint32_t>(number(values.at(1))));
}

template <class Number>
Status call(Status (*fn)(Ctx, const Number *, std::size_t), Ctx ctx, const Values &values)
{
    std::vector<Number> copy;
    for (std::int64_t element : std::get<std::vector<std::int64_t>>(values.at(0))) {
        copy.push_back(static_cast<Number>(element));
    }
    Status status = fn(ctx, copy.empty() ? nullptr : copy.data(), copy.size());
    copy.assign(copy.size(), 77);
    return status;
}

Status call(Status (*fn)(Ctx, const void *, std::size_t), Ctx ctx, const Values &values)
{
    const Passing bytes(values.at(0));
    return fn(ctx, bytes.text(), bytes.text() == nullptr ? 0 : std::get<std::string>(values.at(0)).size());
}

using Named = std::map<std::string, std::function<Status(Ctx, const Values &)>>;

template <class Function>
Named::value_type setter(const char *name, Function function)
{
    return {name, [function](Ctx ctx, const Values &values) {
                return call(function, ctx, values);
            }};
}

#define SETTER(name) setter(#name, daemonctx_set_##name)
const Named functions = {
    SETTER(files_preserve),
    SETTER(chroot_directory),
    SETTER(working_directory),
    SETTER(umask),
    SETTER(umask_inherit),
    SETTER(pidfile),
    SETTER(detach_process),
    SETTER(signal_action),
    SETTER(signal_reset),
    SETTER(uid),
    SETTER(gid),
    SETTER(user),
    SETTER(group),
    SETTER(groups),
    SETTER(prevent_core),
    SETTER(stdin),
    SETTER(stdin_path),
    SETTER(stdin_null),
    SETTER(stdin_inherit),
    SETTER(stdout),
    SETTER(stdout_path),
    SETTER(stdout_null),
    SETTER(stdout_inherit),
    SETTER(stderr),
    SETTER(stderr_path),
    SETTER(stderr_null),
    SETTER(stderr_inherit),
    SETTER(detach_method),
    SETTER(ready_mode),
    SETTER(ready_timeout),
    SETTER(stream_switch),
    SETTER(no_new_privs),
    SETTER(capabilities),
    SETTER(close_at_exit),
    SETTER(state),
};

} // namespace

daemonctx_status_t set(daemonctx_context_t *ctx, const std::string &name, const Values &values)
{
    return functions.at(name)(ctx, values);
}

std::vector<std::string> setters()
{
    std::vector<std::string> names;
    for (const auto &entry : functions) {
        names.push_back(entry.first);
    }
    return names;
}
