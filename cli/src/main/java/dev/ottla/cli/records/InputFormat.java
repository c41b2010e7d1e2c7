package dev.ottla.cli.records;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.Given;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** How a line of standard input becomes a record. */
sealed interface InputFormat {
    /** @throws CommandFailure USAGE, without the number of the line */
    ProducerRecord<byte[], byte[]> parse(byte[] line, Target target);

    /** The whole line is the value. */
    record Value(@Nullable String nullMarker) implements InputFormat {
        @Override
        public ProducerRecord<byte[], byte[]> parse(byte[] line, Target target) {
            return target.record(null, orNull(line, nullMarker));
        }
    }

    /** Key, separator, value: split at the first separator. */
    record KeyValue(String separator, @Nullable String nullMarker) implements InputFormat {
        @Override
        public ProducerRecord<byte[], byte[]> parse(byte[] line, Target target) {
            byte[] mark = separator.getBytes(StandardCharsets.UTF_8);
            int at = indexOf(line, mark);
            if (at < 0) {
                throw Given.usage("no separator '%s' between key and value.".formatted(separator));
            }
            return target.record(
                    orNull(Arrays.copyOf(line, at), nullMarker),
                    orNull(Arrays.copyOfRange(line, at + mark.length, line.length), nullMarker));
        }
    }

    /** One JSON object a line, as {@code ottla consume --format json} writes it. */
    record JsonLines() implements InputFormat {
        @Override
        public ProducerRecord<byte[], byte[]> parse(byte[] line, Target target) {
            return JsonRecordReader.read(line, target);
        }
    }

    private static byte @Nullable [] orNull(byte[] bytes, @Nullable String marker) {
        boolean isMarker = marker != null && Arrays.equals(bytes, marker.getBytes(StandardCharsets.UTF_8));
        return isMarker ? null : bytes;
    }

    private static int indexOf(byte[] line, byte[] mark) {
        for (int at = 0; at + mark.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + mark.length, mark, 0, mark.length)) {
                return at;
            }
        }
        return -1;
    }
}
