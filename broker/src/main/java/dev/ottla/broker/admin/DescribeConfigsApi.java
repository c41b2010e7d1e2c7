package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.ConfigResourceType;
import dev.ottla.metadata.TopicNames;
import dev.ottla.metadata.config.ConfigEntry;
import dev.ottla.metadata.config.EffectiveConfigs;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;

/** DescribeConfigs (KIP-133, KIP-226, KIP-569): every setting with its value, where it comes from, and on demand its synonyms. */
public final class DescribeConfigsApi
        implements MessageHandler<DescribeConfigsRequestData, DescribeConfigsResponseData> {
    private final Supplier<ClusterImage> image;
    private final int nodeId;
    private final Map<String, String> staticConfigs;

    private DescribeConfigsApi(Supplier<ClusterImage> image, int nodeId, Map<String, String> staticConfigs) {
        this.image = image;
        this.nodeId = nodeId;
        this.staticConfigs = Map.copyOf(staticConfigs);
    }

    /** @param staticConfigs what stands in this broker's file and on its command line */
    public static MessageApi<DescribeConfigsRequestData, DescribeConfigsResponseData> api(
            Supplier<ClusterImage> image, int nodeId, Map<String, String> staticConfigs) {
        return MessageApi.onVirtualThread(
                ApiKeys.DESCRIBE_CONFIGS,
                DescribeConfigsRequestData.class,
                new DescribeConfigsApi(image, nodeId, staticConfigs));
    }

    @Override
    public DescribeConfigsResponseData handle(RequestContext request, DescribeConfigsRequestData message) {
        ClusterImage now = image.get();
        EffectiveConfigs effective = EffectiveConfigs.of(now, nodeId, staticConfigs);
        return new DescribeConfigsResponseData()
                .setResults(message.resources().stream()
                        .map(resource -> result(resource, found(now, effective, resource), message))
                        .toList());
    }

    /** The settings of a resource, or why there are none. */
    private sealed interface Found {
        record Entries(List<ConfigEntry> entries) implements Found {}

        record Refused(ErrorCode code, String message) implements Found {}
    }

    private Found found(ClusterImage now, EffectiveConfigs effective, DescribeConfigsResource resource) {
        ConfigResourceType type = ConfigResourceType.ofWireCode(resource.resourceType());
        String name = resource.resourceName();
        if (type == null) {
            return invalid("Unsupported resource type: UNKNOWN");
        }
        return switch (type) {
            case TOPIC -> topic(now, effective, name);
            case BROKER -> broker(effective, name);
            case BROKER_LOGGER -> brokerLogger(name);
            case CLIENT_METRICS ->
                name.isEmpty()
                        ? invalid("Client metrics subscription name must not be empty")
                        : new Found.Entries(List.of());
            case GROUP ->
                name.isEmpty()
                        ? invalid("Group name must not be empty")
                        : new Found.Entries(effective.describeGroup(
                                now.configs(new ConfigResource(ConfigResourceType.GROUP, name))));
        };
    }

    private static Found topic(ClusterImage now, EffectiveConfigs effective, String name) {
        String problem = TopicNames.problem(name);
        if (problem != null) {
            return new Found.Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        return now.topic(name) == null
                ? new Found.Refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "")
                : new Found.Entries(effective.describeTopic(now.topicConfigs(name)));
    }

    private Found broker(EffectiveConfigs effective, String name) {
        if (name.isEmpty()) {
            return new Found.Entries(effective.describeBrokerDefaults());
        }
        return name.equals(Integer.toString(nodeId))
                ? new Found.Entries(effective.describeBroker())
                : invalid("Unexpected broker id, expected " + nodeId + " or empty string, but received " + name);
    }

    private Found brokerLogger(String name) {
        if (name.isEmpty()) {
            return invalid("Broker id must not be empty");
        }
        return name.equals(Integer.toString(nodeId))
                ? new Found.Entries(List.of())
                : invalid("Unexpected broker id, expected " + nodeId + " but received " + name);
    }

    private static Found invalid(String message) {
        return new Found.Refused(ErrorCode.INVALID_REQUEST, message);
    }

    private static DescribeConfigsResult result(
            DescribeConfigsResource resource, Found found, DescribeConfigsRequestData asked) {
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName());
        return switch (found) {
            case Found.Refused refused ->
                result.setErrorCode(refused.code().wireCode()).setErrorMessage(refused.message());
            case Found.Entries entries ->
                result.setConfigs(entries.entries().stream()
                        .filter(entry -> isAskedFor(resource, entry.name()))
                        .map(entry -> described(entry, asked))
                        .toList());
        };
    }

    /** No keys, or an empty list of them: all. */
    private static boolean isAskedFor(DescribeConfigsResource resource, String name) {
        return resource.configurationKeys() == null
                || resource.configurationKeys().isEmpty()
                || resource.configurationKeys().contains(name);
    }

    private static DescribeConfigsResourceResult described(ConfigEntry entry, DescribeConfigsRequestData asked) {
        return new DescribeConfigsResourceResult()
                .setName(entry.name())
                .setValue(entry.value())
                .setReadOnly(entry.readOnly())
                .setConfigSource(entry.source().wireCode())
                .setIsSensitive(entry.sensitive())
                .setSynonyms(asked.includeSynonyms() ? synonyms(entry) : List.of())
                .setConfigType(entry.typeCode())
                .setDocumentation(asked.includeDocumentation() ? entry.documentation() : null);
    }

    private static List<DescribeConfigsSynonym> synonyms(ConfigEntry entry) {
        return entry.synonyms().stream()
                .map(synonym -> new DescribeConfigsSynonym()
                        .setName(synonym.name())
                        .setValue(synonym.value())
                        .setSource(synonym.source().wireCode()))
                .toList();
    }
}
