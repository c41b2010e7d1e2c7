package dev.ottla.network;

/** What hangs at a selection key. */
interface ReadyHandler {
    /** Called on the loop with the operations that are ready. */
    void onReady(int readyOps);
}
