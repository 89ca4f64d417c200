// A JVM that becomes a daemon by re-exec: the library comes with System.load, long after the JVM's threads.
//
// usage: java Program SHIM PIDFILE REPORT: makes a daemon that collects garbage, runs threads and timers, tells so in
// REPORT, and ends with SIGTERM.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

public final class Program {
    private static final int ROUNDS = 50;

    private static native boolean isRelaunched();

    // null, or the sentence of the failure.
    private static native String open(String pidfile);

    private static native boolean waitForTermination();

    private static volatile byte[] garbage;

    // All that a forked JVM could not do any more.
    private static String work() throws Exception {
        final AtomicInteger ticks = new AtomicInteger();
        final ScheduledExecutorService timers = Executors.newScheduledThreadPool(4);
        timers.scheduleAtFixedRate(ticks::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        for (int i = 0; i < ROUNDS; i++) {
            garbage = timers.submit(() -> new byte[1 << 20]).get();
            System.gc();
        }
        while (ticks.get() < ROUNDS) {
            Thread.onSpinWait();
        }
        timers.shutdownNow();
        return "pid " + ProcessHandle.current().pid() + " relaunched " + isRelaunched() + " rounds " + ROUNDS;
    }

    public static void main(final String[] arguments) throws Exception {
        System.load(arguments[0]);
        final String failure = open(arguments[1]);
        if (failure != null) {
            System.err.println(failure);
            System.exit(1);
        }
        Files.writeString(Path.of(arguments[2]), work() + "\n"); // a FIFO: whoever reads it waits for this
        System.exit(waitForTermination() ? 0 : 2);
    }
}
