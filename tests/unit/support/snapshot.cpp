#include "snapshot.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;

namespace {

std::string description(const fs::path &path)
{
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return "gone";
    }
    std::string text = "mode " + std::to_string(status.st_mode) + " size " + std::to_string(status.st_size);
    for (const timespec &time : {status.st_mtim, status.st_ctim}) {
        text += " " + std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
    }
    if (S_ISREG(status.st_mode)) {
        std::ifstream file(path, std::ios::binary);
        text += " content " + std::string(std::istreambuf_iterator<char>(file), {});
    }
    return text;
}

} // namespace

std::map<int, std::string> descriptors_now()
{
    const std::string own = "/proc/" + std::to_string(getpid()) + "/fd";
    std::map<int, std::string> open;
    for (const auto &entry : fs::directory_iterator("/proc/self/fd")) {
        std::string target = fs::read_symlink(entry.path()).string();
        if (target != own) { // the descriptor of this very iteration is listed too
            open[std::stoi(entry.path().filename().string())] = target;
        }
    }
    return open;
}

std::map<std::string, std::string> entries_now(const std::string &directory)
{
    std::map<std::string, std::string> entries{{".", description(directory)}};
    for (const auto &entry : fs::directory_iterator(directory)) {
        entries[entry.path().filename().string()] = description(entry.path());
    }
    return entries;
}
