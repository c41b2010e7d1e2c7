package dev.ottla.cli.kit;

/** What a command tells the script that called it. The numbers are part of the interface: they never change. */
public enum ExitCode {
    OK(0, "done"),
    FAILED(1, "the broker refused, something broke on the way, or data is damaged (log)"),
    USAGE(2, "the command line or the input cannot be understood"),
    UNREACHABLE(3, "no broker answered in time"),
    NOT_FOUND(4, "the topic, partition, group, broker or setting is not there"),
    ALREADY_EXISTS(5, "the topic is there already"),
    DATA_IN_USE(6, "another process holds the data folder (start, log repair)");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    /** One line for the help. */
    public String meaning() {
        return meaning;
    }
}
