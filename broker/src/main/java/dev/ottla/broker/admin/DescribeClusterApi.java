package dev.ottla.broker.admin;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.AuthorizedOperations;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.metadata.ClusterImage;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;

/** DescribeCluster (KIP-700, KIP-919, KIP-1073). */
public final class DescribeClusterApi
        implements MessageHandler<DescribeClusterRequestData, DescribeClusterResponseData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final Supplier<ClusterImage> image;
    private final int nodeId;
    private final AdvertisedAddresses addresses;

    private DescribeClusterApi(Supplier<ClusterImage> image, int nodeId, AdvertisedAddresses addresses) {
        this.image = image;
        this.nodeId = nodeId;
        this.addresses = addresses;
    }

    public static MessageApi<DescribeClusterRequestData, DescribeClusterResponseData> api(
            Supplier<ClusterImage> image, int nodeId, AdvertisedAddresses addresses) {
        return MessageApi.onLoop(
                ApiKeys.DESCRIBE_CLUSTER,
                DescribeClusterRequestData.class,
                new DescribeClusterApi(image, nodeId, addresses));
    }

    @Override
    public DescribeClusterResponseData handle(RequestContext request, DescribeClusterRequestData message) {
        DescribeClusterResponseData response = new DescribeClusterResponseData();
        if (message.endpointType() != BROKERS) {
            return wrongEndpoint(response, request.version(), message.endpointType());
        }
        AdvertisedAddresses.Address address = addresses.of(request.exchange().connection());
        response.setClusterId(image.get().clusterId())
                .setControllerId(nodeId)
                .brokers()
                .add(new DescribeClusterBroker()
                        .setBrokerId(nodeId)
                        .setHost(address.host())
                        .setPort(address.port()));
        if (message.includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        return response;
    }

    private static DescribeClusterResponseData wrongEndpoint(
            DescribeClusterResponseData response, short version, byte asked) {
        if (asked == CONTROLLERS) {
            ErrorCode code = version == 0 ? ErrorCode.INVALID_REQUEST : ErrorCode.MISMATCHED_ENDPOINT_TYPE;
            return response.setErrorCode(code.wireCode())
                    .setErrorMessage("The request was sent to an endpoint of type BROKER, but we wanted an endpoint of "
                            + "type CONTROLLER");
        }
        return response.setErrorCode(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE.wireCode())
                .setErrorMessage("Unsupported endpoint type " + asked);
    }
}
