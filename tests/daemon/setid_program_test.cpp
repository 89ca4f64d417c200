// setid_program_test.cpp: real set-user-id and set-group-id programs become daemons of whoever started them, for good
// (B15).
#include "catch.hpp"
#include "observer/attempt.hpp"
#include "observer/pidfiles.hpp"

#include <daemonctx/daemonctx.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

using namespace observer;

namespace {

constexpr uid_t starter_uid = 4301; // an ordinary user, in no database
constexpr gid_t starter_gid = 4302;
constexpr uid_t owner_uid = 4303;
constexpr gid_t owner_gid = 4304;

struct Kind {
    std::string name;
    uid_t owner;
    gid_t group;
    mode_t mode;
    uid_t effective_uid() const { return (mode & S_ISUID) != 0 ? owner : starter_uid; }
    gid_t effective_gid() const { return (mode & S_ISGID) != 0 ? group : starter_gid; }
};

std::ostream &operator<<(std::ostream &out, const Kind &kind)
{
    return out << kind.name;
}

const std::vector<Kind> kinds = {
    {"set-user-id root", 0, 0, 04755},
    {"set-user-id of another user", owner_uid, owner_gid, 04755},
    {"set-group-id", 0, owner_gid, 02755},
    {"set-user-id and set-group-id of another user", owner_uid, owner_gid, 06755},
    {"set-user-id root and set-group-id", 0, owner_gid, 06755},
};

// A copy of the probe with these bits, in a directory that is root's.
class Program {
  public:
    explicit Program(const Kind &kind)
    {
        std::filesystem::copy_file(probe_path(), path());
        if (chown(path().c_str(), kind.owner, kind.group) < 0 || chmod(path().c_str(), kind.mode) < 0) {
            throw Failure("cannot make a set-user-id program");
        }
        directory_.make_directory("run", 01777);
    }
    std::string path() const { return directory_ / "program"; }
    std::string pidfile() const { return directory_ / "run/pid"; }
    Conditions started_by_user() const
    {
        Conditions conditions;
        conditions.program = path();
        conditions.wrapper = {"setpriv", "--reuid=" + std::to_string(starter_uid),
                              "--regid=" + std::to_string(starter_gid), "--groups=3001,3002", "--inh-caps=-all"};
        return conditions;
    }

  private:
    TemporaryDirectory directory_;
};

// The bits have their effect here: not on a file system mounted nosuid, not under no_new_privs.
std::string no_setid()
{
    if (!no_nobody().empty()) {
        return no_nobody();
    }
    if (!sanitized("reads its options from the environment, which a set-user-id program must not").empty()) {
        return sanitized("reads its options from the environment, which a set-user-id program must not");
    }
    const TemporaryDirectory directory;
    struct statvfs status = {};
    if (statvfs(directory.path().c_str(), &status) < 0 || (status.f_flag & (ST_NOSUID | ST_NOEXEC)) != 0) {
        return "needs a temporary directory on a file system that is not mounted nosuid or noexec";
    }
    return Procfs(getpid()).no_new_privs() ? "runs under no_new_privs" : "";
}

std::string word(long id)
{
    return std::to_string(id);
}

void check_cannot_regain(const Process &daemon, const Kind &kind)
{
    const std::string user = word(kind.effective_uid());
    const std::string group = word(kind.effective_gid());
    if (kind.effective_uid() != starter_uid) {
        for (const auto &attempt : {"setresuid -1 " + user + " -1", "setresuid " + user + " -1 -1",
                                    "setresuid -1 -1 " + user, std::string("setresuid 0 0 0")}) {
            CAPTURE(attempt);
            CHECK(daemon.ask(attempt).number("errno") == EPERM);
        }
    }
    if (kind.effective_gid() != starter_gid) {
        for (const auto &attempt :
             {"setresgid -1 " + group + " -1", "setresgid " + group + " -1 -1", "setresgid -1 -1 " + group}) {
            CAPTURE(attempt);
            CHECK(daemon.ask(attempt).number("errno") == EPERM);
        }
    }
    CHECK(daemon.ask("setgroups 0").number("errno") == EPERM);
}

void check_is_starter(const Process &daemon)
{
    const Identity identity = daemon.proc().identity();
    CHECK(identity.uids == std::vector<long>(4, starter_uid));
    CHECK(identity.gids == std::vector<long>(4, starter_gid));
    CHECK(identity.groups == std::set<long>{3001, 3002});
    CHECK(daemon.proc().capabilities("CapPrm") == 0);
    CHECK(daemon.proc().capabilities("CapEff") == 0);
}

} // namespace

TEST_CASE("a set-user-id or set-group-id program: all ids are the starter's after open, and cannot be regained",
          "[B15][B12][root]")
{
    SKIP_IF_REASON(no_setid());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const Kind kind = GENERATE(from_range(kinds));
    const std::string lowered = GENERATE(as<std::string>(), "", "for a while"); // its rights given up, but not for good
    CAPTURE(method, kind, lowered);
    const Program program(kind);
    Probe probe({}, program.started_by_user());
    const Process launcher = probe.process(0, probe.launcher().ask_ok("getpid").sender);
    const Identity before = launcher.proc().identity();
    REQUIRE(before.uids[0] == starter_uid); // the bits do have their effect
    REQUIRE(before.uids[1] == kind.effective_uid());
    REQUIRE(before.gids[1] == kind.effective_gid());
    if (!lowered.empty()) {
        launcher.ask_ok("setresgid -1 " + word(starter_gid) + " -1");
        launcher.ask_ok("setresuid -1 " + word(starter_uid) + " -1");
    }
    tell_opening(launcher, method, {option("pidfile", program.pidfile())});
    const Process daemon = probe.daemon();
    check_is_starter(daemon);
    CHECK(daemon.value("dumpable") == "0");
    check_cannot_regain(daemon, kind);
    check_is_starter(daemon);
    CHECK(read_file(program.pidfile()) == pid_line(daemon.pid()));
    end(daemon, Ending::close);
    CHECK((!exists(program.pidfile()) || read_file(program.pidfile()).empty())); // never a stale pid
}

TEST_CASE("a set-user-id root program that asks for another user becomes that user alone", "[B15][F01][B12][root]")
{
    SKIP_IF_REASON(no_setid());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    CAPTURE(method);
    const Program program(kinds.front());
    Probe probe(opening(method, {"uid=65534", "gid=65534"}), program.started_by_user());
    const Process daemon = probe.daemon();
    const Identity identity = daemon.proc().identity();
    CHECK(identity.uids == std::vector<long>(4, nobody_uid));
    CHECK(identity.gids == std::vector<long>(4, nobody_gid));
    CHECK(identity.groups == std::set<long>{nobody_gid});
    CHECK(daemon.ask("setresuid 0 0 0").number("errno") == EPERM);
    CHECK(daemon.ask("setresuid " + word(starter_uid) + " -1 -1").number("errno") == EPERM);
}

TEST_CASE("a set-user-id program of another user that asks for that user is refused", "[B15][F03][B12][root]")
{
    SKIP_IF_REASON(no_setid());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    CAPTURE(method);
    const Program program(kinds[1]);
    const std::string gid = "gid=" + word(starter_gid);
    Probe probe(opening(method, {"uid=" + word(owner_uid), gid, option("pidfile", program.pidfile())}),
                program.started_by_user());
    const Report outcome = probe.await({"opened", "failed"});
    if (outcome.word == "opened") { // its right, then: but never half of it
        const Identity identity = probe.process(outcome.channel, outcome.sender).proc().identity();
        CHECK(identity.uids == std::vector<long>(4, owner_uid));
    } else {
        CHECK(outcome.status() == DAEMONCTX_ERR_PRIVILEGE);
    }
}

TEST_CASE("without prevent_core a set-user-id program is no more dumpable than the kernel made it", "[B15][B09][root]")
{
    SKIP_IF_REASON(no_setid());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const Kind kind = GENERATE(from_range(kinds));
    CAPTURE(method, kind);
    const Program program(kind);
    Probe probe({}, program.started_by_user());
    const std::string before = probe.launcher().value("dumpable");
    tell_opening(probe.launcher(), method, {"prevent_core=0"});
    CHECK(probe.daemon().value("dumpable") == before);
}

TEST_CASE("the pid file of a set-user-id program is what its starter cannot lead elsewhere", "[B15][F08][root]")
{
    SKIP_IF_REASON(no_setid());
    SKIP_IF_REASON(no_forking());
    const Method method = GENERATE(from_range(forking_methods()));
    const std::string trap = GENERATE(as<std::string>(), "symbolic link", "hard link", "link to nowhere");
    CAPTURE(method, trap);
    const Program program(kinds.front());
    const TemporaryDirectory directory; // root's, with a file that only root may write
    const std::string victim = directory / "victim";
    write_file(victim, "precious\n");
    REQUIRE(chmod(victim.c_str(), 0600) == 0);
    const std::string home = directory.make_directory("home");
    REQUIRE(chown(home.c_str(), starter_uid, starter_gid) == 0);
    if (trap == "hard link") {
        REQUIRE(link(victim.c_str(), (home + "/pid").c_str()) == 0);
    } else {
        REQUIRE(symlink((trap == "symbolic link" ? victim : directory / "new").c_str(), (home + "/pid").c_str()) == 0);
    }
    Probe probe(opening(method, {option("pidfile", home + "/pid")}), program.started_by_user());
    CHECK(probe.failed().status() == DAEMONCTX_ERR_UNSAFE_PATH);
    CHECK(read_file(victim) == "precious\n");
    CHECK_FALSE(exists(directory / "new"));
}

// Its environment and its arguments are the starter's: a program that starts itself again would trust them twice.
TEST_CASE("by re-exec a set-user-id or set-group-id program is refused before any change", "[B15][H03][root]")
{
    SKIP_IF_REASON(no_setid());
    const Method method = GENERATE(from_range(among_probes({Method::reexec, Method::in_place_reexec})));
    const Kind kind = GENERATE(from_range(kinds));
    const std::string call = GENERATE("open", "check");
    CAPTURE(method, kind, call);
    const Program program(kind);
    Probe probe(opening(method, {option("pidfile", program.pidfile())}, call), program.started_by_user());
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_UNSUPPORTED);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PLAN);
    CHECK_THAT(failed.text("message"), Catch::Contains("set-user-id"));
    CHECK_FALSE(exists(program.pidfile()));
    const Process launcher = probe.process(0, failed.sender);
    CHECK(launcher.proc().identity().uids[1] == static_cast<long>(kind.effective_uid()));
    CHECK(launcher.ask("waitpid -1 nohang").number("errno") == ECHILD);
}
