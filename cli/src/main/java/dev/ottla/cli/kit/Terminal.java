package dev.ottla.cli.kit;

/** Which of the three streams a person is at. The launcher knows (`test -t`); the JVM can only guess. */
public record Terminal(boolean in, boolean out, boolean err) {
    /** Nobody is looking: pipes and tests. */
    public static final Terminal NONE = new Terminal(false, false, false);

    /** @param streams the ones at a terminal, as in `in,out,err` */
    public static Terminal parse(String streams) {
        var names = java.util.List.of(streams.split(",", -1));
        return new Terminal(names.contains("in"), names.contains("out"), names.contains("err"));
    }
}
