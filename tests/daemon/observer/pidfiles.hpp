// pidfiles.hpp: a pid file as the file system and the kernel's lock table show it, without the library; and ways in
// which a daemon ends.
#pragma once

#include "probe.hpp"
#include "spawn.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <ostream>
#include <string>

namespace observer {

// What a pid file of that process holds, exactly.
std::string pid_line(pid_t pid);

// Byte 0: whoever holds it runs, or starts. False where there is no file.
bool is_locked(const std::string &path);
bool is_locked(const Fd &file); // also of a file that has been removed

// Byte 1: the process that the kernel names as the holder of its record lock; 0: none.
pid_t attested_pid(const std::string &path);

// Locks byte 0 as a launcher does, for as long as the descriptor lives.
Fd lock_file(const std::string &path);

// Everything but the time of the last reading. Failure if there is nothing.
struct FileState {
    struct stat status;
    std::string content; // of a regular file
};
FileState file_state(const std::string &path);
bool operator==(const FileState &a, const FileState &b);
std::ostream &operator<<(std::ostream &out, const FileState &state);

// What pidfile_query answers in a process of its own, which has nothing to do with the daemon.
struct Answer {
    int status;
    pid_t pid; // -1: not written
    int error;
};
Answer query(const std::string &path, const Conditions &conditions = {});

// A process id that nobody has.
pid_t dead_pid();

// The clean ways to leave the context. After all but the first the process is gone, and CHECKed to have ended so.
enum class Ending { close, exit, sigterm };
void end(const Process &process, Ending ending);
std::ostream &operator<<(std::ostream &out, Ending ending);

} // namespace observer
