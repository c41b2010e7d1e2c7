package dev.ottla.controller;

import org.jspecify.annotations.Nullable;

/** A config's name and value as a client sent them; null is never legal but can be sent. */
public record ConfigSetting(String name, @Nullable String value) {}
