// One input: a program of calls, a line each, of words that are parted by single spaces. It is text so that a
// dictionary helps, a seed can be read, and what is found says by itself how to repeat it. Every sequence of bytes
// means something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The words of one line, taken one after the other. A word that is not there is empty.
class Words {
  public:
    explicit Words(const std::string &line);

    // The word as it is; "%20" is a byte, and "*5000" in front repeats an x, or what stands before it, so many times.
    std::string take();
    // A number as in C; any other word is one of the extreme numbers.
    std::int64_t take_number();
    // True if nothing, or only a dash, stands there: a NULL.
    bool take_nothing();

  private:
    std::vector<std::string> words_;
    std::size_t next_ = 0;
};

// The lines, taken one after the other, in every process that runs the program.
class Program {
  public:
    Program(const std::uint8_t *data, std::size_t size) : text_(reinterpret_cast<const char *>(data), size) {}

    bool has_more() const { return at_ < text_.size(); }
    std::string take();

  private:
    std::string text_;
    std::size_t at_ = 0;
};

// The same number for the same word, everywhere.
std::uint32_t hash(const std::string &word);
