// A context that is freed at the end of its scope, and the questions that most tests ask of one.
#pragma once

#include <daemonctx/daemonctx.h>

#include <memory>
#include <string>

#include "catch.hpp"

class Context {
  public:
    Context()
    {
        daemonctx_context_t *created = nullptr;
        REQUIRE(daemonctx_new(&created) == DAEMONCTX_OK);
        handle_.reset(created);
    }

    operator daemonctx_context_t *() const { return handle_.get(); }

    daemonctx_status_t status() const { return daemonctx_error_status(handle_.get()); }
    daemonctx_step_t step() const { return daemonctx_error_step(handle_.get()); }
    int32_t error() const { return daemonctx_error_errno(handle_.get()); }
    std::string message() const { return daemonctx_error_message(handle_.get()); }

  private:
    struct Free {
        void operator()(daemonctx_context_t *ctx) const { daemonctx_free(ctx); }
    };
    std::unique_ptr<daemonctx_context_t, Free> handle_;
};

inline bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}
