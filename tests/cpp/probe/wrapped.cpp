// wrapped.cpp: the C probe's calls, made through DaemonContext: so the daemon tests run with a probe in C++. A value
// that the wrapper's types cannot hold (a NULL, a negative time) is handed to the C function, which refuses it.
#include "redirect.h"

#include <daemonctx/daemonctx.hpp>

#include <cerrno>
#include <map>
#include <memory>

using daemonctx::DaemonContext;

namespace {

// Never destroyed: exit() closes what is open, or does not, as the option says.
auto &contexts = *new std::map<const daemonctx_context_t *, std::unique_ptr<DaemonContext>>;

DaemonContext &of(daemonctx_context_t *ctx)
{
    return *contexts.at(ctx);
}

// After each launch the context is moved: what the library calls must not point into it.
template <class Call>
daemonctx_status_t launched_by(daemonctx_context_t *ctx, const Call &call)
{
    daemonctx_status_t status = DAEMONCTX_OK;
    try {
        status = call(of(ctx));
    } catch (const daemonctx::error &failed) {
        errno = failed.detail().error_number;
        return static_cast<daemonctx_status_t>(failed.status());
    }
    contexts[ctx] = std::make_unique<DaemonContext>(std::move(of(ctx)));
    return status;
}

template <class Result>
daemonctx_status_t status_of(const Result &result)
{
    return result ? DAEMONCTX_OK : static_cast<daemonctx_status_t>(result.error().status);
}

template <class Member, class Value>
daemonctx_status_t store(daemonctx_context_t *ctx, Member daemonctx::options::*member, Value &&value)
{
    daemonctx::options given;
    given.*member = std::forward<Value>(value);
    return status_of(of(ctx).try_configure(given));
}

daemonctx_status_t outcome_of(const daemonctx::result<daemonctx::pidfile::outcome> &result)
{
    if (!result) {
        if (result.error().error_number != 0) { // else C has left its own, which is no failed call's
            errno = result.error().error_number;
        }
        return static_cast<daemonctx_status_t>(result.error().status);
    }
    return static_cast<daemonctx_status_t>(*result);
}

daemonctx::timeout limit_of(int32_t milliseconds)
{
    return milliseconds < 0 ? daemonctx::timeout::forever() : std::chrono::milliseconds(milliseconds);
}

daemonctx::hook calling(daemonctx_hook_fn fn, void *user_data)
{
    return [fn, user_data](daemonctx::hook_context &context) {
        return fn(context.native_handle(), user_data);
    };
}

} // namespace

daemonctx_status_t wrapped_new(daemonctx_context_t **ret_ctx)
{
    auto made = std::make_unique<DaemonContext>(daemonctx::options(), daemonctx::defer_open);
    *ret_ctx = made->native_handle();
    contexts[*ret_ctx] = std::move(made);
    return DAEMONCTX_OK;
}

void wrapped_free(daemonctx_context_t *ctx)
{
    contexts.erase(ctx);
}

daemonctx_status_t wrapped_check(daemonctx_context_t *ctx)
{
    return status_of(of(ctx).try_check());
}

daemonctx_status_t wrapped_open(daemonctx_context_t *ctx)
{
    return launched_by(ctx, [](DaemonContext &context) {
        context.open();
        return DAEMONCTX_OK;
    });
}

daemonctx_status_t wrapped_launch(daemonctx_context_t *ctx)
{
    return launched_by(ctx,
                       [](DaemonContext &context) { return context.launch() ? DAEMONCTX_LAUNCHED : DAEMONCTX_OK; });
}

daemonctx_status_t wrapped_close(daemonctx_context_t *ctx)
{
    return status_of(of(ctx).try_close());
}

daemonctx_status_t wrapped_terminate(daemonctx_context_t *ctx, int32_t signum)
{
    return static_cast<daemonctx_status_t>(of(ctx).terminate(signum));
}

daemonctx_status_t wrapped_notify_ready(daemonctx_context_t *ctx)
{
    return status_of(of(ctx).try_notify_ready());
}

daemonctx_status_t wrapped_notify_failed(daemonctx_context_t *ctx, int32_t exit_code, const char *message)
{
    return message != nullptr ? status_of(of(ctx).try_notify_failed(exit_code, message))
                              : daemonctx_notify_failed(ctx, exit_code, message);
}

daemonctx_status_t wrapped_reopen_streams(daemonctx_context_t *ctx)
{
    return status_of(of(ctx).try_reopen_streams());
}

daemonctx_status_t wrapped_signal_fd(daemonctx_context_t *ctx, int32_t *ret_fd)
{
    const auto made = of(ctx).try_signal_fd();
    if (made) {
        *ret_fd = *made;
    }
    return status_of(made);
}

daemonctx_status_t wrapped_dispatch(daemonctx_context_t *ctx)
{
    const auto came = of(ctx).try_dispatch();
    return came ? static_cast<daemonctx_status_t>(*came) : status_of(came);
}

daemonctx_status_t wrapped_wait_events(daemonctx_context_t *ctx, int32_t timeout_ms)
{
    if (timeout_ms < -1) {
        return daemonctx_wait_events(ctx, timeout_ms);
    }
    const auto came = of(ctx).try_wait_events(limit_of(timeout_ms));
    return came ? static_cast<daemonctx_status_t>(*came) : status_of(came);
}

daemonctx_status_t wrapped_set_files_preserve(daemonctx_context_t *ctx, const int32_t *fds, size_t count)
{
    return store(ctx, &daemonctx::options::files_preserve, std::vector<int>(fds, fds + count));
}

daemonctx_status_t wrapped_set_working_directory(daemonctx_context_t *ctx, const char *path)
{
    return store(ctx, &daemonctx::options::working_directory, path);
}

daemonctx_status_t wrapped_set_chroot_directory(daemonctx_context_t *ctx, const char *path)
{
    return store(ctx, &daemonctx::options::chroot_directory, path);
}

daemonctx_status_t wrapped_set_pidfile(daemonctx_context_t *ctx, const char *path)
{
    return store(ctx, &daemonctx::options::pidfile, path);
}

daemonctx_status_t wrapped_set_umask(daemonctx_context_t *ctx, uint32_t mask)
{
    return store(ctx, &daemonctx::options::umask, mask);
}

daemonctx_status_t wrapped_set_detach_process(daemonctx_context_t *ctx, uint32_t detach)
{
    return store(ctx, &daemonctx::options::detach_process, static_cast<daemonctx::detach_process>(detach));
}

daemonctx_status_t wrapped_set_ready_mode(daemonctx_context_t *ctx, uint32_t mode)
{
    return store(ctx, &daemonctx::options::ready_mode, static_cast<daemonctx::ready_mode>(mode));
}

daemonctx_status_t wrapped_set_stream_switch(daemonctx_context_t *ctx, uint32_t when)
{
    return store(ctx, &daemonctx::options::stream_switch, static_cast<daemonctx::stream_switch>(when));
}

daemonctx_status_t wrapped_set_stdout_path(daemonctx_context_t *ctx, const char *path, uint32_t mode)
{
    return store(ctx, &daemonctx::options::stdout_stream, daemonctx::stream::path(path, mode));
}

daemonctx_status_t wrapped_set_stderr_path(daemonctx_context_t *ctx, const char *path, uint32_t mode)
{
    return store(ctx, &daemonctx::options::stderr_stream, daemonctx::stream::path(path, mode));
}

daemonctx_status_t wrapped_set_signal_action(daemonctx_context_t *ctx, int32_t signum, uint32_t action)
{
    if (action == DAEMONCTX_SIGNAL_ACTION_UNSET) {
        return daemonctx_set_signal_action(ctx, signum, action); // the wrapper means unset_signal by it
    }
    return store(ctx, &daemonctx::options::signal_map,
                 daemonctx::signal_map{{signum, static_cast<daemonctx::signal_action>(action)}});
}

daemonctx_status_t wrapped_set_signal_handler(daemonctx_context_t *ctx, int32_t signum, daemonctx_signal_fn fn,
                                              void *user_data)
{
    return store(ctx, &daemonctx::options::signal_map, daemonctx::signal_map{{signum, [ctx, fn, user_data](int came) {
                                                                                  fn(ctx, came, user_data);
                                                                              }}});
}

daemonctx_status_t wrapped_set_pidfile_manager(daemonctx_context_t *ctx, daemonctx_hook_fn enter,
                                               daemonctx_hook_fn leave, void *user_data)
{
    daemonctx::pidfile_manager manager;
    if (enter != nullptr) {
        manager.enter = calling(enter, user_data);
    }
    if (leave != nullptr) {
        manager.exit = calling(leave, user_data);
    }
    return store(ctx, &daemonctx::options::pidfile, manager);
}

#define WRAPPED_HOOK(name)                                                                                 \
    daemonctx_status_t wrapped_set_##name(daemonctx_context_t *ctx, daemonctx_hook_fn fn, void *user_data) \
    {                                                                                                      \
        return fn != nullptr ? store(ctx, &daemonctx::options::name, calling(fn, user_data))               \
                             : daemonctx_set_##name(ctx, fn, user_data);                                   \
    }
WRAPPED_HOOK(prepare_hook)
WRAPPED_HOOK(launcher_hook)
WRAPPED_HOOK(daemon_hook)
WRAPPED_HOOK(privileged_hook)

daemonctx_status_t wrapped_set_trace(daemonctx_context_t *ctx, daemonctx_trace_fn fn, void *user_data)
{
    if (fn == nullptr) {
        return daemonctx_set_trace(ctx, fn, user_data);
    }
    return store(ctx, &daemonctx::options::trace,
                 daemonctx::trace_function([ctx, fn, user_data](daemonctx::step step, daemonctx::status status) {
                     fn(ctx, static_cast<daemonctx_step_t>(step), static_cast<daemonctx_status_t>(status), user_data);
                 }));
}

daemonctx_status_t wrapped_pidfile_query(const char *path, int32_t *ret_pid)
{
    const auto asked = daemonctx::pidfile::try_query(path);
    if (!asked) {
        return outcome_of(asked.error());
    }
    if (asked->running) {
        *ret_pid = asked->pid;
    }
    return asked->running ? DAEMONCTX_OK : DAEMONCTX_NOT_RUNNING;
}

daemonctx_status_t wrapped_pidfile_signal(const char *path, int32_t signum)
{
    return outcome_of(daemonctx::pidfile::try_signal(path, signum));
}

daemonctx_status_t wrapped_pidfile_stop(const char *path, int32_t kill_after_ms)
{
    return kill_after_ms < -1 ? daemonctx_pidfile_stop(path, kill_after_ms)
                              : outcome_of(daemonctx::pidfile::try_stop(path, limit_of(kill_after_ms)));
}

daemonctx_status_t wrapped_pidfile_wait(const char *path, int32_t timeout_ms)
{
    return timeout_ms < -1 ? daemonctx_pidfile_wait(path, timeout_ms)
                           : outcome_of(daemonctx::pidfile::try_wait(path, limit_of(timeout_ms)));
}
