package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;

/** A partition that moves. */
record Piece(TopicId topic, int partition) {}
