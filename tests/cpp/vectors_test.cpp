// The one table of vectors, tests/vectors/options.tsv, through DaemonContext: what options hand over is what C stores.
#include "catch.hpp"
#include "support/options.hpp"

#include <daemonctx/daemonctx.hpp>

#include <functional>
#include <map>
#include <optional>

using daemonctx::DaemonContext;
using daemonctx::options;
using daemonctx::stream;

namespace {

// False: the options' types cannot express the value.
using Fill = std::function<bool(options &, const Values &)>;

std::optional<std::int64_t> number_of(const Values &values, std::size_t at = 0)
{
    const auto *number = std::get_if<std::int64_t>(&values.at(at));
    return number == nullptr ? std::nullopt : std::optional<std::int64_t>(*number);
}

template <class Member>
Fill text(Member options::*member)
{
    return [member](options &given, const Values &values) {
        const auto *value = std::get_if<std::string>(&values.at(0));
        if (value != nullptr) {
            given.*member = *value;
        }
        return value != nullptr;
    };
}

template <class Element, class Member>
Fill list(Member options::*member)
{
    return [member](options &given, const Values &values) {
        const auto *elements = std::get_if<std::vector<std::int64_t>>(&values.at(0));
        if (elements != nullptr) {
            given.*member = std::vector<Element>(elements->begin(), elements->end());
        }
        return elements != nullptr;
    };
}

template <class Number, class Member>
Fill number(Member options::*member)
{
    return [member](options &given, const Values &values) {
        given.*member = static_cast<Number>(number_of(values).value());
        return true;
    };
}

Fill flag(std::optional<bool> options::*member)
{
    return [member](options &given, const Values &values) {
        const auto value = number_of(values);
        given.*member = value == 1;
        return value == 0 || value == 1;
    };
}

Fill stream_of(std::optional<stream> options::*member, const std::function<stream(const Values &)> &make)
{
    return [member, make](options &given, const Values &values) {
        if (!values.empty() && std::holds_alternative<std::nullptr_t>(values.at(0))) {
            return false;
        }
        given.*member = make(values);
        return true;
    };
}

stream to_path(const Values &values)
{
    const std::string path = std::get<std::string>(values.at(0));
    return values.size() < 2 ? stream::path(path)
                             : stream::path(path, static_cast<std::uint32_t>(number_of(values, 1).value()));
}

void add_streams(std::map<std::string, Fill> &fills)
{
    const std::map<std::string, std::optional<stream> options::*> members = {
        {"stdin", &options::stdin_stream}, {"stdout", &options::stdout_stream}, {"stderr", &options::stderr_stream}};
    for (const auto &[name, member] : members) {
        fills[name] = stream_of(member, [](const Values &values) {
            return stream::descriptor(static_cast<int>(number_of(values).value()));
        });
        fills[name + "_path"] = stream_of(member, to_path);
        fills[name + "_null"] = stream_of(member, [](const Values &) { return stream::null(); });
        fills[name + "_inherit"] = stream_of(member, [](const Values &) { return stream::inherit(); });
    }
}

std::map<std::string, Fill> all_fills()
{
    std::map<std::string, Fill> fills = {
        {"files_preserve", list<int>(&options::files_preserve)},
        {"chroot_directory", text(&options::chroot_directory)},
        {"working_directory", text(&options::working_directory)},
        {"pidfile", text(&options::pidfile)},
        {"umask", number<mode_t>(&options::umask)},
        {"umask_inherit",
         [](options &given, const Values &) {
             return given.umask = daemonctx::inherit, true;
         }},
        {"detach_process", number<daemonctx::detach_process>(&options::detach_process)},
        {"signal_reset", number<daemonctx::signal_reset>(&options::signal_reset)},
        {"uid", number<uid_t>(&options::uid)},
        {"gid", number<gid_t>(&options::gid)},
        {"user", text(&options::user)},
        {"group", text(&options::group)},
        {"groups", list<gid_t>(&options::groups)},
        {"prevent_core", flag(&options::prevent_core)},
        {"detach_method", number<daemonctx::detach_method>(&options::detach_method)},
        {"ready_mode", number<daemonctx::ready_mode>(&options::ready_mode)},
        {"stream_switch", number<daemonctx::stream_switch>(&options::stream_switch)},
        {"no_new_privs", flag(&options::no_new_privs)},
        {"capabilities", number<std::uint64_t>(&options::capabilities)},
        {"close_at_exit", flag(&options::close_at_exit)},
        {"state", text(&options::state)},
    };
    fills["ready_timeout"] = [](options &given, const Values &values) {
        const auto milliseconds = static_cast<std::int32_t>(number_of(values).value());
        given.ready_timeout = daemonctx::timeout::from_milliseconds(milliseconds);
        return milliseconds >= -1;
    };
    fills["signal_action"] = [](options &given, const Values &values) {
        const auto action = static_cast<daemonctx::signal_action>(number_of(values, 1).value());
        given.signal_map.insert_or_assign(static_cast<int>(number_of(values).value()), action);
        return action != daemonctx::signal_action::unset; // it takes the signal out of the map, which C has a call for
    };
    add_streams(fills);
    return fills;
}

void check(const Row &row, const options &given)
{
    DaemonContext context(options(), daemonctx::defer_open);
    const Got before = get(context.native_handle(), row.getter, row.getter_arguments);
    const auto result = context.try_configure(given);
    const auto status = result ? DAEMONCTX_OK : static_cast<daemonctx_status_t>(result.error().status);
    const Got after = get(context.native_handle(), row.getter, row.getter_arguments);
    CHECK(status == row.status);
    CHECK(after == (row.unchanged ? before : Got{row.stored_status, row.stored}));
}

} // namespace

TEST_CASE("The table of vectors holds for the options of DaemonContext", "[cpp][A01][A02][J08]")
{
    const std::map<std::string, Fill> fills = all_fills();
    int checked = 0;
    int left_out = 0;
    for (const Row &row : rows()) {
        INFO(row.place);
        options given;
        if (row.is_default || fills.at(row.option)(given, row.value)) {
            check(row, given);
            checked++;
        } else {
            left_out++;
        }
    }
    WARN(checked << " rows, " << left_out << " that the options' types cannot express");
    CHECK(checked > 190);
    CHECK(left_out < 40);
}
