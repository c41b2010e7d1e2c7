package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.spi.SelectorProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.spi.SLF4JServiceProvider;

/** What is told is what a look would have found. */
class ClassPathLooksTest {
    @Test
    void theOnlyLogProviderIsTheOneThatIsNamed() {
        // Given the class path
        // When it is looked through for what logs
        var found = ServiceLoader.load(SLF4JServiceProvider.class).stream()
                .map(provider -> provider.type().getName())
                .toList();

        // Then there is one, the one that a start is told
        assertThat(found).containsExactly(ClassPathLooks.SIMPLE_LOGS);
    }

    @Test
    void theSelectorsAreThoseOfTheJdk() {
        // Given a Linux machine
        // When the JDK chooses
        String chosen = SelectorProvider.provider().getClass().getName();

        // Then it is what a start is told
        assertThat(chosen).isEqualTo(ClassPathLooks.LINUX_SELECTORS);
    }
}
