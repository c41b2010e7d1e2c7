package dev.ottla.log.journal;

import java.io.IOException;

/** Takes the entries of a journal, in the order of their LSNs. */
@FunctionalInterface
public interface JournalVisitor {
    /** @param entry valid during the call only: it is one view that moves on */
    void entry(JournalEntry entry) throws IOException;
}
