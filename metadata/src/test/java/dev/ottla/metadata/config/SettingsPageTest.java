package dev.ottla.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

/** The page of settings says what the catalogue says. Run with {@code -Dottla.write.pages=true} to write it anew. */
class SettingsPageTest {
    private static final Path PAGE =
            Path.of("").toAbsolutePath().resolveSibling("docs").resolve("settings.md");

    @Test
    void thePageSaysWhatTheCatalogueSays() throws IOException {
        // Given the page as the catalogue would have it
        String page = page();
        if (Boolean.getBoolean("ottla.write.pages")) {
            Files.writeString(PAGE, page);
        }

        // When, Then
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder out = new StringBuilder();
        out.append("# Settings\n\n")
                .append(
                        "Names, types and defaults are Apache Kafka 4.3.1's. This page is written by a test from the catalogue in the ")
                .append(
                        "`metadata` room.\n\nBroker settings go into a file (`./ottla start --config FILE`, as Kafka's ")
                .append(
                        "`server.properties`) or on the command line (`--set name=value`). Those marked live can be changed while ")
                .append(
                        "it runs (`./ottla config set broker ...`); those of topics and groups are set so.\nA name that Kafka knows and Ottla does not need is taken ")
                .append(
                        "with a warning. A value that asks for what does not work yet is an error, as is an unknown name.\n\n")
                .append(
                        "Ottla's own: `ottla.metrics.port`, the loopback port of metrics and health (9190; 0 for any free one, ")
                .append("`off` for none).\n");
        table(out, "Topic settings that work", SettingScope.TOPIC, SettingStatus.WORKS);
        table(out, "Topic settings of which only the default works yet", SettingScope.TOPIC, SettingStatus.REFUSED);
        table(out, "Group settings that work", SettingScope.GROUP, SettingStatus.WORKS);
        table(out, "Broker settings that work", SettingScope.BROKER, SettingStatus.WORKS);
        table(out, "Broker settings of which only the default works yet", SettingScope.BROKER, SettingStatus.REFUSED);
        return out.toString();
    }

    private static void table(StringBuilder out, String title, SettingScope scope, SettingStatus status) {
        out.append("\n## ").append(title).append("\n\n| name | default | live | note |\n| --- | --- | --- | --- |\n");
        ConfigCatalogue.standard().settings(scope).stream()
                .filter(setting -> setting.status() == status && !setting.internal())
                .sorted(Comparator.comparing(Setting::name))
                .forEach(setting -> out.append("| `")
                        .append(setting.name())
                        .append("` | ")
                        .append(shown(setting))
                        .append(" | ")
                        .append(setting.live() ? "yes" : "")
                        .append(" | ")
                        .append(setting.note())
                        .append(" |\n"));
    }

    private static String shown(Setting setting) {
        String value = setting.defaultValue();
        return value == null ? "" : value.isEmpty() ? "(empty)" : "`" + value + "`";
    }
}
