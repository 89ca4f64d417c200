#!/usr/bin/env luajit
-- echod.lua: a TCP echo server on 127.0.0.1 that is a well-behaved daemon, in a language that has no binding.
--
-- The library's plain declarations and its shared object are all that LuaJIT needs. The daemon makes its listener
-- itself, says where while it still has the terminal, and only then lets the launcher end; what goes wrong before that
-- is told by the launcher, with its exit status.
--
--   luajit echod.lua start|start-anew PIDFILE [PORT [LOG]]    PORT 0, the default: any that is free
--   luajit echod.lua status|reload|stop PIDFILE
--
-- start forks, as suits a program without threads. start-anew has the daemon started as a new program, for which the
-- library runs this one again, with the same arguments: what comes before daemonctx_open() then happens in both.

local ffi = require("ffi")
local C = ffi.C

-- ---- The library ---------------------------------------------------------------------------------------------------

local directory = arg[0]:match("^.*/") or "./"
local declarations = assert(io.open(os.getenv("DAEMONCTX_FFI_H") or directory .. "../../daemonctx_ffi.h"))
ffi.cdef(declarations:read("*a"))
declarations:close()
local daemonctx = ffi.load("libdaemonctx.so.1")

-- What of libc the server needs.
ffi.cdef([[
struct echod_address { uint16_t family; uint8_t port[2]; uint8_t host[4]; uint8_t zero[8]; };
struct pollfd { int fd; short events; short revents; };
int socket(int domain, int type, int protocol);
int setsockopt(int fd, int level, int name, const void *value, uint32_t length);
int bind(int fd, const void *address, uint32_t length);
int listen(int fd, int backlog);
int getsockname(int fd, void *address, uint32_t *length);
int accept4(int fd, void *address, uint32_t *length, int flags);
int poll(struct pollfd *polls, unsigned long count, int timeout);
ptrdiff_t recv(int fd, void *bytes, size_t length, int flags);
ptrdiff_t send(int fd, const void *bytes, size_t length, int flags);
int close(int fd);
int getpid(void);
char *strerror(int number);
]])
local AF_INET, SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC, SOL_SOCKET, SO_REUSEADDR = 2, 1, 0x800, 0x80000, 1, 2
local POLLIN, MSG_DONTWAIT, MSG_NOSIGNAL = 1, 0x40, 0x4000
local SIGHUP, SIGINT = 1, 2
local CLIENTS = 64

local function say(form, ...)
    io.stderr:write("echod.lua: ", form:format(...), "\n")
end

local function reason()
    return ffi.string(C.strerror(ffi.errno()))
end

-- The context keeps the detail of a failed call: the sentence is for the user, the rest for programs.
local function say_failure(ctx)
    say("%s (%s, step %s)", ffi.string(daemonctx.daemonctx_error_message(ctx)),
        ffi.string(daemonctx.daemonctx_status_name(daemonctx.daemonctx_error_status(ctx))),
        ffi.string(daemonctx.daemonctx_step_name(daemonctx.daemonctx_error_step(ctx))))
end

-- ---- The server ----------------------------------------------------------------------------------------------------

local function listen_on(port)
    local fd = C.socket(AF_INET, SOCK_STREAM + SOCK_NONBLOCK + SOCK_CLOEXEC, 0)
    local address = ffi.new("struct echod_address", AF_INET, { math.floor(port / 256), port % 256 }, { 127, 0, 0, 1 })
    local size = ffi.new("uint32_t[1]", ffi.sizeof(address))
    if fd < 0 or C.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ffi.new("int[1]", 1), 4) ~= 0
        or C.bind(fd, address, size[0]) ~= 0 or C.listen(fd, CLIENTS) ~= 0
        or C.getsockname(fd, address, size) ~= 0 then
        return nil, ("cannot listen on 127.0.0.1 port %d: %s"):format(port, reason())
    end
    return fd, address.port[0] * 256 + address.port[1]
end

-- Sends back what came; false when the client is gone, or does not read what it gets.
local buffer = ffi.new("uint8_t[16384]")
local function echo(fd)
    local got = C.recv(fd, buffer, ffi.sizeof(buffer), MSG_DONTWAIT)
    return got > 0 and C.send(fd, buffer, got, MSG_DONTWAIT + MSG_NOSIGNAL) == got
end

-- daemonctx_dispatch() calls back into Lua, which compiled code must not do: see ffi callbacks in LuaJIT's manual.
local function dispatch(ctx)
    return daemonctx.daemonctx_dispatch(ctx)
end
jit.off(dispatch)

-- Until a signal asks for the end: the library's descriptor tells of signals, beside the sockets.
local function serve(ctx, signals, listener)
    local polls = ffi.new("struct pollfd[?]", 2 + CLIENTS)
    local clients = {}
    local status
    repeat
        polls[0].fd, polls[0].events = signals, POLLIN
        polls[1].fd, polls[1].events = #clients < CLIENTS and listener or -1, POLLIN
        for i, fd in ipairs(clients) do
            polls[1 + i].fd, polls[1 + i].events = fd, POLLIN
        end
        status = daemonctx.DAEMONCTX_OK
        if C.poll(polls, 2 + #clients, -1) > 0 then
            for i = #clients, 1, -1 do
                if polls[1 + i].revents ~= 0 and not echo(clients[i]) then
                    C.close(table.remove(clients, i))
                end
            end
            if polls[1].revents ~= 0 then
                local fd = C.accept4(listener, nil, nil, SOCK_CLOEXEC)
                if fd >= 0 then
                    clients[#clients + 1] = fd
                end
            end
            if polls[0].revents ~= 0 then
                status = dispatch(ctx)
            end
        end
    until status ~= daemonctx.DAEMONCTX_OK
    return status == daemonctx.DAEMONCTX_TERMINATED
end

-- ---- The commands --------------------------------------------------------------------------------------------------

local function run(ctx, port)
    local signals = ffi.new("int32_t[1]")
    local listener, bound = listen_on(port)
    if not listener then
        daemonctx.daemonctx_notify_failed(ctx, 1, bound) -- the launcher says it
        return false
    end
    if daemonctx.daemonctx_signal_fd(ctx, signals) ~= daemonctx.DAEMONCTX_OK then
        return false
    end
    local how = daemonctx.daemonctx_is_relaunched() == 1 and "anew" or "by fork"
    print(("echod.lua: started %s, listening on 127.0.0.1 port %d, pid %d"):format(how, bound, C.getpid()))
    return daemonctx.daemonctx_notify_ready(ctx) == daemonctx.DAEMONCTX_OK and serve(ctx, signals[0], listener)
end

local function start(method, pidfile, port, log)
    port = tonumber(port or 0)
    if not port or port < 0 or port > 65535 or port % 1 ~= 0 then
        return say("a port is a number from 0 to 65535")
    end
    local ret_ctx = ffi.new("daemonctx_context_t *[1]")
    if daemonctx.daemonctx_new(ret_ctx) ~= daemonctx.DAEMONCTX_OK then
        return say("out of memory")
    end
    local ctx = ffi.gc(ret_ctx[0], daemonctx.daemonctx_free)

    -- A cast function lives until it is freed: here for as long as the program. It must not raise an error.
    local reload = ffi.cast("daemonctx_signal_fn", function(_, signum)
        if daemonctx.daemonctx_reopen_streams(ctx) ~= daemonctx.DAEMONCTX_OK then
            say_failure(ctx)
        end
        say("log reopened, as signal %d asked", signum)
    end)

    -- No call is checked: a refused value is remembered, and daemonctx_open() then returns its status and sentence.
    daemonctx.daemonctx_set_detach_method(ctx, method)
    daemonctx.daemonctx_set_pidfile(ctx, pidfile)
    daemonctx.daemonctx_set_ready_mode(ctx, daemonctx.DAEMONCTX_READY_MODE_MANUAL)
    daemonctx.daemonctx_set_stream_switch(ctx, daemonctx.DAEMONCTX_STREAM_SWITCH_AT_READY)
    daemonctx.daemonctx_set_signal_handler(ctx, SIGHUP, reload, nil)
    daemonctx.daemonctx_set_signal_action(ctx, SIGINT, daemonctx.DAEMONCTX_SIGNAL_ACTION_TERMINATE)
    if log then
        daemonctx.daemonctx_set_stderr_path(ctx, log, tonumber("640", 8))
    end

    if daemonctx.daemonctx_open(ctx) ~= daemonctx.DAEMONCTX_OK then -- the launcher: it is told why there is no daemon
        return say_failure(ctx)
    end
    local done = run(ctx, port) -- the daemon: the launcher ends inside daemonctx_open()
    return daemonctx.daemonctx_close(ctx) == daemonctx.DAEMONCTX_OK and done
end

-- The pid file tells for any program who runs, and who is to be signalled; no context is needed.
local function told(status, done)
    if status == daemonctx.DAEMONCTX_OK then
        print("echod.lua: " .. done)
    elseif status == daemonctx.DAEMONCTX_NOT_RUNNING then
        print("echod.lua: not running")
    else
        local because = status == daemonctx.DAEMONCTX_ERR_SYSTEM and ": " .. reason() or ""
        say("%s%s", ffi.string(daemonctx.daemonctx_status_message(status)), because)
    end
    return status == daemonctx.DAEMONCTX_OK
end

local commands = {
    start = function(...)
        return start(daemonctx.DAEMONCTX_DETACH_METHOD_FORK, ...)
    end,
    ["start-anew"] = function(...)
        return start(daemonctx.DAEMONCTX_DETACH_METHOD_REEXEC, ...)
    end,
    status = function(pidfile)
        local pid = ffi.new("int32_t[1]")
        return told(daemonctx.daemonctx_pidfile_query(pidfile, pid), ("running, pid %d"):format(pid[0]))
    end,
    reload = function(pidfile)
        return told(daemonctx.daemonctx_pidfile_signal(pidfile, SIGHUP), "reloaded")
    end,
    stop = function(pidfile)
        return told(daemonctx.daemonctx_pidfile_stop(pidfile, 10000), "stopped")
    end,
}

local command = commands[arg[1]]
if not command or not arg[2] then
    io.stderr:write("usage: echod.lua start|start-anew PIDFILE [PORT [LOG]]\n",
        "       echod.lua status|reload|stop PIDFILE\n")
    os.exit(2)
end
os.exit(command(arg[2], arg[3], arg[4]) and 0 or 1)
