package dev.ottla.coordinator.event;

import java.util.List;

/**
 * How a member of a group of the consumer protocol speaks the classic one: it has not been moved over yet.
 *
 * @param offers what it can work with, the best first; never empty
 */
public record ClassicWish(int sessionTimeoutMs, List<ClassicOffer> offers) {
    public ClassicWish {
        offers = List.copyOf(offers);
    }
}
