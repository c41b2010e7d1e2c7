package dev.ottla.cli.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.broker.Broker;
import dev.ottla.cli.Main;
import dev.ottla.controller.Controller;
import dev.ottla.coordinator.core.GroupCore;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.TopicImage;
import dev.ottla.network.NetworkServer;
import dev.ottla.record.RecordCursor;
import dev.ottla.replication.Partition;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.net.URI;
import java.nio.CharBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkedAheadTest {
    private static final ClassFile FILES =
            ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(NewerClasses.hierarchy()));

    @Test
    void switchesOverTypesChooseAsTheyDid() throws Exception {
        // Given
        Function<Object, String> original = shapes(Shapes.class);

        // When
        Function<Object, String> linked = shapes(linkedShapes());

        // Then
        assertThat(linked.getClass()).isNotEqualTo(Shapes.class);
        assertThat(linked).hasToString(original.toString());
        for (Object seen : Arrays.asList(null, "", "text", 7, 8, 7L, CharBuffer.wrap("x"), List.of())) {
            assertThat(linked.apply(seen)).as("%s", seen).isEqualTo(original.apply(seen));
        }
    }

    @Test
    void recordsAreEqualAndHashAsTheyDid() throws Exception {
        // Given
        List<Object> original = Shapes.dots();

        // When
        List<?> linked = (List<?>) linkedShapes().getMethod("dots").invoke(null);
        List<?> again = (List<?>) linkedShapes().getMethod("dots").invoke(null);
        List<?> sameLoader = (List<?>) linked.getFirst()
                .getClass()
                .getEnclosingClass()
                .getMethod("again")
                .invoke(null);

        // Then
        assertThat(linked.getFirst().getClass()).isNotEqualTo(Shapes.Dot.class);
        assertThat(again.getFirst()).isNotEqualTo(linked.getFirst());
        for (int i = 0; i < linked.size(); i++) {
            assertThat(linked.get(i)).hasSameHashCodeAs(original.get(i)).isNotEqualTo(null);
            for (int j = 0; j < linked.size(); j++) {
                assertThat(linked.get(i).equals(sameLoader.get(j)))
                        .as("%s and %s", linked.get(i), sameLoader.get(j))
                        .isEqualTo(i == j);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                TopicId.class,
                RecordCursor.class,
                LogFolder.class,
                TopicImage.class,
                Controller.class,
                Partition.class,
                GroupCore.class,
                NetworkServer.class,
                Broker.class,
                Main.class
            })
    void everyClassOfARoomIsSoundWhenLinkedAndLeavesNoSwitchToBeLinked(Class<?> ofRoom) throws Exception {
        // Given
        List<byte[]> classes = classesBeside(ofRoom);
        assertThat(classes).hasSizeGreaterThan(10);

        for (byte[] bytes : classes) {
            // When
            byte[] linked = LinkedAhead.linked(bytes);

            // Then
            assertThat(FILES.verify(linked)).isEmpty();
            assertThat(sitesLinkedLate(FILES.parse(linked))).isEmpty();
        }
    }

    @Test
    void aClassWithoutSuchCallsStaysAsItIs() throws IOException {
        byte[] bytes = bytes(NewerClasses.class);
        assertThat(LinkedAhead.linked(bytes)).isSameAs(bytes);
    }

    private static List<String> sitesLinkedLate(ClassModel model) {
        List<String> found = new ArrayList<>();
        model.methods()
                .forEach(method -> method.code()
                        .ifPresent(code -> code.forEach(element -> {
                            if (element instanceof InvokeDynamicInstruction site
                                    && (site.name().equalsString("typeSwitch")
                                            || site.name().equalsString("equals")
                                            || site.name().equalsString("hashCode"))) {
                                found.add(model.thisClass().asInternalName() + "." + method.methodName());
                            }
                        })));
        return found;
    }

    private static List<byte[]> classesBeside(Class<?> ofRoom) throws Exception {
        Path place = Path.of(
                ofRoom.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return classesIn(place);
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
            return classesIn(jar.getPath("/"));
        }
    }

    private static List<byte[]> classesIn(Path folder) throws IOException {
        List<byte[]> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                classes.add(Files.readAllBytes(file));
            }
        }
        return classes;
    }

    @SuppressWarnings("unchecked")
    private static Function<Object, String> shapes(Class<?> type) throws ReflectiveOperationException {
        return (Function<Object, String>) type.getConstructor().newInstance();
    }

    private static Class<?> linkedShapes() throws ClassNotFoundException {
        return new Linked().loadClass(Shapes.class.getName());
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        return bytes(type.getName());
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = LinkedAheadTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    /** Has the shapes rewritten, and nothing else. */
    private static final class Linked extends ClassLoader {
        Linked() {
            super(LinkedAheadTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Shapes.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                try {
                    byte[] linked = LinkedAhead.linked(bytes(name));
                    return known == null ? defineClass(name, linked, 0, linked.length) : known;
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
    }
}
