package dev.ottla.metadata.config;

import org.jspecify.annotations.Nullable;

/**
 * One of the places a value could come from, as DescribeConfigs lists them.
 *
 * @param value null when sensitive
 */
public record ConfigSynonym(String name, @Nullable String value, ConfigSource source) {}
