package dev.ottla.log.inspect;

import java.nio.file.Path;

/**
 * Something that a verification came across.
 *
 * @param position of the first byte; -1 when it is about the whole file
 * @param firstOffset of the offsets concerned; -1 when none are
 * @param lastOffset of them; -1 when it is not known
 * @param advice what to do
 */
public record Finding(
        Severity severity, Path file, long position, long firstOffset, long lastOffset, String problem, String advice) {
    /** What a finding means. */
    public enum Severity {
        /** Bytes are not what was written. */
        DAMAGE,
        /** Worth knowing, and nothing is lost by it. */
        NOTE
    }

    static Finding damage(Path file, String problem, String advice) {
        return new Finding(Severity.DAMAGE, file, -1, -1, -1, problem, advice);
    }

    static Finding note(Path file, String problem, String advice) {
        return new Finding(Severity.NOTE, file, -1, -1, -1, problem, advice);
    }

    Finding at(long newPosition) {
        return new Finding(severity, file, newPosition, firstOffset, lastOffset, problem, advice);
    }

    Finding offsets(long first, long last) {
        return new Finding(severity, file, position, first, last, problem, advice);
    }
}
