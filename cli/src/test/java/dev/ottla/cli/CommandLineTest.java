package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said about a command line before anyone asks a broker. */
class CommandLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "start --help",
                "topic --help",
                "topic create --help",
                "topic list --help",
                "topic describe --help",
                "topic alter --help",
                "topic delete --help",
                "produce --help",
                "consume --help",
                "config get --help",
                "config set --help",
                "cluster info --help",
                "log dump --help",
                "log verify --help",
                "log stats --help",
                "log repair --help"
            })
    void everyCommandHasHelp(String command) {
        var run = Run.of(command.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: ottla").contains("--help");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    }

    @Test
    void theHelpListsTheExitCodes() {
        assertThat(Run.of("--help").out()).contains("0  done", "2  the command line", "6  another process");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
                    topics                                       | There is no command 'topics'. Did you mean topic?
                    topic                                        | 'ottla topic' needs one of: create, list
                    topic create                                 | Missing required parameter: 'TOPIC'
                    topic create a b                             | There is no further argument 'b'.
                    topic create a --partition 3                 | There is no option '--partition'. Did you mean --partitions
                    topic create a --partitions three            | 'three' is not a long
                    topic create a --partitions 0                | --partitions takes 1 to 2147483647, not 0.
                    topic create a --replication-factor 40000    | --replication-factor takes 1 to 32767
                    topic create a --config retention.ms         | --config takes name=value, not 'retention.ms'.
                    topic alter a                                | Nothing to change
                    topic alter a --delete-config a=b            | is named without a value
                    produce a --acks 2                           | --acks is 0, 1 or all, not '2'.
                    produce a --compression zip                  | --compression is none, gzip, snappy, lz4 or zstd
                    produce a --format xml                       | --format is value, key-value or json, not 'xml'.
                    produce a --format json --key-separator :        | --key-separator belongs to --format key-value.
                    produce a --partition -1                     | --partition takes a partition's number
                    produce a --header x                         | --header takes name=value
                    consume a --from-beginning --from-offset 1   | --from-beginning and --from-offset exclude each other
                    consume a --from-time yesterday              | 'yesterday' is not a time
                    consume a --partitions 0,x                   | --partitions takes numbers separated by commas
                    consume a --count 0                          | --count takes 1 or more
                    consume a --format json --key-separator :        | --key-separator belongs to --format key-value.
                    config get user a                            | Settings are those of a topic, a group or a broker, not of 'user'.
                    config get broker first                      | A broker is named by its number
                    config set topic a                           | Nothing to change
                    cluster info --bootstrap nowhere             | 'nowhere' is not host:port.
                    cluster info --bootstrap localhost:99999     | 'localhost:99999' is not host:port.
                    log                                          | 'ottla log' needs one of: dump
                    log dump --data /nowhere                     | There is no data folder /nowhere.
                    log dump x --data /nowhere                   | There is no topic, partition or file 'x' in /nowhere.
                    log dump --as binary                         | --as is text, hex or base64, not 'binary'.
                    log dump --max-bytes 0                       | --max-bytes takes 1 to 2147483647, not 0.
                    log dump --count 0                           | --offset takes 0 or more, --count 1 or more.
                    log verify --data /nowhere                   | There is no data folder /nowhere.
                    log repair                                   | Missing required parameter: 'TOPIC-PARTITION'
                    log repair x-0 --data /nowhere               | There is no topic, partition or file 'x-0' in /nowhere.
                    log repair x-0 --yes --dry-run               | --yes and --dry-run exclude each other
                    log stats --top 0                            | --top takes 1 or more, not 0.
                    cluster info --timeout 0                     | --timeout takes 1 to 3600 seconds, not 0.
                    """)
    void aCommandLineThatCannotBeMeantIsAUsageError(String command, String message) {
        var run = Run.of(command.split(" +"));

        assertThat(run.err()).startsWith("ottla: ").contains(message).doesNotContain("\tat ");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic create a",
                "topic list",
                "topic describe a",
                "topic alter a --partitions 2",
                "topic delete a",
                "produce a",
                "consume a",
                "config get topic a",
                "config set topic a retention.ms=1",
                "cluster info"
            })
    void aBrokerThatIsNotThereIsSaidAtOnce(String command) {
        // Given a port where nothing listens
        var words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--bootstrap", "127.0.0.1:1"));

        // When the command runs
        var run = Run.of(words.toArray(String[]::new));

        // Then it says what to do, and its exit code is its own
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("No broker at 127.0.0.1:1").contains("ottla start");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void failuresAreJsonForPrograms() {
        var run = Run.of("cluster", "info", "--json", "--bootstrap", "127.0.0.1:1");

        assertThat(run.error().get("error").asText()).isEqualTo("UNREACHABLE");
        assertThat(run.error().get("exitCode").asInt()).isEqualTo(3);
        assertThat(run.error().get("message").asText()).contains("127.0.0.1:1");
        assertThat(run.error().get("hint").asText()).contains("ottla start");
    }

    @Test
    void withoutACommandTheHelpGoesToStandardError() {
        var run = Run.of();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: ottla", "Exit codes:", "needs one of");
    }
}
