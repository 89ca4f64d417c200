// A directory of the test's own (mode 0700), removed at the end of the scope.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"

class Scratch {
  public:
    Scratch()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "daemonctx-unit-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch &) = delete;
    Scratch &operator=(const Scratch &) = delete;

    std::string directory() const { return path_.string(); }
    std::string operator/(const std::string &name) const { return (path_ / name).string(); }

    std::string file(const std::string &name, const std::string &content) const
    {
        std::string path = *this / name;
        std::ofstream(path) << content;
        REQUIRE(chmod(path.c_str(), 0644) == 0);
        return path;
    }

  private:
    std::filesystem::path path_;
};
