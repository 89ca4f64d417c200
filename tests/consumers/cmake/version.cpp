// A user's C++ program: the library's version is the package's, which is given as argument.
#include <daemonctx/daemonctx.h>

#include <iostream>
#include <string>

int main(int argc, char **argv)
{
    const std::string version = daemonctx_version_string();
    std::cout << "daemonctx " << version << '\n';
    return argc == 2 && version == argv[1] ? 0 : 1;
}
