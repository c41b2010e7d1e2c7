package dev.ottla.broker.cluster;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.ApiTable;
import dev.ottla.broker.api.ConnectionState;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ApiVersionRange;
import dev.ottla.metadata.FeatureLevels;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.jspecify.annotations.Nullable;

/**
 * ApiVersions (KIP-35, KIP-511, KIP-584): which APIs there are, in which versions. Asked in a version that we do not know, it answers
 * in version 0 with UNSUPPORTED_VERSION and its own range, so that the client can ask again.
 */
public final class ApiVersionsHandler implements ApiHandler {
    private static final short FIRST_WITH_SOFTWARE = 3;

    private final Supplier<ApiTable> table;
    private final Supplier<FeatureLevels> levels;
    private volatile @Nullable Answer answer;

    /** What is said as long as the levels are these. */
    private record Answer(FeatureLevels levels, ApiVersionsResponseData data) {}

    /** @param table the table that this handler is in itself, once it is there */
    public ApiVersionsHandler(Supplier<ApiTable> table, Supplier<FeatureLevels> levels) {
        this.table = table;
        this.levels = levels;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.API_VERSIONS;
    }

    @Override
    public void handle(RequestContext request) {
        if (!ApiVersionRange.supports(ApiKeys.API_VERSIONS, request.version())) {
            ApiVersionsResponseData unsupported =
                    new ApiVersionsResponseData().setErrorCode(ErrorCode.UNSUPPORTED_VERSION.wireCode());
            unsupported.apiKeys().add(ApiVersionRange.advertised(ApiKeys.API_VERSIONS));
            request.reply(unsupported, (short) 0);
            return;
        }
        ApiVersionsRequestData message = request.read(ApiVersionsRequestData.class);
        if (request.version() >= FIRST_WITH_SOFTWARE) {
            String name = message.clientSoftwareName();
            String version = message.clientSoftwareVersion();
            if (!ClientSoftware.isValid(name) || !ClientSoftware.isValid(version)) {
                request.reply(new ApiVersionsResponseData().setErrorCode(ErrorCode.INVALID_REQUEST.wireCode()));
                return;
            }
            ConnectionState.of(request.exchange().connection()).software(name, version);
        }
        request.reply(answer());
    }

    /** Made once for each change of the levels: the table does not change while a broker runs. */
    private ApiVersionsResponseData answer() {
        FeatureLevels now = levels.get();
        Answer ready = answer;
        if (ready == null || !ready.levels().equals(now)) {
            ApiVersionsResponseData data =
                    new ApiVersionsResponseData().setApiKeys(table.get().advertised());
            Features.addTo(data, now);
            ready = new Answer(now, data);
            answer = ready;
        }
        return ready.data();
    }
}
