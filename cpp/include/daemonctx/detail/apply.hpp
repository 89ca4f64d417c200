// apply.hpp: hands the options over to the C setters; the first refusal ends it. Not part of the interface.
#ifndef DAEMONCTX_DETAIL_APPLY_HPP
#define DAEMONCTX_DETAIL_APPLY_HPP

#include <daemonctx/detail/state.hpp>

/** @cond internal */
namespace daemonctx {
inline namespace v1 {
namespace detail {

// Each member calls one setter, unless the option is unset or an earlier setter has refused.
class applier {
  public:
    explicit applier(state &target) : target_(target), context_(target.handle.get()) {}

    template <class Value, class Number>
    void number(const std::optional<Value> &value, daemonctx_status_t (*setter)(daemonctx_context_t *, Number))
    {
        if (value) {
            call([&] { return setter(context_, static_cast<Number>(*value)); });
        }
    }

    void text(const char *name, const std::optional<std::string> &value,
              daemonctx_status_t (*setter)(daemonctx_context_t *, const char *))
    {
        if (value && is_whole(name, *value)) {
            call([&] { return setter(context_, value->c_str()); });
        }
    }

    void path(const char *name, const std::optional<std::filesystem::path> &value,
              daemonctx_status_t (*setter)(daemonctx_context_t *, const char *))
    {
        if (value && is_whole(name, value->native())) {
            call([&] { return setter(context_, value->c_str()); });
        }
    }

    // C would cut the text at a NUL, and take another name for it.
    [[gnu::noinline]] bool is_whole(const char *name, const std::string &text)
    {
        if (text.find('\0') == std::string::npos) {
            return true;
        }
        refuse(std::string(name) + " must not contain a NUL character");
        return false;
    }

    void refuse(std::string sentence)
    {
        if (!refused_) {
            refused_ = failure_named(status::argument, std::move(sentence));
        }
    }

    // True if the setter took the value.
    template <class Setter>
    bool call(const Setter &setter)
    {
        return !refused_ && took(setter());
    }

    // The callable is stored only when the library took its trampoline: a refusal leaves the old one in force.
    template <hook state::*Which>
    void hook_option(const hook &value, daemonctx_status_t (*setter)(daemonctx_context_t *, daemonctx_hook_fn, void *))
    {
        if (value && call([&] { return setter(context_, run_hook<Which>, &target_); })) {
            target_.*Which = value;
        }
    }

    result<void> outcome() const { return refused_ ? result<void>(*refused_) : result<void>(); }
    state &target() { return target_; }
    daemonctx_context_t *context() { return context_; }

  private:
    // Not inlined: there are thirty setters.
    [[gnu::noinline]] bool took(daemonctx_status_t status)
    {
        if (status < 0) {
            refused_ = failure_of(context_, status);
        }
        return status >= 0;
    }

    state &target_;
    daemonctx_context_t *context_;
    std::optional<failure> refused_;
};

// The four ways to set each stream.
struct stream_setters {
    daemonctx_status_t (*null)(daemonctx_context_t *);
    daemonctx_status_t (*inherit)(daemonctx_context_t *);
    daemonctx_status_t (*descriptor)(daemonctx_context_t *, std::int32_t);
    daemonctx_status_t (*path)(daemonctx_context_t *, const char *, std::uint32_t);
};

inline void apply_stream(applier &to, const char *name, const std::optional<stream> &value, const stream_setters &set)
{
    if (!value || !to.is_whole(name, value->file().native())) {
        return;
    }
    to.call([&]() -> daemonctx_status_t {
        switch (value->kind()) {
        case stream_kind::inherit:
            return set.inherit(to.context());
        case stream_kind::descriptor:
            return set.descriptor(to.context(), value->fd());
        case stream_kind::path:
            return set.path(to.context(), value->file().c_str(), value->mode());
        case stream_kind::null:
            break;
        }
        return set.null(to.context());
    });
}

inline void apply_streams(applier &to, const options &given)
{
    // Standard input is only read: no mode is needed to create it.
    constexpr auto stdin_path = [](daemonctx_context_t *context, const char *path, std::uint32_t) {
        return daemonctx_set_stdin_path(context, path);
    };
    apply_stream(to, "stdin_stream", given.stdin_stream,
                 {daemonctx_set_stdin_null, daemonctx_set_stdin_inherit, daemonctx_set_stdin, stdin_path});
    apply_stream(
        to, "stdout_stream", given.stdout_stream,
        {daemonctx_set_stdout_null, daemonctx_set_stdout_inherit, daemonctx_set_stdout, daemonctx_set_stdout_path});
    apply_stream(
        to, "stderr_stream", given.stderr_stream,
        {daemonctx_set_stderr_null, daemonctx_set_stderr_inherit, daemonctx_set_stderr, daemonctx_set_stderr_path});
}

inline void apply_pidfile(applier &to, const pidfile_option &value)
{
    if (value.path() != nullptr) {
        to.path("pidfile", *value.path(), daemonctx_set_pidfile);
    }
    if (value.manager() == nullptr) {
        return;
    }
    const pidfile_manager &manager = *value.manager();
    const bool taken = to.call([&] {
        return daemonctx_set_pidfile_manager(
            to.context(), manager.enter ? run_manager<&pidfile_manager::enter> : nullptr,
            manager.exit ? run_manager<&pidfile_manager::exit> : nullptr, &to.target());
    });
    if (taken) {
        to.target().manager = manager;
    }
}

inline daemonctx_status_t set_signal(applier &to, int signum, const signal_disposition::held_type &held)
{
    if (const auto *handler = std::get_if<signal_handler>(&held)) {
        auto kept = std::make_shared<const signal_handler>(*handler);
        const daemonctx_status_t status =
            daemonctx_set_signal_handler(to.context(), signum, run_signal_handler, &to.target());
        if (status >= 0) {
            to.target().handlers[signum] = std::move(kept);
        }
        return status;
    }
    if (const auto *handler = std::get_if<async_handler>(&held)) {
        return daemonctx_set_signal_async_handler(to.context(), signum, handler->function);
    }
    const signal_action action = *std::get_if<signal_action>(&held);
    if (action == signal_action::unset) {
        return daemonctx_unset_signal(to.context(), signum);
    }
    return daemonctx_set_signal_action(to.context(), signum, static_cast<std::uint32_t>(action));
}

inline void apply_signals(applier &to, const options &given)
{
    if (given.clear_signal_map) {
        to.call([&] { return daemonctx_clear_signal_map(to.context()); });
    }
    for (const auto &entry : given.signal_map) {
        to.call([&] { return set_signal(to, entry.first, entry.second.held()); });
    }
    to.number(given.signal_reset, daemonctx_set_signal_reset);
}

inline void apply_identity(applier &to, const options &given)
{
    // In C the later of the two replaces the other; in one aggregate there is no later one.
    if (given.uid && given.user) {
        to.refuse("uid and user are both set");
    }
    if (given.gid && given.group) {
        to.refuse("gid and group are both set");
    }
    to.number(given.uid, daemonctx_set_uid);
    to.number(given.gid, daemonctx_set_gid);
    to.text("user", given.user, daemonctx_set_user);
    to.text("group", given.group, daemonctx_set_group);
    if (given.groups) {
        static_assert(std::is_same_v<gid_t, std::uint32_t>, "the C ABI's ids are the system's");
        to.call([&] { return daemonctx_set_groups(to.context(), given.groups->data(), given.groups->size()); });
    }
}

inline void apply_umask(applier &to, const std::optional<umask_option> &value)
{
    if (!value) {
        return;
    }
    to.call([&] {
        return value->mask() ? daemonctx_set_umask(to.context(), *value->mask())
                             : daemonctx_set_umask_inherit(to.context());
    });
}

inline void apply_callbacks(applier &to, const options &given)
{
    // With a trace there is always a prepare hook: it fails the launch in the words of a trace that threw.
    if (given.prepare_hook || given.trace) {
        if (to.call([&] { return daemonctx_set_prepare_hook(to.context(), run_prepare, &to.target()); }) &&
            given.prepare_hook) {
            to.target().prepare = given.prepare_hook;
        }
    }
    to.hook_option<&state::launcher>(given.launcher_hook, daemonctx_set_launcher_hook);
    to.hook_option<&state::daemon>(given.daemon_hook, daemonctx_set_daemon_hook);
    to.hook_option<&state::privileged>(given.privileged_hook, daemonctx_set_privileged_hook);
    if (given.trace && to.call([&] { return daemonctx_set_trace(to.context(), run_trace, &to.target()); })) {
        to.target().trace = given.trace;
    }
}

inline result<void> apply(state &target, const options &given)
{
    static_assert(std::is_same_v<int, std::int32_t>, "the C ABI's descriptors are int");
    applier to(target);
    if (!given.files_preserve.empty()) {
        to.call([&] {
            return daemonctx_set_files_preserve(to.context(), given.files_preserve.data(), given.files_preserve.size());
        });
    }
    to.path("chroot_directory", given.chroot_directory, daemonctx_set_chroot_directory);
    to.path("working_directory", given.working_directory, daemonctx_set_working_directory);
    apply_umask(to, given.umask);
    apply_pidfile(to, given.pidfile);
    to.number(given.detach_process, daemonctx_set_detach_process);
    apply_signals(to, given);
    apply_identity(to, given);
    to.number(given.prevent_core, daemonctx_set_prevent_core);
    apply_streams(to, given);
    to.number(given.detach_method, daemonctx_set_detach_method);
    to.number(given.ready_mode, daemonctx_set_ready_mode);
    if (given.ready_timeout) {
        to.call([&] { return daemonctx_set_ready_timeout(to.context(), given.ready_timeout->milliseconds()); });
    }
    to.number(given.stream_switch, daemonctx_set_stream_switch);
    apply_callbacks(to, given);
    to.number(given.no_new_privs, daemonctx_set_no_new_privs);
    to.number(given.capabilities, daemonctx_set_capabilities);
    to.number(given.close_at_exit, daemonctx_set_close_at_exit);
    if (given.state) {
        to.call([&] { return daemonctx_set_state(to.context(), given.state->data(), given.state->size()); });
    }
    return to.outcome();
}

} // namespace detail
} // namespace v1
} // namespace daemonctx
/** @endcond */

#endif
