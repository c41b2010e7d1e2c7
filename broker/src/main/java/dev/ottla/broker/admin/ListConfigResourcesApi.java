package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.ConfigResourceType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;

/** ListConfigResources (KIP-1142); version 0 is ListClientMetricsResources (KIP-714). */
public final class ListConfigResourcesApi
        implements MessageHandler<ListConfigResourcesRequestData, ListConfigResourcesResponseData> {
    private final Supplier<ClusterImage> image;

    private ListConfigResourcesApi(Supplier<ClusterImage> image) {
        this.image = image;
    }

    public static MessageApi<ListConfigResourcesRequestData, ListConfigResourcesResponseData> api(
            Supplier<ClusterImage> image) {
        return MessageApi.onVirtualThread(
                ApiKeys.LIST_CONFIG_RESOURCES, ListConfigResourcesRequestData.class, new ListConfigResourcesApi(image));
    }

    @Override
    public ListConfigResourcesResponseData handle(RequestContext request, ListConfigResourcesRequestData message) {
        ClusterImage now = image.get();
        ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
        for (ConfigResourceType type : wanted(request.version(), message.resourceTypes())) {
            names(now, type)
                    .forEach(name -> response.configResources()
                            .add(new ListConfigResourcesResponseData.ConfigResource()
                                    .setResourceName(name)
                                    .setResourceType(type.wireCode())));
        }
        return response;
    }

    private static Set<ConfigResourceType> wanted(short version, List<Byte> asked) {
        if (version == 0) {
            return EnumSet.of(ConfigResourceType.CLIENT_METRICS);
        }
        if (asked.isEmpty()) {
            return EnumSet.allOf(ConfigResourceType.class);
        }
        List<ConfigResourceType> types = new ArrayList<>();
        for (byte code : asked) {
            ConfigResourceType type = ConfigResourceType.ofWireCode(code);
            if (type == null) {
                throw new OttlaException(ErrorCode.UNSUPPORTED_VERSION, "Unknown resource type " + code);
            }
            types.add(type);
        }
        return EnumSet.copyOf(types);
    }

    private static Stream<String> names(ClusterImage image, ConfigResourceType type) {
        return switch (type) {
            case TOPIC -> image.topics().keySet().stream();
            case BROKER, BROKER_LOGGER -> image.brokers().keySet().stream().map(String::valueOf);
            case CLIENT_METRICS, GROUP ->
                image.configs().keySet().stream()
                        .filter(resource -> resource.type() == type)
                        .map(ConfigResource::name);
        };
    }
}
