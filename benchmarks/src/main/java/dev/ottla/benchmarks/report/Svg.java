package dev.ottla.benchmarks.report;

import java.util.Locale;

/** A picture that is being drawn: the few shapes that charts need. Coordinates in pixels, from the left and from above. */
final class Svg {
    private final StringBuilder body = new StringBuilder();

    void rectangle(double x, double y, double width, double height, String colour) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x,
                y,
                Math.max(0.5, width),
                height,
                colour));
    }

    void line(double x1, double y1, double x2, double y2, String colour, double width) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                width));
    }

    /** @param points x,y pairs with spaces between them */
    void polyline(String points, String colour) {
        body.append("<polyline points=\"")
                .append(points)
                .append("\" fill=\"none\" stroke=\"")
                .append(colour)
                .append("\" stroke-width=\"2\"/>\n");
    }

    /** @param anchor start, middle or end: which part of the text stands at x */
    void text(double x, double y, String anchor, int size, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"#222222\">%s</text>%n",
                x,
                y,
                anchor,
                size,
                escaped(text)));
    }

    String document(double width, double height) {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\">%n",
                        width,
                        height,
                        width,
                        height)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
