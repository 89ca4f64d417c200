// What is known of an option beside its setters and getters: its name, its way back to the default, a good value.
#include "options.hpp"

#include <map>
#include <stdexcept>

namespace {

// The options that have a call of their own for "none".
const std::map<std::string, daemonctx_status_t (*)(daemonctx_context_t *)> unset_functions = {
    {"chroot_directory", daemonctx_unset_chroot_directory},
    {"pidfile", daemonctx_unset_pidfile},
    {"signal_map", daemonctx_clear_signal_map},
    {"uid", daemonctx_unset_uid},
    {"gid", daemonctx_unset_gid},
    {"user", daemonctx_unset_user},
    {"group", daemonctx_unset_group},
    {"groups", daemonctx_unset_groups},
    {"stdin", daemonctx_set_stdin_null},
    {"stdout", daemonctx_set_stdout_null},
    {"stderr", daemonctx_set_stderr_null},
};

const Values &default_of(const std::string &option)
{
    for (const Row &row : rows()) {
        if (row.is_default && row.option == option) {
            return row.stored;
        }
    }
    throw std::runtime_error("options.tsv has no default of " + option);
}

} // namespace

daemonctx_status_t restore(daemonctx_context_t *ctx, const std::string &option)
{
    auto unset = unset_functions.find(option);
    return unset != unset_functions.end() ? unset->second(ctx) : set(ctx, option, default_of(option));
}

std::string option_of(const std::string &setter)
{
    if (setter == "signal_action") {
        return "signal_map";
    }
    for (std::string form : {"_path", "_null", "_inherit"}) {
        if (setter.size() > form.size() && setter.substr(setter.size() - form.size()) == form) {
            return setter.substr(0, setter.size() - form.size());
        }
    }
    return setter;
}

const Row &accepted_row(const std::string &setter)
{
    for (const Row &row : rows()) {
        if (row.option == setter && row.accepted()) {
            return row;
        }
    }
    throw std::runtime_error("options.tsv has no accepted row of " + setter);
}
