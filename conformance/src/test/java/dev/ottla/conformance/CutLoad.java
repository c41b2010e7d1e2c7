package dev.ottla.conformance;

/** Clients that keep a broker busy until its power is cut, and write down what they are told. */
interface CutLoad extends AutoCloseable {
    /** Starts the clients; returns when the first of them has been answered. */
    void start(Target broker, int round) throws Exception;

    /** The power is about to be cut: from now on no error counts. */
    void expectCut();

    /** The power is cut: ends all clients but those that shall go on after the restart. */
    void afterCut() throws Exception;

    /** The broker is back: the clients that went on come to their end. */
    void afterRestart();

    /** Ends what still runs, without a wish. */
    @Override
    void close();
}
