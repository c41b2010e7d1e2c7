package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.TransactionPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerPartitionResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerTopicResult;

/** WriteTxnMarkers: ends transactions in partitions that this broker leads, for a coordinator elsewhere or a person who aborts a hanging one (KIP-664). */
final class WriteTxnMarkersApi {
    private final MarkerWriter markers;

    private WriteTxnMarkersApi(MarkerWriter markers) {
        this.markers = markers;
    }

    static ApiHandler api(MarkerWriter markers) {
        return CoordinatorApi.onLoop(
                ApiKeys.WRITE_TXN_MARKERS, WriteTxnMarkersRequestData.class, new WriteTxnMarkersApi(markers)::ask);
    }

    private void ask(
            RequestContext request, WriteTxnMarkersRequestData message, Waiter<WriteTxnMarkersResponseData> waiter) {
        List<WritableTxnMarker> asked = message.markers();
        Gathering<WritableTxnMarkerResult> results =
                new Gathering<>(asked.size(), all -> waiter.answer(new WriteTxnMarkersResponseData().setMarkers(all)));
        for (int i = 0; i < asked.size(); i++) {
            WritableTxnMarker marker = asked.get(i);
            Waiter<WritableTxnMarkerResult> one = results.waiter(
                    i, (code, detail) -> new WritableTxnMarkerResult().setProducerId(marker.producerId()));
            markers.write(endOf(marker), partitionsOf(marker), codes -> one.answer(result(marker, codes)));
        }
    }

    private static BatchKind.End endOf(WritableTxnMarker marker) {
        return new BatchKind.End(
                marker.producerId(),
                marker.producerEpoch(),
                marker.transactionResult(),
                marker.coordinatorEpoch(),
                marker.transactionVersion());
    }

    private static Set<TransactionPartition> partitionsOf(WritableTxnMarker marker) {
        Set<TransactionPartition> partitions = new TreeSet<>();
        for (WritableTxnMarkerTopic topic : marker.topics()) {
            topic.partitionIndexes()
                    .forEach(partition -> partitions.add(new TransactionPartition(topic.name(), partition)));
        }
        return partitions;
    }

    private static WritableTxnMarkerResult result(
            WritableTxnMarker marker, Map<TransactionPartition, ErrorCode> codes) {
        WritableTxnMarkerResult result = new WritableTxnMarkerResult().setProducerId(marker.producerId());
        for (WritableTxnMarkerTopic topic : marker.topics()) {
            WritableTxnMarkerTopicResult answered = new WritableTxnMarkerTopicResult().setName(topic.name());
            for (int partition : topic.partitionIndexes()) {
                ErrorCode code = codes.getOrDefault(
                        new TransactionPartition(topic.name(), partition), ErrorCode.UNKNOWN_SERVER_ERROR);
                answered.partitions()
                        .add(new WritableTxnMarkerPartitionResult()
                                .setPartitionIndex(partition)
                                .setErrorCode(code.wireCode()));
            }
            result.topics().add(answered);
        }
        return result;
    }
}
