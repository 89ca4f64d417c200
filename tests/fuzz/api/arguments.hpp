// Arguments by type: each is made of the next word of the line, and lives until the call is over.
#pragma once

#include <daemonctx/daemonctx.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "program.hpp"

class Arguments {
  public:
    // Milliseconds that somebody really waits are few; a signal that is sent is not one that a sanitizer takes for a
    // crash.
    enum class Numbers { any, milliseconds, sent_signals };

    Arguments(Words &words, Numbers numbers) : words_(words), numbers_(numbers) {}

    template <class T>
    T take();

    // What was written: read all of it, so that a wrong pointer or count is noticed.
    void read_results() const;

  private:
    template <class Number>
    const Number *take_list();
    std::int32_t bounded(std::int32_t number) const;

    Words &words_;
    Numbers numbers_;
    std::optional<std::size_t> count_; // of the list before it
    std::deque<std::string> texts_;
    std::deque<std::vector<std::int32_t>> lists_;
    std::int32_t number_ = 0;
    std::uint32_t unsigned_number_ = 0;
    std::size_t size_ = 0;
    const char *text_ = nullptr;
    const void *bytes_ = nullptr;
    const std::int32_t *list_ = nullptr;
    const std::uint32_t *unsigned_list_ = nullptr;
};
