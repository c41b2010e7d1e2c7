package dev.ottla.broker.txn;

import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.controller.ConfigSetting;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.config.ConfigValues;
import java.util.List;

/** {@code __transaction_state}: it comes with the first transactional id, as wide as transaction.state.log.num.partitions says. */
public final class TransactionsTopic {
    public static final String NAME = "__transaction_state";

    private TransactionsTopic() {}

    public static InternalTopic of(Controller controller, ConfigValues settings) {
        int brokers = Math.max(1, controller.image().brokers().size());
        // More than there are would refuse every transaction.
        int minInsync = Math.min(settings.intOf("transaction.state.log.min.isr"), brokers);
        return new InternalTopic(
                NAME,
                controller,
                settings.intOf("transaction.state.log.num.partitions"),
                settings.shortOf("transaction.state.log.replication.factor"),
                List.of(
                        new ConfigSetting("cleanup.policy", "compact"),
                        new ConfigSetting("compression.type", "uncompressed"),
                        new ConfigSetting("unclean.leader.election.enable", "false"),
                        new ConfigSetting("min.insync.replicas", String.valueOf(minInsync)),
                        new ConfigSetting(
                                "segment.bytes",
                                String.valueOf(settings.intOf("transaction.state.log.segment.bytes")))));
    }
}
