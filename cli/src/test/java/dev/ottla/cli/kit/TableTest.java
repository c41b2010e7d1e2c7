package dev.ottla.cli.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        // Given a table with a column of each kind and a number that is missing
        var table = new Table("TOPIC", "PARTITIONS", "RACK");
        table.row("orders", 12, "-");
        table.row("größe", "-", "a");

        // Then every line is aligned and none ends in spaces
        assertThat(print(table)).isEqualTo("""
                        TOPIC   PARTITIONS  RACK
                        orders          12  -
                        größe            -  a
                        """);
    }

    @Test
    void refusesARowThatDoesNotFit() {
        var table = new Table("A", "B");
        assertThatThrownBy(() -> table.row(1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String print(Table table) {
        var bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
