package dev.ottla.controller;

/** Producer ids that nobody else will get: {@code first} and the {@code count - 1} after it. */
public record ProducerIdBlock(long first, int count) {}
