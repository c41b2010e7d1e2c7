package dev.ottla.controller;

import dev.ottla.base.RandomSource;
import dev.ottla.metadata.ClusterImage;

/** The controller without threads, files, clock or chance of its own. */
public final class ControllerCore {
    private final ControllerSettings settings;

    public ControllerCore(ControllerSettings settings) {
        this.settings = settings;
    }

    /**
     * What a command makes of an image.
     *
     * @throws dev.ottla.base.OttlaException when the whole command is refused
     */
    public <R> Decision<R> decide(ClusterImage image, Command<R> command, long nowMs, RandomSource random) {
        return command.decide(new DecisionContext(image, settings, nowMs, random));
    }
}
