package dev.ottla.conformance;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the broker under test as a {@link Target}: one for all test classes of a run, closed at its end. With
 * {@code -Dottla.subject=kafka} it is Apache Kafka, which shows that a test asks nothing that Kafka does not do.
 */
final class SharedBroker implements ParameterResolver {
    /** The system property that names the broker under test. */
    static final String SUBJECT = "ottla.subject";

    /** Without retention, as scenarios write old timestamps; groups do not wait for more members, and share a coordinator. */
    static final Map<String, String> SETTINGS = Map.of(
            "log.retention.ms", "-1",
            "group.initial.rebalance.delay.ms", "0",
            "group.consumer.assignment.interval.ms", "0",
            "offsets.topic.num.partitions", "1");

    /** On top, for tests that wait for sessions to end. */
    static final Map<String, String> QUICK = Map.of(
            "group.min.session.timeout.ms", "1000",
            "group.consumer.min.heartbeat.interval.ms", "100",
            "group.consumer.heartbeat.interval.ms", "200",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.session.timeout.ms", "3000");

    /** The broker of this run; started on first use. */
    static Target of(ExtensionContext context) {
        return context.getRoot().getStore(Namespace.GLOBAL).computeIfAbsent(Target.class, _ -> start(), Target.class);
    }

    /** A broker of the kind under test, in a new temporary folder. */
    static Target start() {
        return isKafka() ? ApacheKafka.start(SETTINGS) : Ottla.start(SETTINGS);
    }

    /** The same, on a folder that stays and with settings on top. */
    static Target start(Path folder, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        return isKafka() ? ApacheKafka.start(folder, settings) : Ottla.start(folder, settings);
    }

    static boolean isKafka() {
        return System.getProperty(SUBJECT, "ottla").equals("kafka");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Target.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }
}
