// Sequences of calls of every function of the ABI with arbitrary values, before, in, and after real launches.
#include <fcntl.h>

#include <cstdio>
#include <cstdlib>

#include "../support/processes.h"
#include "../support/sandbox.h"
#include "run.hpp"

namespace {

constexpr int descriptor_limit = 256; // the sandbox's

int open_descriptors()
{
    int count = 0;
    for (int fd = 0; fd < descriptor_limit; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    sandbox_enter();
    processes_prepare();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const int before = open_descriptors();
    {
        Run run(Program(data, size));
        run.lines(1000);
    }
    processes_settle();
    if (open_descriptors() != before) {
        (void)std::fprintf(stderr, "api: a descriptor of the library is left open\n");
        std::abort();
    }
    sandbox_tidy();
    return 0;
}
