package dev.ottla.conformance;

/**
 * Something that a power cut did and may not do.
 *
 * @param records how many records it is about; 0 when it is about something else
 * @param example where, and what should be there
 */
record CutProblem(Kind kind, long records, String example) {
    enum Kind {
        LOST_ACKED,
        LOST_READ,
        CHANGED_ACKED,
        CHANGED_READ,
        GAP,
        TWICE,
        /** A compacted topic's key has a value again that a later one had taken the place of. */
        OLD_VALUE,
        /** A compacted topic's record that was gone is there again. */
        CAME_BACK,
        FOREIGN,
        LOG_START,
        TOPIC_LOST,
        TOPIC_CAME_BACK,
        SETTING_LOST,
        NOT_SERVED
    }

    @Override
    public String toString() {
        return kind + (records > 0 ? " " + records + " records" : "") + ": " + example;
    }
}
