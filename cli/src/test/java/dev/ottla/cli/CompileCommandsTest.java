package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the launcher tells the JVM's compilers; the JVM itself says nothing about a method that is not there. */
class CompileCommandsTest {
    private static final Path FILE = Path.of("..", "scripts", "compile-commands");
    private static final String DIRECTIVE = "dontinline,";

    @Test
    void everyMethodThatIsNamedExists() throws Exception {
        // Given the methods that are compiled for themselves
        List<String> methods = named();

        // When they are looked for
        // Then each is there
        assertThat(methods).hasSizeGreaterThan(20);
        for (String method : methods) {
            String[] parts = method.split("::", 2);
            assertThat(Arrays.stream(Class.forName(parts[0]).getDeclaredMethods()))
                    .as(method)
                    .anyMatch(declared -> declared.getName().equals(parts[1]));
        }
    }

    private static List<String> named() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith(DIRECTIVE))
                .map(line -> line.substring(DIRECTIVE.length()))
                .toList();
    }
}
