// The callbacks that a program of calls hands over. They call its next lines themselves.
#pragma once

#include <daemonctx/daemonctx.h>

#include <cstdint>

namespace callbacks {

// A user_data that tells a callback how many lines it calls (the two lowest bits) and what it returns (the rest).
void *script(std::int64_t number);

std::int32_t hook(daemonctx_context_t *ctx, void *user_data);
void handler(daemonctx_context_t *ctx, std::int32_t signum, void *user_data);
void async_handler(int signum);
void trace(daemonctx_context_t *ctx, daemonctx_step_t step, daemonctx_status_t status, void *user_data);

} // namespace callbacks
