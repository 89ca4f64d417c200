// A pid file that another start holds: the lock of an open file description counts against this process too.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "catch.hpp"

class HeldLock {
  public:
    explicit HeldLock(const std::string &path) : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644))
    {
        REQUIRE(fd_ >= 0);
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = 0;
        lock.l_len = 1;
        REQUIRE(fcntl(fd_, F_OFD_SETLK, &lock) == 0);
    }
    ~HeldLock() { close(fd_); }
    HeldLock(const HeldLock &) = delete;
    HeldLock &operator=(const HeldLock &) = delete;

  private:
    int fd_;
};
