package dev.ottla.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The plan of the house as a test: who may import whom, and no way round in a circle. */
class RoomsTest {
    /** Each room with the rooms it may import. */
    private static final Map<String, List<String>> MAY_IMPORT = new TreeMap<>(Map.of(
            "base", List.of(),
            "record", List.of("base"),
            "log", List.of("base", "record"),
            "metadata", List.of("base", "record"),
            "controller", List.of("base", "record", "metadata"),
            "replication", List.of("base", "record", "log", "metadata"),
            "coordinator", List.of("base", "record", "metadata"),
            "network", List.of("base"),
            "broker",
                    List.of("base", "record", "log", "metadata", "controller", "replication", "coordinator", "network"),
            "cli", List.of("base", "record", "log", "broker")));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.ottla");

    @Test
    void theHouseIsSeen() {
        MAY_IMPORT
                .keySet()
                .forEach(room -> assertThat(HOUSE)
                        .as("classes of room %s", room)
                        .anyMatch(type -> type.getPackageName().startsWith("dev.ottla." + room)));
    }

    @TestFactory
    List<DynamicTest> aRoomImportsOnlyWhatStandsAboveIt() {
        return MAY_IMPORT.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> holds(entry.getKey(), entry.getValue())))
                .toList();
    }

    @Test
    void kafkasOwnTableOfApisIsOnlyForErrors() {
        // Whoever touches it has the classes of all messages loaded.
        noClasses()
                .that()
                .resideInAPackage("dev.ottla.broker..")
                .and()
                .doNotHaveSimpleName("ErrorResponses")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.apache.kafka.common.protocol.ApiKeys")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.apache.kafka.common.message.ApiMessageType")
                .check(HOUSE);
    }

    private static void holds(String room, List<String> allowed) {
        String[] reachable = java.util.stream.Stream.concat(java.util.stream.Stream.of(room), allowed.stream())
                .map(name -> "dev.ottla." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that(resideInAPackage("dev.ottla." + room + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.ottla..").and(not(resideInAnyPackage(reachable))))
                .check(HOUSE);
    }

    @Test
    void noPackageCycles() {
        slices().matching("dev.ottla.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void onlyTheBrokerAndTheCommandLineKnowKafkasClasses() {
        noClasses()
                .that(not(resideInAnyPackage("dev.ottla.broker..", "dev.ottla.cli..", "dev.ottla.coordinator.."))
                        .and(resideInAPackage("dev.ottla..")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
                .check(HOUSE);
    }

    @Test
    void coordinatorsKnowKafkasMessagesAndRecordFormatsOnly() {
        noClasses()
                .that(resideInAPackage("dev.ottla.coordinator.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.kafka..")
                        .and(not(resideInAnyPackage(
                                "org.apache.kafka.common",
                                "org.apache.kafka.common.errors",
                                "org.apache.kafka.common.message",
                                "org.apache.kafka.common.protocol",
                                "org.apache.kafka.common.protocol.types",
                                "org.apache.kafka.coordinator.group.generated",
                                "org.apache.kafka.coordinator.transaction.generated"))))
                .check(HOUSE);
    }

    @Test
    void onlyBaseTouchesTheClockTheDiskAndChance() {
        noClasses()
                .that(resideInAnyPackage(
                        "dev.ottla.record..",
                        "dev.ottla.metadata..",
                        "dev.ottla.controller.core..",
                        "dev.ottla.coordinator.."))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(HOUSE);
    }

    @Test
    void everyPackageRefusesNull() {
        classes()
                .that()
                .resideInAPackage("dev.ottla..")
                .should(BeNullMarked.INSTANCE)
                .check(HOUSE);
    }
}
