package dev.ottla.log;

/**
 * Keeps the cleaning of a log apart from what cuts, closes or deletes it. Whoever does that stops the cleaning first and waits until it has let go;
 * the cleaner asks between batches whether it must.
 */
final class CleaningGate {
    private boolean running;
    private volatile int stops;

    /** Whether the cleaning may begin; then {@link #end} must follow. */
    synchronized boolean begin() {
        if (running || stops > 0) {
            return false;
        }
        running = true;
        return true;
    }

    synchronized void end() {
        running = false;
        notifyAll();
    }

    /** Whether the cleaning that has begun must end now. */
    boolean mustStop() {
        return stops > 0;
    }

    /** Lets no cleaning begin, and returns when none is under way. Never to be called with one of the log's locks. */
    synchronized void stop() {
        stops++;
        boolean interrupted = false;
        while (running) {
            try {
                wait();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void resume() {
        stops--;
    }
}
