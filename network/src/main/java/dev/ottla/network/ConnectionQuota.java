package dev.ottla.network;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** How many connections there are, in all and by address. For use by any thread. */
final class ConnectionQuota {
    private final NetworkLimits limits;
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();
    private int total;

    ConnectionQuota(NetworkLimits limits) {
        this.limits = limits;
    }

    /** Counts one more from the address, or says no. */
    synchronized boolean admit(InetAddress address) {
        int here = byAddress.getOrDefault(address, 0);
        int allowedHere = limits.maxConnectionsPerIpOverrides().getOrDefault(address, limits.maxConnectionsPerIp());
        if (total >= limits.maxConnections() || here >= allowedHere) {
            return false;
        }
        total++;
        byAddress.put(address, here + 1);
        return true;
    }

    synchronized void leave(InetAddress address) {
        total--;
        byAddress.computeIfPresent(address, (ignored, count) -> count == 1 ? null : count - 1);
    }

    synchronized int total() {
        return total;
    }
}
