// pidfile_way_test.cpp: symbolic links among the directories on the way to a pid file. Those of root and of the
// launcher's user are followed, as /var/run is one; another user's could lead root's launcher to any directory (E05).
#include "catch.hpp"
#include "observer/methods.hpp"
#include "observer/pidfiles.hpp"
#include "observer/probe.hpp"

#include <daemonctx/daemonctx.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

namespace {

constexpr uid_t other_user = 65534;

void make_link(const std::string &target, const std::string &path, uid_t owner)
{
    REQUIRE(symlink(target.c_str(), path.c_str()) == 0);
    REQUIRE(lchown(path.c_str(), owner, static_cast<gid_t>(-1)) == 0);
}

// real/sub is the directory; its links: near (relative), far (absolute, through another one and back up), another
// user's, and one of the launcher's that leads over the other user's.
class Ways {
  public:
    Ways()
    {
        directory_.make_directory("real");
        directory_.make_directory("real/sub");
        make_link("real", directory_ / "near", getuid());
        make_link(directory_ / "near/sub/../sub", directory_ / "far", getuid());
        make_link("loop", directory_ / "loop", getuid());
    }
    void add_anothers() const
    {
        directory_.make_directory("theirs");
        REQUIRE(chown((directory_ / "theirs").c_str(), other_user, other_user) == 0);
        make_link(directory_ / "real", directory_ / "theirs/link", other_user);
        make_link("theirs/link/sub", directory_ / "over", getuid());
    }
    std::string operator/(const std::string &name) const { return directory_ / name; }

  private:
    TemporaryDirectory directory_;
};

} // namespace

TEST_CASE("a pid file is found by symbolic links of the launcher's user on its way", "[E05][E01]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const std::string way = GENERATE("near/sub", "far", "real/sub/../sub//.", "far/../../near/./sub/");
    CAPTURE(method, way);
    const Ways ways;
    Probe probe(opening(method, {option("pidfile", ways / (way + "/pid"))}));
    Process daemon = probe.daemon();
    CHECK(read_file(ways / "real/sub/pid") == pid_line(daemon.pid()));
    CHECK(daemon.ask_ok("close").status() == 0);
    CHECK_FALSE(exists(ways / "real/sub/pid"));
}

TEST_CASE("a symbolic link of another user on the way to a pid file is not followed", "[E05][F08][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const std::string way = GENERATE("theirs/link/sub", "over");
    CAPTURE(method, way);
    const Ways ways;
    ways.add_anothers();
    write_file(ways / "real/sub/pid", "another's\n");
    const std::string path = ways / (way + "/pid");
    // also where the directory's owner is who the daemon will be
    Probe probe(opening(method, {option("pidfile", path), "uid=" + std::to_string(other_user)}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_UNSAFE_PATH);
    CHECK_THAT(failed.text("message"), Catch::Contains("symbolic link") && Catch::Contains(path) &&
                                           Catch::Contains("name the directory itself"));
    CHECK(read_file(ways / "real/sub/pid") == "another's\n");
}

TEST_CASE("a way that has no end, is too long or leads nowhere is told as the kernel tells it", "[E05]")
{
    const Method method = GENERATE(from_range(all_methods()));
    using Way = std::pair<std::string, int>;
    const std::vector<Way> ways_on = {
        {"loop", ELOOP}, {"far/" + std::string(256, 'x'), ENAMETOOLONG}, {"far/none", ENOENT}, {"far/file", ENOTDIR}};
    const Way way = GENERATE_COPY(from_range(ways_on));
    CAPTURE(method, way.first);
    const Ways ways;
    write_file(ways / "real/sub/file", "");
    Probe probe(opening(method, {option("pidfile", ways / (way.first + "/pid"))}));
    const Report failed = probe.failed();
    CHECK(failed.status() == DAEMONCTX_ERR_SYSTEM);
    CHECK(failed.number("errno") == way.second);
}
