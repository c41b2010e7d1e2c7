package dev.ottla.cli.records;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Progress;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** Standard input on its way to a topic. */
record Sending(KafkaProducer<byte[], byte[]> producer, Target target, InputFormat format) {
    /** For the records that are on their way when the process is asked to stop. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Sends until the input ends or a record fails; returns once nothing is on its way any more. */
    Delivery all(Io io) throws IOException {
        var delivery = new Delivery();
        var progress = new Progress(io, !io.terminal().in());
        var lines = new LineReader(io.in());
        // Ctrl-C: what was read is still written before the process ends.
        try (var _ = io.interrupts().onInterrupt(() -> producer.close(GRACE))) {
            byte[] line = lines.next();
            while (line != null && delivery.failure() == null) {
                send(line, lines.line(), delivery);
                progress.at(lines.line());
                line = lines.next();
            }
        } finally {
            producer.flush();
            progress.end();
        }
        return delivery;
    }

    private void send(byte[] line, long number, Delivery delivery) {
        try {
            var _ = producer.send(format.parse(line, target), (where, failure) -> {
                if (failure == null) {
                    delivery.acknowledged(where);
                } else {
                    delivery.failed(failure, number);
                }
            });
        } catch (CommandFailure | KafkaException e) {
            delivery.failed(e, number);
        }
    }
}
