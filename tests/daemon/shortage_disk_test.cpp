// shortage_disk_test.cpp: pid and stream files on a disk that is full, without room for another name, or read-only: a
// clear refusal, and nothing left (G09).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/refusals.hpp"

#include <daemonctx/daemonctx.h>

#include <algorithm>
#include <cerrno>

using namespace observer;

namespace {

const std::string fill = "head -c 1000000 /dev/zero >\"$0/filler\" 2>/dev/null || :";

struct Disk {
    std::string name;
    std::string options;               // of mount
    std::string script;                // what is on it; $0 is the disk
    std::vector<std::string> commands; // DISK stands for its path
    int step;                          // NONE: a daemon
    int error;
    std::string message; // how it begins
    std::string left;    // the names that are on the disk afterwards
};

std::ostream &operator<<(std::ostream &out, const Disk &disk)
{
    return out << disk.name;
}

const std::vector<Disk> disks = {
    {"full, a new pid file",
     "size=4k",
     fill,
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_PIDFILE,
     ENOSPC,
     "cannot write pid file 'DISK/pid': No space left on device",
     "filler"},
    {"full, an empty pid file is there",
     "size=4k",
     ": >\"$0/pid\"; " + fill,
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_PIDFILE,
     ENOSPC,
     "cannot write pid file 'DISK/pid': No space left on device",
     "filler"},
    {"full, a stale pid file is there: its own room is enough",
     "size=8k",
     "echo 1 >\"$0/pid\"; " + fill,
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_NONE,
     0,
     "",
     "filler"},
    {"full, a log file too",
     "size=4k",
     fill,
     {"stdout=path:DISK/log", "pidfile=DISK/pid"},
     DAEMONCTX_STEP_PIDFILE,
     ENOSPC,
     "cannot write pid file 'DISK/pid': No space left on device",
     "filler,log"}, // a log file stays: the daemon may have written why
    {"no room for another name, a pid file",
     "nr_inodes=2",
     ": >\"$0/filler\"",
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_PLAN,
     ENOSPC,
     "cannot use pid file 'DISK/pid': cannot create it: No space left on device",
     "filler"},
    {"no room for another name, a log file",
     "nr_inodes=2",
     ": >\"$0/filler\"",
     {"stderr=path:DISK/log"},
     DAEMONCTX_STEP_PLAN,
     ENOSPC,
     "stderr: cannot open 'DISK/log': No space left on device",
     "filler"},
    {"room for the log file's name alone",
     "nr_inodes=3",
     ": >\"$0/filler\"",
     {"stdout=path:DISK/log", "pidfile=DISK/pid"},
     DAEMONCTX_STEP_PLAN,
     ENOSPC,
     "cannot use pid file 'DISK/pid': cannot create it: No space left on device",
     "filler"},
    {"read-only, a new pid file",
     "size=64k",
     "mount -o remount,ro \"$0\"",
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_PLAN,
     EROFS,
     "cannot use pid file 'DISK/pid': cannot create it: Read-only file system",
     ""},
    {"read-only, a stale pid file is there",
     "size=64k",
     "echo 1 >\"$0/pid\"; mount -o remount,ro \"$0\"",
     {"pidfile=DISK/pid"},
     DAEMONCTX_STEP_PLAN,
     EROFS,
     "cannot use pid file 'DISK/pid': cannot open it: Read-only file system",
     "pid"},
    {"read-only, a new log file",
     "size=64k",
     "mount -o remount,ro \"$0\"",
     {"stdout=path:DISK/log"},
     DAEMONCTX_STEP_PLAN,
     EROFS,
     "stdout: cannot open 'DISK/log': Read-only file system",
     ""},
    {"read-only, a log file is there",
     "size=64k",
     "echo old >\"$0/log\"; mount -o remount,ro \"$0\"",
     {"stdout=path:DISK/log"},
     DAEMONCTX_STEP_PLAN,
     EROFS,
     "stdout: cannot open 'DISK/log': Read-only file system",
     "log"},
    {"read-only, an input file is there",
     "size=64k",
     "echo old >\"$0/input\"; mount -o remount,ro \"$0\"",
     {"stdin=path:DISK/input"},
     DAEMONCTX_STEP_NONE,
     0,
     "",
     "input"},
};

std::string on(const std::string &path, std::string text)
{
    for (auto at = text.find("DISK"); at != std::string::npos; at = text.find("DISK", at)) {
        text.replace(at, 4, path);
    }
    return text;
}

} // namespace

TEST_CASE("pid and stream files on a full or read-only disk: a clear refusal, and nothing left",
          "[G09][G01][B12][root]")
{
    SKIP_IF_REASON(no_mounts());
    const Method method = GENERATE(from_range(all_methods()));
    const Disk disk = GENERATE(from_range(disks));
    CAPTURE(method, disk);
    const TemporaryDirectory directory;
    const std::string &path = directory.path();
    std::vector<std::string> commands;
    for (const auto &command : disk.commands) {
        commands.push_back(on(path, command));
    }
    Conditions conditions;
    conditions.wrapper = with_disk(path, disk.options, disk.script);
    Attempt attempt(method, commands, conditions);
    const auto names = [&](const Process &process) {
        auto list = split(process.value(command("listdir", {path})), ',');
        std::sort(list.begin(), list.end());
        std::string text;
        for (const auto &name : list) {
            text += (text.empty() ? "" : ",") + name;
        }
        return text;
    };
    if (disk.step == DAEMONCTX_STEP_NONE) {
        attempt.launcher().tell("open");
        const Process daemon = attempt.probe().daemon();
        CHECK(daemon.ask_ok("close").status() == 0);
        CHECK(names(daemon) == disk.left);
        return;
    }
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("step") == disk.step);
    CHECK(failed.number("errno") == disk.error);
    CHECK(failed.text("message") == on(path, disk.message));
    CHECK(names(attempt.launcher()) == disk.left);
    if (!is_in_place(method)) {
        attempt.check_nothing_left();
        attempt.check_starts_now({option("pidfile", attempt.pidfile()), "stdin=null", "stdout=null", "stderr=null"});
    }
}
