// privileges_hook_test.cpp: the privileged hook has the launcher's rights and root, before the daemon gives them up
// (F07).
#include "catch.hpp"
#include "observer/attempt.hpp"

#include <arpa/inet.h>
#include <daemonctx/daemonctx.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

using namespace observer;

namespace {

sockaddr_in loopback(int port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool can_connect(int port)
{
    const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    return connect(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
}

// One that only root may bind, and that nobody uses now.
int free_low_port()
{
    for (int port = 1023; port > 600; --port) {
        const Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const sockaddr_in address = loopback(port);
        if (bind(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
            return port;
        }
    }
    throw Failure("no low port is free");
}

} // namespace

TEST_CASE("the privileged hook is root in the daemon, before chroot, drop, umask, directory and streams", "[F07][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    Probe probe(
        opening(method, {"uid=65534", "gid=65534", option("chroot_directory", directory.path()), "set_umask 051",
                         command("chdir", {directory.path()}), "privileged_hook=pause", "no_new_privs=1"}));
    const Report hook = probe.await({"hook"});
    CHECK(hook.number("uid") == 0);
    const bool in_place = is_in_place(method);
    CHECK((hook.sender == probe.pid()) == in_place);
    const Process process = probe.process(in_place ? 0 : 1, hook.sender);
    CHECK(process.proc().identity().uids == std::vector<long>(4, 0));
    CHECK(process.proc().root() == "/");
    CHECK(process.proc().working_directory() == directory.path());
    CHECK(process.proc().umask() == 051);
    // of one thread, and handed on: by re-exec it is set before there can be a second one
    CHECK(process.proc().no_new_privs() == is_by_reexec(method));
    CHECK(process.proc().descriptors().at(1).target == "/dev/zero");
    process.tell("return 0");
    const Process daemon = probe.daemon();
    CHECK(daemon.pid() == process.pid());
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
    CHECK(daemon.proc().root() == directory.path());
}

TEST_CASE("a low port that the privileged hook binds and preserves is served by nobody", "[F07][root]")
{
    SKIP_IF_REASON(no_root());
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    const int port = free_low_port();
    CAPTURE(method, port);
    Probe probe(opening(method, {"signal=clear", "uid=65534", "gid=65534", option("chroot_directory", directory.path()),
                                 option("privileged_hook", "run:listen 70 " + std::to_string(port) + ";preserve 70")}));
    const Process daemon = probe.daemon();
    CHECK(daemon.proc().identity().uids == std::vector<long>(4, nobody_uid));
    CHECK(daemon.proc().descriptor_numbers() == std::set<int>{0, 1, 2, 70});
    CHECK(can_connect(port));
    CHECK(daemon.ask("listen 8 " + std::to_string(port - 1)).word == "error"); // it could not do so now
}

TEST_CASE("what the privileged hook opens is as it was opened, and stays unless it leads out of a new root", "[F07]")
{
    const Method method = GENERATE(from_range(all_methods()));
    const TemporaryDirectory directory;
    write_file(directory / "file", "text");
    Probe probe(opening(
        method, {"signal=clear",
                 option("privileged_hook", "run:" + command("hold", {"70", directory / "file"}) + ";preserve 70")}));
    CHECK(probe.daemon().ask_ok("read 70 10").text("value") == "text");
}

TEST_CASE("without privileges the privileged hook runs as whoever started the program", "[F07][root]")
{
    SKIP_IF_REASON(no_nobody());
    const Method method = GENERATE(from_range(all_methods()));
    Probe probe(opening(method, {"privileged_hook=report"}), started_by(User::nobody));
    CHECK(probe.await({"hook"}).number("uid") == nobody_uid);
    probe.daemon();
}

TEST_CASE("a privileged hook that cannot bind fails the launch with its own words", "[F07][G07]")
{
    const Method method = GENERATE(from_range(detaching_methods()));
    const User user = GENERATE(from_range(users()));
    CAPTURE(method, user);
    Attempt attempt(method, {"privileged_hook=fail:13:cannot%20bind%20to%20port%2080"}, started_by(user));
    const Report failed = attempt.fail();
    CHECK(failed.status() == DAEMONCTX_ERR_CALLBACK);
    CHECK(failed.number("step") == DAEMONCTX_STEP_PRIVILEGED);
    CHECK(failed.number("exit_code") == 13);
    CHECK(failed.text("message") == "cannot bind to port 80");
    attempt.check_nothing_left();
}
