// A user's program in C++: becomes a daemon, and gets one byte back from it.
#include <daemonctx/daemonctx.hpp>

#include <unistd.h>

#include <exception>
#include <iostream>
#include <variant>

int main()
{
    int ends[2];
    if (pipe(ends) != 0) {
        return 1;
    }
    daemonctx::options options;
    options.files_preserve = {ends[1]};
    options.detach_process = daemonctx::detach_process::yes;
    try {
        const auto outcome = daemonctx::DaemonContext::launch(options);
        if (std::holds_alternative<daemonctx::DaemonContext>(outcome)) {
            return write(ends[1], "d", 1) == 1 ? 0 : 1;
        }
        close(ends[1]);
        char byte = 0;
        const int pid = std::get<daemonctx::launched>(outcome).pid;
        if (read(ends[0], &byte, 1) != 1 || byte != 'd' || pid <= 0) {
            std::cerr << "the daemon did not answer\n";
            return 1;
        }
        std::cout << "daemonctx " << daemonctx_version_string() << ": daemon " << pid << " answered, in C++\n";
    } catch (const std::exception &failed) {
        std::cerr << failed.what() << '\n';
        return 1;
    }
    return 0;
}
