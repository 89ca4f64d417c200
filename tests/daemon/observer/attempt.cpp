// attempt.cpp: see attempt.hpp.
#include "attempt.hpp"

#include "../catch.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace observer {

template <typename Range>
static std::string in_words(const Range &range)
{
    std::ostringstream text;
    for (const auto &item : range) {
        text << item << ' ';
    }
    return text.str();
}

ProcessState state_of(const Process &process)
{
    const Procfs proc = process.proc();
    const Identity identity = proc.identity();
    const Limit core = proc.limit("Max core file size");
    std::ostringstream descriptors;
    for (const auto &[number, descriptor] : proc.descriptors()) {
        descriptors << number << ": " << descriptor << "; ";
    }
    return {{"working directory", proc.working_directory()},
            {"root", proc.root()},
            {"umask", std::to_string(proc.umask())},
            {"uids", in_words(identity.uids)},
            {"gids", in_words(identity.gids)},
            {"groups", in_words(identity.groups)},
            {"descriptors", descriptors.str()},
            {"ignored", in_words(proc.ignored())},
            {"caught", in_words(proc.caught())},
            {"blocked", in_words(proc.blocked())},
            {"pending", in_words(proc.pending())},
            {"session", std::to_string(proc.session())},
            {"process group", std::to_string(proc.process_group())},
            {"core limit", core.soft + ' ' + core.hard},
            {"dumpable", process.value("dumpable")},
            {"threads", std::to_string(proc.threads())},
            {"no_new_privs", proc.no_new_privs() ? "1" : "0"},
            {"children", in_words(children_of(process.pid()))}};
}

std::vector<pid_t> children_of(pid_t pid)
{
    std::vector<pid_t> children;
    DIR *directory = opendir("/proc");
    while (const dirent *entry = directory != nullptr ? readdir(directory) : nullptr) {
        std::ifstream file("/proc/" + std::string(entry->d_name) + "/stat");
        std::string text;
        if (std::isdigit(entry->d_name[0]) != 0 && std::getline(file, text)) {
            std::istringstream fields(text.substr(text.rfind(')') + 1)); // state, parent
            char state = 0;
            pid_t parent = 0;
            fields >> state >> parent;
            if (parent == pid) {
                children.push_back(std::atoi(entry->d_name));
            }
        }
    }
    if (directory != nullptr) {
        closedir(directory);
    }
    return children;
}

// Unlike what a daemon gets, so that what a launch changes in the launcher is seen.
static std::vector<std::string> prepared(Method method, const std::string &pidfile,
                                         const std::vector<std::string> &commands)
{
    auto all = opening(method, {option("pidfile", pidfile)});
    all.pop_back();
    all.insert(all.end(), {command("chdir", {pidfile.substr(0, pidfile.rfind('/'))}), "set_umask 027",
                           "hold 9 /dev/zero", "sigmask block USR1,WINCH"});
    all.insert(all.end(), commands.begin(), commands.end());
    return all;
}

// Everyone's, with the sticky bit: the launcher may be anyone.
static std::string pidfile_in(const TemporaryDirectory &directory)
{
    return directory.make_directory("run", 01777) + "/pid";
}

Attempt::Attempt(Method method, const std::vector<std::string> &commands, const Conditions &conditions)
    : pidfile_(pidfile_in(directory_)),
      probe_(prepared(method, pidfile_, commands), conditions),
      launcher_(probe_.process(0, probe_.launcher().ask_ok("getpid").sender)),
      before_(state_of(launcher_))
{
}

Report Attempt::fail(const std::string &call)
{
    Report report = launcher_.ask(call);
    if (report.word != "failed") {
        throw Failure(call + " did not fail: " + report.line);
    }
    return report;
}

void Attempt::check_unchanged() const
{
    const ProcessState now = state_of(launcher_);
    for (const auto &[name, value] : before_) {
        INFO("the launcher's " << name);
        CHECK(now.at(name) == value);
    }
}

void Attempt::check_nothing_left() const
{
    Reaper::instance().has_ended(probe_.pid()); // collects who has become the observer's child
    for (const pid_t pid : Reaper::instance().children()) {
        CHECK(pid == probe_.pid());
    }
    const Report wait = launcher_.ask("waitpid -1 nohang");
    CHECK((wait.word == "error" && wait.number("errno") == ECHILD));
    CHECK_FALSE(exists(pidfile_));
    check_unchanged();
}

void Attempt::check_starts_now(const std::vector<std::string> &cure)
{
    for (const auto &command : cure) {
        launcher_.ask_ok(command);
    }
    const Report launched = launcher_.ask("launch 2");
    INFO(launched.line);
    REQUIRE(launched.word == "launched");
    const Process daemon = probe_.process(2, probe_.await({"opened"}, 2).sender);
    CHECK(read_file(pidfile_) == std::to_string(daemon.pid()) + '\n');
    CHECK(daemon.ask_ok("close").status() == 0);
    daemon.tell("_exit 0");
    CHECK(daemon.wait_for_end().exited_with(0));
    CHECK_FALSE(exists(pidfile_));
}

std::vector<std::string> as_nobody_else()
{
    const std::string id = std::to_string(100000 + getpid());
    return {"setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"};
}

std::vector<std::string> with_injected(const std::vector<Injection> &injections)
{
    std::vector<std::string> words = {"strace", "-f", "-qq", "-o", "/dev/null", "-e", "signal=none"};
    std::string traced;
    for (const auto &injection : injections) {
        traced += (traced.empty() ? "" : ",") + injection.calls;
    }
    words.insert(words.end(), {"-e", "trace=" + traced});
    for (const auto &injection : injections) {
        words.insert(words.end(), {"-e", "inject=" + injection.calls + ':' + injection.what});
    }
    return words;
}

std::string no_injection()
{
    static const std::string reason = [] {
        if (!no_program("strace").empty()) {
            return no_program("strace");
        }
        Conditions conditions;
        conditions.wrapper = with_injected({{"setsid", "error=EPERM"}});
        conditions.program = "true";
        return Reaper::instance().wait(spawn({}, conditions)).exited_with(0) ? std::string()
                                                                             : "strace may not trace here";
    }();
    return reason;
}

} // namespace observer
