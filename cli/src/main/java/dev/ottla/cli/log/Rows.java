package dev.ottla.cli.log;

import dev.ottla.cli.kit.Table;
import java.io.PrintStream;

/** A table of any length: printed in pieces, each with its heading. */
final class Rows {
    private static final int PIECE = 500;

    private final PrintStream out;
    private final String[] headings;
    private Table piece;
    private int rows;

    Rows(PrintStream out, String... headings) {
        this.out = out;
        this.headings = headings;
        this.piece = new Table(headings);
    }

    void row(Object... cells) {
        piece.row(cells);
        rows++;
        if (rows == PIECE) {
            end();
        }
    }

    /** Prints what is left. */
    void end() {
        if (rows > 0) {
            piece.print(out, "  ");
        }
        piece = new Table(headings);
        rows = 0;
    }
}
