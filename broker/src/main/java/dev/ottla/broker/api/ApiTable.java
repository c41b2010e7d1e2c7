package dev.ottla.broker.api;

import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ApiVersionRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.jspecify.annotations.Nullable;

/** Which handler serves which API. What is not in here is not advertised, and asking for it closes the connection, as Kafka does. */
public final class ApiTable {
    private final @Nullable ApiHandler[] byKey;
    private final List<ApiKeys> keys;

    /** @throws IllegalArgumentException when two handlers serve the same API */
    public ApiTable(List<ApiHandler> handlers) {
        int size = 1;
        for (ApiHandler handler : handlers) {
            size = Math.max(size, handler.key().id + 1);
        }
        byKey = new ApiHandler[size];
        List<ApiKeys> served = new ArrayList<>(handlers.size());
        for (ApiHandler handler : handlers) {
            if (byKey[handler.key().id] != null) {
                throw new IllegalArgumentException("Two handlers for " + handler.key());
            }
            byKey[handler.key().id] = handler;
            served.add(handler.key());
        }
        served.sort((a, b) -> Short.compare(a.id, b.id));
        keys = List.copyOf(served);
    }

    /** The handler of an API key as it stands on the wire; null for one that is not served. */
    public @Nullable ApiHandler handler(short keyId) {
        return keyId < 0 || keyId >= byKey.length ? null : byKey[keyId];
    }

    /** The APIs served, by number. */
    public List<ApiKeys> keys() {
        return keys;
    }

    /** What ApiVersions answers; a collection of the caller's own. */
    public ApiVersionCollection advertised() {
        ApiVersionCollection versions = new ApiVersionCollection(keys.size());
        for (ApiKeys key : keys) {
            ApiVersion version = ApiVersionRange.advertised(key);
            versions.add(version);
        }
        return versions;
    }
}
