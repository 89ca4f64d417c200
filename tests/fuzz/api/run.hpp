// What runs a program of calls: its contexts, and the processes that it becomes.
#pragma once

#include <daemonctx/daemonctx.h>

#include <array>

#include "program.hpp"

class Run {
  public:
    explicit Run(Program program);
    ~Run();
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    // The one that runs in this process; callbacks ask for it.
    static Run *current();

    // Calls the lines; `most` at once in a callback.
    void lines(int most);
    // The context that is in use; NULL if there is none in its place.
    daemonctx_context_t *context() const;
    void use(std::int64_t place);
    void make();
    // `deferred`: the library frees it when the callback that this is called in is over.
    void free();
    void open(daemonctx_status_t (*function)(daemonctx_context_t *));
    // True in every process but the fuzzer's own: there the program may harm itself.
    bool may_harm_itself() const;
    [[noreturn]] void end();

    // A callback of the context is running: 0 none, else what free() does in it.
    enum class Callback { none, frees_later, frees_nothing };
    Callback callback = Callback::none;

  private:
    std::array<daemonctx_context_t *, 3> contexts_{};
    std::size_t place_ = 0;
    int launches_left_;
    Program program_;

    void open_here(daemonctx_status_t (*function)(daemonctx_context_t *));
    void check_sentences() const;
};
