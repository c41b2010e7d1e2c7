package dev.ottla.conformance;

/**
 * Something a client does, run against one broker after the other; the transcripts must be equal.
 *
 * @param name lower case with dashes; topics of the scenario begin with it
 */
record Scenario(String name, Body body) {
    /** The client's steps. */
    @FunctionalInterface
    interface Body {
        void run(Session session) throws Exception;
    }
}
