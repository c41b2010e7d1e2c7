package dev.ottla.metadata.config;

/** What becomes of a value that somebody wants to set. */
public sealed interface Verdict {
    Verdict WORKS = new Works();

    /** It takes effect. */
    record Works() implements Verdict {}

    /** It is accepted and changes nothing. */
    record WithoutEffect(String warning) implements Verdict {}

    /** It is wrong, unknown, or does not work yet. */
    record Refused(String message) implements Verdict {}
}
