package dev.ottla.conformance;

/** Something in a history of transactions that must not be. */
record TransactionAnomaly(Kind kind, String text) {
    enum Kind {
        /** A value of a transaction that was aborted, refused or never committed is read as committed. */
        ABORTED_READ,
        /** A value is read as committed before its commit was asked for. */
        EARLY_READ,
        /** A value of an acknowledged commit is missing. */
        LOST_WRITE,
        /** A value is there twice. */
        DUPLICATE,
        /** Of a transaction in doubt some values are there and others are not. */
        TORN,
        /** A producer's values are in another order than it wrote them. */
        ORDER,
        /** A value that nobody wrote, or not there. */
        FOREIGN,
        /** What was read once is gone or other. */
        READ_UNDONE,
        /** A reader went past a committed value without it, or back. */
        PASSED_OVER,
        /** A last stable offset or high watermark went back. */
        END_WENT_BACK,
        /** A last stable offset lay behind a value whose transaction was open. */
        END_TOO_FAR,
        /** A group's offset without the output of its transaction. */
        OFFSET_WITHOUT_OUTPUT,
        /** A transaction's output without its offset. */
        OUTPUT_WITHOUT_OFFSET,
        /** A group's offset before its commit was asked for, or older than one that was. */
        OFFSET_OUT_OF_TIME,
        /** Nobody has a transaction open, and yet something is held back. */
        HANGING
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
