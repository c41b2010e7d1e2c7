package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.List;

/** Every scenario there is. */
final class Scenarios {
    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(ApiVersionsScenarios.all());
        all.addAll(MetadataScenarios.all());
        all.addAll(ProduceScenarios.all());
        all.addAll(ValidationScenarios.all());
        all.addAll(IdempotenceScenarios.all());
        all.addAll(FetchScenarios.all());
        all.addAll(FetchSessionScenarios.all());
        all.addAll(OffsetScenarios.all());
        all.addAll(TopicScenarios.all());
        all.addAll(ConfigScenarios.all());
        all.addAll(GroupConfigScenarios.all());
        all.addAll(ClusterScenarios.all());
        all.addAll(GroupScenarios.all());
        all.addAll(GroupOffsetScenarios.all());
        all.addAll(ConsumerGroupScenarios.all());
        all.addAll(GroupMigrationScenarios.all());
        all.addAll(TransactionScenarios.all());
        all.addAll(TransactionDataScenarios.all());
        all.addAll(TransactionEdgeScenarios.all());
        all.addAll(TransactionOrderScenarios.all());
        all.addAll(FeatureScenarios.all());
        all.addAll(FolderScenarios.all());
        all.addAll(FramingScenarios.all());
        return all;
    }
}
