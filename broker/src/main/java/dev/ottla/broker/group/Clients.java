package dev.ottla.broker.group;

import dev.ottla.broker.api.RequestContext;
import dev.ottla.coordinator.group.Client;

/** Who asks, as groups show it. */
final class Clients {
    private Clients() {}

    static Client of(RequestContext request) {
        String id = request.clientId();
        return new Client(id == null ? "" : id, request.clientHost(), request.version());
    }
}
