#!/usr/bin/env php
<?php
/*
 * echod.php: a TCP echo server on 127.0.0.1 that is a well-behaved daemon, in a language that has no binding.
 *
 * The library's plain declarations and its shared object are all that PHP's FFI needs. The daemon makes its listener
 * itself, says where while it still has the terminal, and only then lets the launcher end; what goes wrong before that
 * is told by the launcher, with its exit status.
 *
 *   php echod.php start|start-anew PIDFILE [PORT [LOG]]    PORT 0, the default: any that is free
 *   php echod.php status|reload|stop PIDFILE
 *
 * start forks, as suits a program without threads. start-anew has the daemon started as a new program, for which the
 * library runs this one again, with the same arguments: what comes before daemonctx_open() then happens in both.
 */
declare(strict_types=1);

const SIGHUP_NUMBER = 1; // SIGHUP and SIGINT themselves are constants of the extension pcntl
const SIGINT_NUMBER = 2;
const CLIENTS = 64;

$header = getenv('DAEMONCTX_FFI_H') ?: __DIR__ . '/../../daemonctx_ffi.h';
$daemonctx = FFI::cdef(file_get_contents($header), 'libdaemonctx.so.1');

function say(string $text): void
{
    fwrite(STDERR, "echod.php: $text\n");
}

/** The context keeps the detail of a failed call: the sentence is for the user, the rest for programs. */
function say_failure(FFI $daemonctx, FFI\CData $ctx): void
{
    say(sprintf(
        '%s (%s, step %s)',
        $daemonctx->daemonctx_error_message($ctx),
        $daemonctx->daemonctx_status_name($daemonctx->daemonctx_error_status($ctx)),
        $daemonctx->daemonctx_step_name($daemonctx->daemonctx_error_step($ctx)),
    ));
}

/** Sends back what came; false when the client is gone, or does not read what it gets. */
function echo_back($client): bool
{
    $got = fread($client, 16384);
    return $got !== false && $got !== '' && @fwrite($client, $got) === strlen($got);
}

/** Until a signal asks for the end: the library's descriptor tells of signals, beside the sockets. */
function serve(FFI $daemonctx, FFI\CData $ctx, $signals, $listener): bool
{
    $clients = [];
    do {
        $status = $daemonctx->DAEMONCTX_OK;
        $readable = [$signals, ...$clients];
        if (count($clients) < CLIENTS) {
            $readable[] = $listener;
        }
        $none = null;
        if (@stream_select($readable, $none, $none, null) === false) {
            continue; // a signal interrupted it
        }
        foreach ($readable as $stream) {
            if ($stream === $signals) {
                $status = $daemonctx->daemonctx_dispatch($ctx);
            } elseif ($stream === $listener) {
                $client = @stream_socket_accept($listener, 0);
                if ($client !== false) {
                    stream_set_blocking($client, false);
                    $clients[(int) $client] = $client;
                }
            } elseif (!echo_back($stream)) {
                unset($clients[(int) $stream]);
                fclose($stream);
            }
        }
    } while ($status === $daemonctx->DAEMONCTX_OK);
    return $status === $daemonctx->DAEMONCTX_TERMINATED;
}

function run(FFI $daemonctx, FFI\CData $ctx, int $port): bool
{
    $listener = @stream_socket_server("tcp://127.0.0.1:$port", $errno, $reason);
    if ($listener === false) {
        $daemonctx->daemonctx_notify_failed($ctx, 1, "cannot listen on 127.0.0.1 port $port: $reason");
        return false; // the launcher says it
    }
    $fd = $daemonctx->new('int32_t');
    if ($daemonctx->daemonctx_signal_fd($ctx, FFI::addr($fd)) !== $daemonctx->DAEMONCTX_OK) {
        return false;
    }
    $signals = fopen("php://fd/{$fd->cdata}", 'r'); // a copy: the library's own descriptor stays as it is
    $bound = substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
    $how = $daemonctx->daemonctx_is_relaunched() === 1 ? 'anew' : 'by fork';
    echo "echod.php: started $how, listening on 127.0.0.1 port $bound, pid ", getmypid(), "\n";
    return $daemonctx->daemonctx_notify_ready($ctx) === $daemonctx->DAEMONCTX_OK
        && serve($daemonctx, $ctx, $signals, $listener);
}

function start(FFI $daemonctx, int $method, string $pidfile, string $port = '0', ?string $log = null): bool
{
    if (!ctype_digit($port) || strlen($port) > 5 || (int) $port > 65535) {
        say('a port is a number from 0 to 65535');
        return false;
    }
    $ctx = $daemonctx->new('daemonctx_context_t *');
    if ($daemonctx->daemonctx_new(FFI::addr($ctx)) !== $daemonctx->DAEMONCTX_OK) {
        say('out of memory');
        return false;
    }

    // PHP keeps a closure that was handed to C until the process ends. It must not throw.
    $reload = function ($context, int $signum) use ($daemonctx): void {
        if ($daemonctx->daemonctx_reopen_streams($context) !== $daemonctx->DAEMONCTX_OK) {
            say_failure($daemonctx, $context);
        }
        say("log reopened, as signal $signum asked");
    };

    // No call is checked: a refused value is remembered, and daemonctx_open() then returns its status and sentence.
    $daemonctx->daemonctx_set_detach_method($ctx, $method);
    $daemonctx->daemonctx_set_pidfile($ctx, $pidfile);
    $daemonctx->daemonctx_set_ready_mode($ctx, $daemonctx->DAEMONCTX_READY_MODE_MANUAL);
    $daemonctx->daemonctx_set_stream_switch($ctx, $daemonctx->DAEMONCTX_STREAM_SWITCH_AT_READY);
    $daemonctx->daemonctx_set_signal_handler($ctx, SIGHUP_NUMBER, $reload, null);
    $daemonctx->daemonctx_set_signal_action($ctx, SIGINT_NUMBER, $daemonctx->DAEMONCTX_SIGNAL_ACTION_TERMINATE);
    if ($log !== null) {
        $daemonctx->daemonctx_set_stderr_path($ctx, $log, 0640);
    }

    $done = false;
    if ($daemonctx->daemonctx_open($ctx) === $daemonctx->DAEMONCTX_OK) {
        $done = run($daemonctx, $ctx, (int) $port); // the daemon: the launcher ends inside daemonctx_open()
        $done = $daemonctx->daemonctx_close($ctx) === $daemonctx->DAEMONCTX_OK && $done;
    } else {
        say_failure($daemonctx, $ctx); // the launcher: it is told why there is no daemon
    }
    $daemonctx->daemonctx_free($ctx);
    return $done;
}

/** The pid file tells for any program who runs, and who is to be signalled; no context is needed. */
function told(FFI $daemonctx, int $status, string $done): bool
{
    if ($status === $daemonctx->DAEMONCTX_OK) {
        echo "echod.php: $done\n";
    } elseif ($status === $daemonctx->DAEMONCTX_NOT_RUNNING) {
        echo "echod.php: not running\n";
    } else {
        say($daemonctx->daemonctx_status_message($status));
    }
    return $status === $daemonctx->DAEMONCTX_OK;
}

[$command, $pidfile] = [$argv[1] ?? null, $argv[2] ?? null];
if (!in_array($command, ['start', 'start-anew', 'status', 'reload', 'stop'], true) || $pidfile === null) {
    fwrite(STDERR, "usage: echod.php start|start-anew PIDFILE [PORT [LOG]]\n");
    fwrite(STDERR, "       echod.php status|reload|stop PIDFILE\n");
    exit(2);
}
$pid = $daemonctx->new('int32_t');
exit(match ($command) {
    'start' => start($daemonctx, $daemonctx->DAEMONCTX_DETACH_METHOD_FORK, ...array_slice($argv, 2, 3)),
    'start-anew' => start($daemonctx, $daemonctx->DAEMONCTX_DETACH_METHOD_REEXEC, ...array_slice($argv, 2, 3)),
    'status' => told(
        $daemonctx,
        $daemonctx->daemonctx_pidfile_query($pidfile, FFI::addr($pid)),
        "running, pid {$pid->cdata}",
    ),
    'reload' => told($daemonctx, $daemonctx->daemonctx_pidfile_signal($pidfile, SIGHUP_NUMBER), 'reloaded'),
    'stop' => told($daemonctx, $daemonctx->daemonctx_pidfile_stop($pidfile, 10000), 'stopped'),
} ? 0 : 1);
