// See run.hpp.
#include "run.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "calls.hpp"

namespace {

constexpr int most_lines = 200;
constexpr int most_launches = 4; // one after the other; each makes three processes
constexpr std::int32_t most_wait_ms = 2000;
constexpr std::size_t message_size = 8192;

Run *running = nullptr;
const pid_t fuzzer = getpid();

void demand(bool good, const char *what)
{
    if (!good) {
        (void)std::fprintf(stderr, "api: %s\n", what);
        std::abort();
    }
}

// What a launch must leave as it was in the launcher.
struct Surroundings {
    struct stat directory {};
    mode_t umask_ = 0;
    sigset_t mask{};

    Surroundings()
    {
        demand(stat(".", &directory) == 0, "there is a working directory");
        umask_ = umask(022);
        (void)umask(umask_);
        demand(sigprocmask(SIG_BLOCK, nullptr, &mask) == 0, "there is a signal mask");
    }
    bool operator==(const Surroundings &other) const
    {
        return directory.st_ino == other.directory.st_ino && directory.st_dev == other.directory.st_dev &&
               umask_ == other.umask_ && std::memcmp(&mask, &other.mask, sizeof(mask)) == 0;
    }
};

// Nobody has the time for the default of 90 seconds, and nothing ends a wait without a bound.
void bound_the_wait(daemonctx_context_t *ctx)
{
    std::int32_t timeout_ms = 0;
    if (daemonctx_get_ready_timeout(ctx, &timeout_ms) == DAEMONCTX_OK &&
        (timeout_ms < 0 || timeout_ms > most_wait_ms)) {
        (void)daemonctx_set_ready_timeout(ctx, most_wait_ms);
    }
}

bool is_in_place(const daemonctx_context_t *ctx)
{
    std::uint32_t detach = DAEMONCTX_DETACH_PROCESS_NO;
    std::uint32_t reason = DAEMONCTX_DETACH_REASON_REQUIRED;
    (void)daemonctx_get_detach_process(ctx, &detach);
    (void)daemonctx_detach_reason(ctx, &reason);
    return detach == DAEMONCTX_DETACH_PROCESS_NO ||
           (detach == DAEMONCTX_DETACH_PROCESS_AUTO && reason != DAEMONCTX_DETACH_REASON_REQUIRED);
}

bool is_by_reexec(const daemonctx_context_t *ctx)
{
    std::uint32_t method = DAEMONCTX_DETACH_METHOD_AUTO;
    (void)daemonctx_get_detach_method(ctx, &method);
    return method == DAEMONCTX_DETACH_METHOD_REEXEC;
}

} // namespace

Run::Run(Program program) : launches_left_(most_launches), program_(std::move(program))
{
    running = this;
    make();
}

Run::~Run()
{
    callback = Callback::none;
    for (place_ = 0; place_ < contexts_.size(); place_++) {
        free();
    }
    running = nullptr;
}

Run *Run::current()
{
    return running;
}

bool Run::may_harm_itself() const
{
    return getpid() != fuzzer;
}

daemonctx_context_t *Run::context() const
{
    return place_ < contexts_.size() ? contexts_[place_] : nullptr;
}

void Run::use(std::int64_t place)
{
    place_ = static_cast<std::size_t>(place) % (contexts_.size() + 1);
}

void Run::make()
{
    if (place_ < contexts_.size() && contexts_[place_] == nullptr) {
        demand(daemonctx_new(&contexts_[place_]) == DAEMONCTX_OK, "a context can be made");
    }
}

void Run::free()
{
    daemonctx_free(context());
    if (place_ < contexts_.size() && callback != Callback::frees_nothing) {
        contexts_[place_] = nullptr;
    }
}

void Run::check_sentences() const
{
    for (const daemonctx_context_t *ctx : contexts_) {
        const char *message = daemonctx_error_message(ctx);
        demand(message != nullptr, "there is always a sentence");
        demand(strnlen(message, message_size) < message_size, "a sentence ends");
        demand(daemonctx_error_status(ctx) == DAEMONCTX_OK || message[0] != '\0', "an error has a sentence");
        demand(std::strcmp(daemonctx_status_name(daemonctx_error_status(ctx)), "UNKNOWN") != 0, "a status has a name");
        demand(std::strcmp(daemonctx_step_name(daemonctx_error_step(ctx)), "unknown") != 0, "a step has a name");
    }
}

void Run::lines(int most)
{
    for (int i = 0; i < most && i < most_lines && program_.has_more(); i++) {
        call_line(*this, program_.take());
        check_sentences();
    }
}

void Run::end()
{
    this->~Run();
    _exit(0);
}

// The daemon goes on with the program and ends; so does a launcher that is not the fuzzer's process.
void Run::open_here(daemonctx_status_t (*function)(daemonctx_context_t *))
{
    const pid_t caller = getpid();
    const Surroundings before;
    const daemonctx_status_t status = function(context());
    if (getpid() != caller) {
        demand(status == DAEMONCTX_OK, "a daemon is one that succeeded");
        demand(context() == nullptr || daemonctx_is_open(context()) == 1, "a daemon's context is open");
        callback = Callback::none;
        lines(most_lines);
        end();
    }
    demand(may_harm_itself() || before == Surroundings(), "a launch leaves the launcher as it was");
}

void Run::open(daemonctx_status_t (*function)(daemonctx_context_t *))
{
    if (launches_left_ == 0) {
        return;
    }
    launches_left_--;
    if (is_by_reexec(context())) {
        (void)daemonctx_check(context()); // a fuzzer that is started again would begin from the first input
        return;
    }
    bound_the_wait(context());
    // In a callback it is refused; the same must come out of it in a copy of this process.
    if (may_harm_itself() || (function == daemonctx_launch && !is_in_place(context()))) {
        open_here(function);
        return;
    }
    const pid_t child = fork();
    if (child == 0) {
        callback = Callback::none;
        open_here(function);
        lines(most_lines);
        end();
    }
    if (child > 0) {
        (void)waitpid(child, nullptr, 0);
    }
}
