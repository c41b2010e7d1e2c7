package dev.ottla.log;

/** A cleaning was given up without harm: the log is being cut, closed or deleted, or retention took segments away under it. */
final class CleaningStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CleaningStoppedException(String why) {
        super(why, null, false, false);
    }
}
