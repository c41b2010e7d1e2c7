package dev.ottla.conformance;

import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/** A request of an API without any body. */
record Nothing(ApiKeys key) implements ApiMessage {
    @Override
    public short apiKey() {
        return key.id;
    }

    @Override
    public short lowestSupportedVersion() {
        return 0;
    }

    @Override
    public short highestSupportedVersion() {
        return Short.MAX_VALUE;
    }

    @Override
    public void addSize(MessageSizeAccumulator size, ObjectSerializationCache cache, short version) {}

    @Override
    public void write(Writable writable, ObjectSerializationCache cache, short version) {}

    @Override
    public void read(Readable readable, short version) {}

    @Override
    public List<RawTaggedField> unknownTaggedFields() {
        return List.of();
    }

    @Override
    public Message duplicate() {
        return this;
    }
}
