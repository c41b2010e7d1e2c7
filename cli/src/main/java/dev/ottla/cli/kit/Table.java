package dev.ottla.cli.kit;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns for people: a heading, rows, numbers to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** @param cells one for each heading */
    public void row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        var row = new ArrayList<String>(cells.length);
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
    }

    /** @param indent spaces before each line */
    public void print(PrintStream out, String indent) {
        int[] widths = new int[headings.size()];
        boolean[] numeric = new boolean[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).length();
            for (List<String> row : rows) {
                String cell = row.get(column);
                widths[column] = Math.max(widths[column], cell.codePointCount(0, cell.length()));
            }
            numeric[column] = isNumeric(column);
        }
        out.println(line(headings, widths, numeric, indent));
        for (List<String> row : rows) {
            out.println(line(row, widths, numeric, indent));
        }
    }

    public void print(PrintStream out) {
        print(out, "");
    }

    private static String line(List<String> cells, int[] widths, boolean[] numeric, String indent) {
        var line = new StringBuilder(indent);
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.codePointCount(0, cell.length()));
            line.append(column == 0 ? "" : GAP).append(numeric[column] ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    /** Numbers, and dashes where there is none. */
    private boolean isNumeric(int column) {
        List<String> cells = rows.stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.equals("-"))
                .toList();
        return !cells.isEmpty()
                && cells.stream()
                        .allMatch(cell ->
                                !cell.isEmpty() && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-'));
    }
}
