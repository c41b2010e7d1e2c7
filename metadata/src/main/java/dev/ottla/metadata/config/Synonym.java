package dev.ottla.metadata.config;

/**
 * A broker setting from which a topic or group setting takes its default.
 *
 * @param unit what its number counts, in the unit of the setting itself
 */
public record Synonym(String brokerSetting, Unit unit) {
    /** Kafka has some broker settings in hours or minutes whose topic setting is in milliseconds. */
    public enum Unit {
        SAME(1),
        MINUTES(60_000L),
        HOURS(3_600_000L);

        private final long factor;

        Unit(long factor) {
            this.factor = factor;
        }

        /** The value in the setting's own unit. */
        public String convert(String value) {
            return this == SAME ? value : Long.toString(Math.multiplyExact(Long.parseLong(value.trim()), factor));
        }
    }
}
