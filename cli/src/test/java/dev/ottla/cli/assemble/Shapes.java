package dev.ottla.cli.assemble;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Switches over types and records of every kind, for {@link LinkedAheadTest} to have rewritten. */
public final class Shapes implements Function<@Nullable Object, String> {
    /** Of an interface, whose own methods have switches, too. */
    public sealed interface Shape permits Dot, Line, Nothing {
        default int corners() {
            return switch (this) {
                case Dot _ -> 1;
                case Line _ -> 2;
                case Nothing _ -> 0;
            };
        }
    }

    public record Dot(
            int x,
            long y,
            boolean b,
            byte c,
            short s,
            char h,
            float f,
            double d,
            @Nullable String text,
            @Nullable Object other)
            implements Shape {}

    public record Line(Dot from, Dot to) implements Shape {}

    public record Nothing() implements Shape {}

    /** Dots that differ from one another in one component each. */
    public static List<Object> dots() {
        return List.of(
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, 6, "t", "o"),
                new Dot(-1, 2, true, (byte) 3, (short) 4, 'c', 5, 6, "t", "o"),
                new Dot(1, 2L << 40, true, (byte) 3, (short) 4, 'c', 5, 6, "t", "o"),
                new Dot(1, 2, false, (byte) 3, (short) 4, 'c', 5, 6, "t", "o"),
                new Dot(1, 2, true, (byte) -3, (short) 4, 'c', 5, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) -4, 'c', 5, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'd', 5, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', Float.NaN, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', -0.0f, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 0.0f, 6, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, Double.NaN, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, -0.0, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, 0.0, "t", "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, 6, null, "o"),
                new Dot(1, 2, true, (byte) 3, (short) 4, 'c', 5, 6, "t", null),
                new Nothing());
    }

    /** Twice the same, not one object. */
    public static List<Object> again() {
        return new ArrayList<>(dots());
    }

    @Override
    public String apply(@Nullable Object seen) {
        return switch (seen) {
            case null -> "null";
            case Line(Dot from, Dot _) when from.x() < 0 -> "line from the left";
            case Line line when line.from().equals(line.to()) -> "a line without length";
            case Shape shape -> "shape of " + shape.corners();
            case String text when text.isEmpty() -> "no text";
            case Integer number when number > 7 -> "more than seven";
            case Number _ -> "number";
            case CharSequence _ -> "text";
            default -> "something";
        };
    }

    @Override
    public String toString() {
        List<Object> dots = dots();
        return apply(new Line((Dot) dots.get(1), (Dot) dots.getFirst()))
                + apply(new Line((Dot) dots.getFirst(), (Dot) again().getFirst()))
                + apply(new Line((Dot) dots.getFirst(), (Dot) dots.get(1)))
                + apply(dots.getFirst())
                + apply(new Nothing());
    }
}
